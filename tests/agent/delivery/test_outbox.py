"""The chain in the outbox: one seq, one content; nothing lost without a trace."""

import resource
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from joined import Agent, draft, joined
from simulator import Cluster, served

from agent.delivery.outbox import SCHEMA, Outbox, Sort, State
from agent.home.store import opened
from shieldwall.encoding import canonical, envelope
from shieldwall.errors import IntegrityError, RefusedError
from shieldwall.limits import OUTBOX_STATEMENTS, RECEIPT_RETENTION_DAYS
from shieldwall.messages import notice, statement
from shieldwall.messages.notice import GapReason


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    with served(Cluster()) as (cluster, url), joined(tmp_path / "home", cluster, url) as made:
        yield made


def payload(agent: Agent, item_id: int) -> bytes:
    sealed = agent.outbox.get(item_id).envelope
    assert sealed is not None
    return envelope.open_envelope(sealed, [agent.who.key.public_key()]).payload


def test_a_chain_grows(agent: Agent) -> None:
    prev = agent.who.enrolment.head
    for seq in (1, 2, 3):
        item = agent.place()
        said = statement.parse(payload(agent, item.id))
        assert (said.position.seq, said.position.prev, item.state) == (seq, prev, State.WAITING)
        prev = canonical.digest(payload(agent, item.id))
    assert agent.outbox.head().head == prev


def test_the_same_run_is_placed_once(agent: Agent) -> None:
    run = str(uuid.uuid4())
    assert agent.place(run) == agent.place(run)
    assert agent.outbox.head().next_seq == 2


def test_a_failure_while_placing_uses_nothing_up(agent: Agent) -> None:
    before = agent.outbox.head()

    def broken(*_: object) -> statement.Statement:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        agent.outbox.place("run", broken, 0)
    assert agent.outbox.head() == before
    assert agent.outbox.items(*State) == []


def test_the_oldest_make_room_and_leave_their_digest(agent: Agent) -> None:
    first = [agent.place() for _ in range(3)]
    for _ in range(OUTBOX_STATEMENTS - 1):
        agent.place()
    dropped = agent.outbox.items(State.DROPPED)
    assert [(item.seq, item.envelope, item.digest) for item in dropped] == [
        (n + 1, None, first[n].digest) for n in range(2)
    ]
    assert agent.deliver().failure is None
    gap = agent.cluster.members[agent.who.enrolment.agent].gaps[0]
    assert (gap.position.seq, gap.last, gap.reason) == (1, 2, GapReason.OVERFLOW)
    assert gap.digests == tuple(item.digest for item in first[:2])


def test_a_gap_is_made_once_and_stays_as_it_is(agent: Agent) -> None:
    lost, _ = agent.place(), agent.place()
    agent.connection.execute("UPDATE outbox SET state = 'dropped', envelope = NULL WHERE id = ?", (lost.id,))
    gap = agent.outbox.next(0, str(uuid.uuid4()))
    assert gap is not None
    assert gap == agent.outbox.next(0, str(uuid.uuid4()))
    said = notice.parse_gap(payload(agent, gap.id))
    assert (said.position.seq, said.last, said.digests) == (1, 1, (lost.digest,))
    assert said.position.prev == agent.who.enrolment.head


def test_nothing_to_say_after_a_loss_at_the_end(agent: Agent) -> None:
    agent.outbox.quarantine(agent.place(), "schema")
    assert agent.outbox.next(0, str(uuid.uuid4())) is None
    later = agent.place()
    gap = agent.outbox.next(0, str(uuid.uuid4()))
    assert gap is not None
    assert (gap.sort, gap.seq, gap.last) == (Sort.GAP, 1, later.seq - 1)


def test_envelopes_are_freed_after_five_weeks_and_receipts_stay(agent: Agent) -> None:
    agent.place()
    assert agent.deliver().failure is None
    received = agent.outbox.items(State.DELIVERED)[0].received
    assert received is not None
    assert agent.outbox.free(received + RECEIPT_RETENTION_DAYS * 86_400) == 0
    assert agent.outbox.free(received + RECEIPT_RETENTION_DAYS * 86_400 + 1) == 1
    assert agent.connection.execute("SELECT count(*) FROM outbox WHERE receipt IS NOT NULL").fetchone()[0] == 1
    assert agent.outbox.rewind(1)
    assert [item.state for item in agent.outbox.items(*State)] == [State.DROPPED]


def test_a_blocked_chain_takes_nothing(agent: Agent) -> None:
    agent.outbox.block("fork")
    with pytest.raises(RefusedError, match="fork"):
        agent.place()


def test_a_gap_over_unknown_ground_is_refused(agent: Agent) -> None:
    agent.place()
    with pytest.raises(IntegrityError, match="restored or cloned"):
        agent.outbox.make_gap(1, 5, 0, str(uuid.uuid4()))


def test_a_lost_database_is_noticed(agent: Agent) -> None:
    agent.connection.execute("DELETE FROM outbox_head")
    with pytest.raises(IntegrityError, match="does not know its own chain"):
        agent.place()


def test_two_processes_never_share_a_seq(agent: Agent) -> None:
    code = (
        "import sys; from pathlib import Path; from joined import draft, MACHINE; from agent.home.config import Home\n"
        "from agent.home.identity import load_identity; from agent.delivery.outbox import SCHEMA, Outbox\n"
        "from agent.home.store import opened\n"
        "home = Home(Path(sys.argv[1])); who = load_identity(home, MACHINE)\n"
        "with opened(home, SCHEMA) as c:\n"
        "    for _ in range(8):\n"
        "        d = draft(); Outbox(c, who).place(d.run.id, d.at, 0)\n"
    )
    path = f"{Path(__file__).parents[2]}:{Path(__file__).parents[3]}"
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(agent.home.path)], env={"PYTHONPATH": path}, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    for run in runs:
        assert run.communicate()[1] == b""
        assert run.returncode == 0
    items = agent.outbox.items(State.WAITING)
    assert [item.seq for item in items] == list(range(1, 25))
    assert [item.prev for item in items[1:]] == [item.digest for item in items[:-1]]
    while agent.outbox.items(State.WAITING):
        assert agent.deliver().failure is None
    assert len(agent.cluster.members[agent.who.enrolment.agent].statements) == 24


def test_a_full_disk_uses_no_seq_up(agent: Agent) -> None:
    agent.connection.execute("PRAGMA wal_autocheckpoint=0")
    before = agent.outbox.head()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (agent.home.path / "agent.db-wal").stat().st_size
    placed = 0
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40_000, hard))
    try:
        with pytest.raises(sqlite3.OperationalError):
            while True:
                agent.place()
                placed += 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert agent.outbox.head().next_seq == before.next_seq + placed
    assert len(agent.outbox.items(State.WAITING)) == placed
    agent.place()
    assert agent.deliver().failure is None


def test_state_survives_reopening(agent: Agent) -> None:
    item = agent.place()
    with opened(agent.home, SCHEMA) as other:
        assert Outbox(other, agent.who).get(item.id) == item
        assert Outbox(other, agent.who).head().next_seq == 2


def test_a_draft_is_bound_to_its_chain(agent: Agent) -> None:
    item = agent.place()
    said = statement.parse(payload(agent, item.id))
    assert said.position.agent == agent.who.enrolment.agent
    assert said.log == agent.outbox.head().seen
    assert draft(said.run.id).at(said.position, said.log) == said
