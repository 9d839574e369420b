"""Delivery over real sockets against whatever can go wrong: nothing lost, nothing doubled, nothing believed."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from joined import Agent, joined
from simulator import (
    Cluster,
    Member,
    hung_up,
    login_page,
    proxy_page,
    refusing,
    reply,
    served,
    truncated,
)

from agent.delivery.deliver import Action, action_for, advice
from agent.delivery.outbox import State
from shieldwall.encoding import canonical
from shieldwall.errors import DeliveryError, IntegrityError, RefusedError
from shieldwall.limits import ANSWER_BYTES, BACKLOG_PER_MINUTE
from shieldwall.log.merkle import Tree
from shieldwall.log.receipt import Kind, Receipt
from shieldwall.messages.notice import GapReason
from shieldwall.messages.problem import Problem, ProblemType

HERE = Path(__file__).parents[2]
MOMENTS = ["before", "faults"]
"""Before the cluster acts on the request, and after."""


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    with served(Cluster()) as (cluster, url), joined(tmp_path / "home", cluster, url) as made:
        yield made


def member(agent: Agent) -> Member:
    return agent.cluster.members[agent.who.enrolment.agent]


def assert_all_arrived(agent: Agent, count: int) -> None:
    assert len(member(agent).statements) == count == len(set(member(agent).statements))
    digests = [canonical.digest(payload) for payload in member(agent).statements]
    assert digests == [item.digest for item in agent.outbox.items(State.DELIVERED) if item.sort == "statement"]


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


# --- the error table ---------------------------------------------------------------------------------------------------

STOPS = [
    ProblemType.UNSUPPORTED_PROTOCOL,
    ProblemType.UNKNOWN_AGENT,
    ProblemType.AGENT_REVOKED,
    ProblemType.AGENT_QUARANTINED,
    ProblemType.STALE_EPOCH,
    ProblemType.LOG_ROLLBACK,
    ProblemType.NOT_FOUND,
]
SKIPS = [
    ProblemType.MALFORMED,
    ProblemType.BAD_SIGNATURE,
    ProblemType.WRONG_AUDIENCE,
    ProblemType.TOO_LARGE,
    ProblemType.UNSUPPORTED_MEDIA,
    ProblemType.SCHEMA,
]
LATERS = [ProblemType.AGENT_PENDING, ProblemType.RATE_LIMITED, ProblemType.UNAVAILABLE]


@pytest.mark.parametrize("kind", STOPS)
def test_stops_keep_everything(agent: Agent, kind: ProblemType) -> None:
    key = agent.home.key.read_bytes()
    agent.place()
    agent.place()
    agent.cluster.before.append(refusing(kind, supported=(2, 3)) if kind == "unsupported-protocol" else refusing(kind))
    done = agent.deliver()
    assert isinstance(done.failure, RefusedError)
    assert done.waiting == 2
    assert agent.home.key.read_bytes() == key
    assert agent.deliver().failure is None
    assert_all_arrived(agent, 2)


@pytest.mark.parametrize("kind", LATERS)
def test_laters_obey_retry_after(agent: Agent, kind: ProblemType) -> None:
    agent.place()
    agent.cluster.before.append(refusing(kind, retry_after=1234))
    done = agent.deliver()
    assert isinstance(done.failure, DeliveryError)
    assert agent.outbox.head().not_before == agent.now + 1234
    assert agent.deliver().failure is None


@pytest.mark.parametrize("kind", SKIPS)
def test_a_bad_message_does_not_stop_the_queue(agent: Agent, kind: ProblemType) -> None:
    """It is put aside, a gap stands in its place, the rest goes out."""
    bad = agent.place()
    for _ in range(3):
        agent.place()
    agent.cluster.before.append(refusing(kind))
    done = agent.deliver()
    assert done.failure is None
    assert [(item.seq, item.problem) for item in done.put_aside] == [(1, kind)]
    assert len(member(agent).statements) == 3
    assert [(g.position.seq, g.last, g.digests, g.reason) for g in member(agent).gaps] == [
        (1, 1, (bad.digest,), GapReason.REFUSED)
    ]
    assert agent.outbox.get(bad.id).envelope is not None


def test_a_refused_gap_stops_instead_of_eating_the_queue(agent: Agent) -> None:
    for _ in range(4):
        agent.place()
    agent.cluster.before += [refusing(ProblemType.MALFORMED)] * 2
    done = agent.deliver()
    assert isinstance(done.failure, RefusedError)
    assert len(done.put_aside) == 1
    assert len(agent.outbox.items(State.WAITING)) == 4  # three statements and the gap
    assert agent.deliver().failure is None
    assert len(member(agent).statements) == 3


def test_an_overflow_is_said_and_the_chain_goes_on(agent: Agent) -> None:
    lost = [agent.place() for _ in range(2)]
    kept = agent.place()
    for item in lost:
        agent.connection.execute("UPDATE outbox SET state = 'dropped', envelope = NULL WHERE id = ?", (item.id,))
    assert agent.deliver().failure is None
    assert member(agent).gaps[0].digests == tuple(item.digest for item in lost)
    assert [canonical.digest(p) for p in member(agent).statements] == [kept.digest]
    assert [item.state for item in agent.outbox.items(*State) if item.sort == "statement"] == [
        State.COVERED,
        State.COVERED,
        State.DELIVERED,
    ]


@pytest.mark.parametrize("fault", [hung_up, proxy_page])
def test_a_gap_whose_answer_is_lost_is_repeated_as_it_was(agent: Agent, fault: Callable[..., bool]) -> None:
    agent.outbox.quarantine(agent.place(), "schema")
    agent.place()
    agent.cluster.faults.append(fault)
    assert isinstance(agent.deliver().failure, DeliveryError)
    assert agent.deliver().failure is None
    assert len(member(agent).gaps) == 1
    assert len(member(agent).statements) == 1


def test_a_restored_server_gets_again_what_it_lost(agent: Agent) -> None:
    for _ in range(4):
        agent.place()
    assert agent.deliver().failure is None
    first = canonical.decode(member(agent).statements[1])["predicate"]
    lost = member(agent).statements[1:]
    member(agent).statements = member(agent).statements[:1]
    member(agent).seq, member(agent).prev = 2, first["prev"]
    for payload in lost:
        del agent.cluster.receipts[canonical.digest(payload)]
    agent.place()
    assert agent.deliver().failure is None
    assert_all_arrived(agent, 5)


def forgotten(agent: Agent) -> None:
    """The server is put back to the enrolment."""
    payloads, found = member(agent).statements, member(agent)
    for payload in payloads:
        del agent.cluster.receipts[canonical.digest(payload)]
    found.statements, found.seq, found.prev = [], 1, agent.who.enrolment.head


def test_a_restored_server_and_a_gap_that_waits(agent: Agent) -> None:
    """What comes first in the chain is sent first, be it statement or gap."""
    agent.place()
    agent.place()
    assert agent.deliver().failure is None
    agent.outbox.quarantine(agent.place(), "schema")
    agent.place()
    forgotten(agent)
    done = agent.deliver()
    assert done.failure is None
    assert [(item.sort, item.seq) for item in done.sent] == [
        ("statement", 1), ("statement", 2), ("gap", 3), ("statement", 4),
    ]  # fmt: skip


def test_a_server_that_forgets_again_and_again_is_left(agent: Agent) -> None:
    for _ in range(3):
        agent.place()
    assert agent.deliver().failure is None
    agent.place()
    asks = refusing(ProblemType.GAP, expected_seq=1)
    passes: Callable[..., bool] = lambda _: False  # noqa: E731
    agent.cluster.before += [asks, passes, passes, passes, asks]
    done = agent.deliver()
    assert isinstance(done.failure, RefusedError)
    assert len(done.sent) == 3
    assert done.waiting == 1


def test_a_clone_is_held_back_and_keeps_its_key(agent: Agent) -> None:
    key = agent.home.key.read_bytes()
    agent.place()
    member(agent).prev = "77" * 32  # the other copy has spoken
    done = agent.deliver()
    assert isinstance(done.failure, RefusedError)
    assert "restored or cloned" in str(done.failure)
    agent.cluster.requests.clear()
    again = agent.deliver()
    assert isinstance(again.failure, RefusedError)
    assert agent.cluster.requests == [], "a chain in doubt sends nothing"
    assert agent.home.key.read_bytes() == key


def test_a_clone_that_spoke_first_is_told_from_a_lost_receipt(agent: Agent) -> None:
    """Both times the server is one ahead; only the digest it goes on from tells which."""
    agent.place()
    member(agent).seq, member(agent).prev = 2, "77" * 32
    assert isinstance(agent.deliver().failure, RefusedError)
    assert agent.outbox.head().blocked == ProblemType.FORK


def test_a_server_ahead_of_us_means_a_clone(agent: Agent) -> None:
    agent.place()
    agent.cluster.before.append(refusing(ProblemType.GAP, expected_seq=9))
    assert "restored or cloned" in str(agent.deliver().failure)
    assert agent.outbox.head().blocked == ProblemType.FORK


def test_a_server_that_asks_in_circles_is_left(agent: Agent) -> None:
    for _ in range(3):
        agent.place()
    assert agent.deliver().failure is None
    agent.place()
    agent.cluster.before += [refusing(ProblemType.GAP, expected_seq=1)] * 10
    done = agent.deliver()
    assert isinstance(done.failure, RefusedError)
    assert len(agent.cluster.before) == 8
    agent.cluster.before.clear()
    assert agent.deliver().failure is None
    assert_all_arrived(agent, 4)


def test_every_problem_has_an_action_and_a_sentence() -> None:
    assert {action_for(Problem(kind)) for kind in ProblemType} == set(Action)
    assert all(advice(Problem(kind)) for kind in ProblemType)
    assert "protocol 2, 3" in advice(Problem(ProblemType.UNSUPPORTED_PROTOCOL, supported=(2, 3)))


def test_a_backlog_leaves_in_portions(agent: Agent) -> None:
    for _ in range(BACKLOG_PER_MINUTE + 5):
        agent.place()
    assert (len(agent.deliver().sent), len(agent.deliver().sent)) == (BACKLOG_PER_MINUTE, 5)
    assert_all_arrived(agent, BACKLOG_PER_MINUTE + 5)


# --- the agent dies ----------------------------------------------------------------------------------------------------

DYING = """
import os, sys, uuid
from pathlib import Path
from agent.home.config import Home
from agent.delivery.deliver import Rim, deliver
from agent.home.identity import load_identity
from agent.delivery.outbox import SCHEMA, Outbox
from agent.home.store import opened
from agent.delivery.transport import HttpTransport
from joined import MACHINE, draft
point, home, url, run = sys.argv[1], Home(Path(sys.argv[2])), sys.argv[3], sys.argv[4]
who = load_identity(home, MACHINE)
die = lambda: os._exit(77)

class Dying(HttpTransport):
    def post(self, path, body, content_type):
        if point == "before the request": die()
        answer = super().post(path, body, content_type)
        if point == "before the receipt is read": die()
        return answer
    def get(self, path):
        if point == "before the consistency proof": die()
        return super().get(path)

def placed(position, seen):
    made = draft(run).at(position, seen)
    if point == "while placing": die()
    return made

with opened(home, SCHEMA) as connection:
    outbox = Outbox(connection, who)
    outbox.place(run, placed, 0)
    if point == "after placing": die()
    with Dying(url) as transport:
        done = deliver(outbox, who.enrolment, Rim(transport, lambda: 0, lambda: 0.5, lambda: str(uuid.uuid4()),
                       lambda item: die() if point == "after the receipt is stored" else None))
    sys.exit(0 if done.failure is None else 1)
"""
POINTS = [
    "while placing",
    "after placing",
    "before the request",
    "before the receipt is read",
    "before the consistency proof",
    "after the receipt is stored",
]


@pytest.mark.parametrize("point", POINTS)
def test_an_agent_that_dies_says_everything_once(agent: Agent, point: str) -> None:
    runs = [str(uuid.uuid4()) for _ in range(2)]
    path = f"{HERE}:{HERE.parent}"

    def run(where: str, name: str) -> int:
        command = [sys.executable, "-c", DYING, where, str(agent.home.path), agent.who.enrolment.url, name]
        return subprocess.run(command, env={"PYTHONPATH": path, "PATH": os.environ["PATH"]}, check=False).returncode

    assert run(point, runs[0]) == 77
    assert run("never", runs[0]) == 0
    assert run("never", runs[1]) == 0
    said = [canonical.decode(payload)["predicate"] for payload in member(agent).statements]
    assert [p["run"]["id"] for p in said] == runs
    assert [p["seq"] for p in said] == [1, 2]


def test_an_agent_killed_by_the_system_says_everything_once(agent: Agent) -> None:
    """The server kills the sender itself, while the sender waits for the receipt."""
    pids: list[int] = []

    def kill(handler: Any, _: Any) -> bool:
        os.kill(pids[0], signal.SIGKILL)
        return hung_up(handler)

    name = str(uuid.uuid4())
    agent.cluster.faults.append(kill)
    command = [sys.executable, "-c", DYING, "never", str(agent.home.path), agent.who.enrolment.url, name]
    with agent.cluster.lock:
        run = subprocess.Popen(command, env={"PYTHONPATH": f"{HERE}:{HERE.parent}", "PATH": os.environ["PATH"]})
        pids.append(run.pid)
    assert run.wait() == -signal.SIGKILL
    assert agent.deliver().failure is None
    assert_all_arrived(agent, 1)
