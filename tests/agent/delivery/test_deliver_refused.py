"""What the agent does at each row of the protocol's error table, and when the server forgot or the host was cloned."""

from collections.abc import Callable

import pytest
from joined import Agent, assert_all_arrived, member
from simulator import (
    hung_up,
    proxy_page,
    refusing,
)

from agent.delivery.deliver import Action, action_for, advice
from agent.delivery.outbox import State
from shieldwall.encoding import canonical
from shieldwall.errors import DeliveryError, RefusedError
from shieldwall.limits import BACKLOG_PER_MINUTE
from shieldwall.messages.notice import GapReason
from shieldwall.messages.problem import Problem, ProblemType

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
