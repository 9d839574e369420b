"""Delivery over real sockets against whatever can go wrong: nothing lost, nothing doubled, nothing believed."""

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joined import Agent, assert_all_arrived
from simulator import (
    hung_up,
    login_page,
    proxy_page,
    reply,
    truncated,
)

from agent.delivery.outbox import State
from shieldwall.errors import DeliveryError, IntegrityError
from shieldwall.limits import ANSWER_BYTES
from shieldwall.log.merkle import Tree
from shieldwall.log.receipt import Kind, Receipt
from shieldwall.messages.problem import Problem, ProblemType

HERE = Path(__file__).parents[2]
MOMENTS = ["before", "faults"]
"""Before the cluster acts on the request, and after."""


def test_what_waits_is_sent_in_order(agent: Agent) -> None:
    for _ in range(3):
        agent.place()
    done = agent.deliver()
    assert (len(done.sent), done.waiting, done.failure) == (3, 0, None)
    assert [item.seq for item in agent.said] == [1, 2, 3]
    assert_all_arrived(agent, 3)
    head = agent.outbox.head()
    assert head.seen is not None
    assert (head.seen.size, head.floor) == (4, agent.cluster.now)
    assert agent.deliver().sent == ()


def huge(handler: Any, _: Any = None) -> bool:
    return reply(handler, 200, "application/json", b"[" * (ANSWER_BYTES * 2))


def redirect(handler: Any, _: Any = None) -> bool:
    return reply(handler, 307, "text/html", b"", Location="/v1/elsewhere")


@pytest.mark.parametrize(
    ("moment", "fault"),
    [("faults", truncated), *((m, f) for m in MOMENTS for f in (hung_up, proxy_page, login_page, huge, redirect))],
)
def test_every_broken_answer_is_repeated(agent: Agent, moment: str, fault: Callable[..., bool]) -> None:
    agent.place()
    agent.place()
    getattr(agent.cluster, moment).append(fault)
    done = agent.deliver()
    assert isinstance(done.failure, DeliveryError)
    assert done.waiting == 2
    assert agent.outbox.head().failures == 1
    assert agent.outbox.head().not_before == agent.now + 15
    assert agent.deliver().failure is None
    assert_all_arrived(agent, 2)
    assert agent.outbox.head().failures == 0


def test_no_redirect_is_followed(agent: Agent) -> None:
    agent.place()
    agent.cluster.before.append(redirect)
    agent.cluster.requests.clear()
    assert "HTTP 307" in str(agent.deliver().failure)
    assert agent.cluster.requests == []


def test_a_huge_answer_is_not_read_to_its_end(agent: Agent) -> None:
    agent.place()
    agent.cluster.before.append(huge)
    assert f"longer than {ANSWER_BYTES} bytes" in str(agent.deliver().failure)


def test_nobody_there(agent: Agent) -> None:
    from agent.delivery.transport import HttpTransport

    agent.place()
    with HttpTransport("http://127.0.0.1:9") as nowhere:
        done = agent.deliver(nowhere)
    assert isinstance(done.failure, DeliveryError)
    assert "kept" in str(done.failure)
    assert agent.deliver().failure is None


def test_an_answer_that_drips_is_not_waited_for(agent: Agent) -> None:
    from agent.delivery.transport import HttpTransport

    let_go = threading.Event()

    def drip(handler: Any, answer: Any) -> bool:
        handler.send_response(201)
        handler.send_header("Content-Length", "60000")
        handler.end_headers()
        with contextlib.suppress(OSError):
            while not let_go.wait(0.005):
                handler.wfile.write(b" ")
                handler.wfile.flush()
        return hung_up(handler)

    agent.place()
    agent.cluster.faults.append(drip)
    with HttpTransport(agent.who.enrolment.url, answer_seconds=0.2) as impatient:
        failure = agent.deliver(impatient).failure
    let_go.set()
    assert isinstance(failure, DeliveryError)
    assert "within 0.2 seconds" in str(failure)
    assert agent.deliver().failure is None
    assert_all_arrived(agent, 1)


def test_a_lost_consistency_proof_is_asked_for_again(agent: Agent) -> None:
    agent.place()
    agent.cluster.before += [lambda _: False, proxy_page]
    assert isinstance(agent.deliver().failure, DeliveryError)
    assert agent.outbox.items(State.DELIVERED) == []
    assert agent.deliver().failure is None
    assert_all_arrived(agent, 1)


def forged(change: Callable[[Receipt], Receipt]) -> Callable[..., bool]:
    from shieldwall.log.receipt import parse_receipt

    def fault(handler: Any, answer: Any) -> bool:
        return reply(handler, 201, "application/json", change(parse_receipt(answer[2])).encode())

    return fault


@pytest.mark.parametrize(
    "change",
    [
        lambda r: Receipt(r.index, r.received + 86_400, r.digest, r.kind, r.proof),
        lambda r: Receipt(r.index, r.received, r.digest, Kind.GAP, r.proof),
        lambda r: Receipt(r.index, r.received, "00" * 32, r.kind, r.proof),
        lambda r: Receipt(r.index, r.received, r.digest, r.kind, r.proof.replace("— cluster", "— clustre")),
    ],
)
def test_a_forged_receipt_is_not_believed(agent: Agent, change: Callable[[Receipt], Receipt]) -> None:
    agent.place()
    agent.cluster.faults.append(forged(change))
    done = agent.deliver()
    assert isinstance(done.failure, IntegrityError)
    assert done.waiting == 1
    assert agent.deliver().failure is None


def test_a_true_receipt_of_another_kind_is_not_believed(agent: Agent) -> None:
    item = agent.place()

    def mistaken(handler: Any, _: Any) -> bool:
        del agent.cluster.receipts[item.digest]
        return reply(handler, 201, "application/json", agent.cluster.receipt(item.digest, Kind.GAP).encode())

    agent.cluster.faults.append(mistaken)
    failure = agent.deliver().failure
    assert isinstance(failure, IntegrityError)
    assert "receipt is for a gap" in str(failure)


def test_a_problem_under_another_status_is_not_from_the_cluster(agent: Agent) -> None:
    agent.place()
    body = Problem(ProblemType.AGENT_REVOKED).encode()
    agent.cluster.before.append(lambda handler: reply(handler, 500, "application/problem+json", body))
    assert isinstance(agent.deliver().failure, DeliveryError)


def test_a_rewritten_log_is_noticed(agent: Agent) -> None:
    agent.place()
    assert agent.deliver().failure is None
    agent.cluster.tree = Tree([bytes([n]) * 32 for n in range(agent.cluster.tree.size)])
    agent.place()
    done = agent.deliver()
    assert isinstance(done.failure, IntegrityError)
    assert "history was changed" in str(done.failure)
    assert done.waiting == 1


def test_a_shorter_log_is_noticed(agent: Agent) -> None:
    agent.place()
    agent.place()
    assert agent.deliver().failure is None
    agent.place()
    agent.cluster.tree = Tree([b"x" * 32])
    done = agent.deliver()
    assert isinstance(done.failure, IntegrityError)
    assert "tell the cluster manager" in str(done.failure)


def test_a_repeated_answer_with_an_older_checkpoint_is_fine(agent: Agent) -> None:
    """A server may answer a repetition with the receipt it gave first."""
    agent.place()
    kept: list[bytes] = []

    def lose(handler: Any, answer: Any) -> bool:
        kept.append(answer[2])
        return hung_up(handler)

    agent.cluster.faults.append(lose)
    assert agent.deliver().failure is not None
    for n in range(5):
        agent.cluster.receipt(f"{n:064x}", Kind.STATEMENT)
    agent.outbox.delivered(  # what another message would have taught it meanwhile
        agent.outbox.items(State.WAITING)[0], Receipt(0, 0, "0" * 64, Kind.STATEMENT, ""), _seen(agent)
    )
    agent.outbox.rewind(1)
    agent.cluster.faults.append(lambda handler, _: reply(handler, 200, "application/json", kept[0]))
    done = agent.deliver()
    assert done.failure is None
    assert agent.outbox.head().seen == _seen(agent)


def _seen(agent: Agent) -> Any:
    from shieldwall.messages.statement import Seen

    return Seen(agent.cluster.tree.size, agent.cluster.tree.root().hex())
