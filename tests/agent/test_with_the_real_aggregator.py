"""The agent's own code against the aggregator's own code, over real sockets: both sides read the protocol alike."""

import shutil
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from aggregating import fresh, running
from delivering import NONCE, at, enrolled, say, states
from joined import MACHINE, audit

from agent.delivery.deliver import Rim, deliver
from agent.delivery.outbox import SCHEMA, Outbox, State
from agent.delivery.transport import HttpTransport
from agent.home.config import Home
from agent.home.identity import load_identity
from agent.home.store import opened
from agent.membership.enrol import join, leave
from agent.submission.compose import compose
from aggregator.database import agents
from aggregator.database.engine import reading
from aggregator.members.enrol import approve
from shieldwall.errors import DeliveryError, IntegrityError, RefusedError


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_join_submit_leave(home: Home, tmp_path: Path) -> None:
    with running(fresh(tmp_path / "data")) as live:
        agent = enrolled(live, home)
        first, second = say(home, live, 3), say(home, live)
        assert (first.failure, second.failure) == (None, None)
        assert (len(first.sent), len(second.sent)) == (3, 1)
        with HttpTransport(f"http://127.0.0.1:{live.port}") as transport:
            leave(home, load_identity(home, MACHINE), transport, lambda: str(uuid.uuid4()))
        with reading(live.service.engine) as connection:
            gone = agents.by_id(connection, live.config.cluster, agent)
        assert gone is not None
        assert (gone.status, gone.last_seq) == (agents.AgentStatus.REVOKED, 4)


def test_a_server_that_was_away_gets_everything_in_order(home: Home, tmp_path: Path) -> None:
    config = fresh(tmp_path / "data")
    with running(config) as live:
        enrolled(live, home)
        assert say(home, live, 2).failure is None
    away = say(home, live, 3)
    assert isinstance(away.failure, DeliveryError)
    with running(config) as back:
        done = say(home, back)
        assert (done.failure, len(done.sent)) == (None, 4)


def test_a_gap_is_taken_and_the_chain_goes_on(home: Home, tmp_path: Path) -> None:
    with running(fresh(tmp_path / "data")) as live:
        enrolled(live, home)
        with opened(home, SCHEMA) as connection:
            box = Outbox(connection, load_identity(home, MACHINE))
            for _ in range(2):
                made = audit()
                box.quarantine(box.place(made.run, compose(made, "0.1.0").at, 0), "schema")
        done = say(home, live, 2)
        assert (done.failure, [item.sort for item in done.sent]) == (None, ["gap", "statement", "statement"])
        assert states(home).count(State.COVERED) == 2


def test_a_check_the_cluster_does_not_know_is_put_aside_and_not_in_the_way(home: Home, tmp_path: Path) -> None:
    with running(fresh(tmp_path / "data")) as live:
        enrolled(live, home)
        with opened(home, SCHEMA) as connection:
            made = audit()
            Outbox(connection, load_identity(home, MACHINE)).place(made.run, compose(made, "0.1.0").at, 0)
        done = say(home, live)
        assert done.failure is None
        assert [item.problem for item in done.put_aside] == ["schema"]


def test_approval_is_waited_for(home: Home, tmp_path: Path) -> None:
    config = fresh(tmp_path / "data", approval=True)
    with running(config) as live:
        agent = enrolled(live, home)
        assert isinstance(say(home, live).failure, DeliveryError)
        approve(live.service.engine, config.cluster, agent)
        assert say(home, live).failure is None


def test_a_clone_is_noticed_and_the_slot_can_be_taken_anew(home: Home, tmp_path: Path) -> None:
    with running(fresh(tmp_path / "data")) as live:
        firm = live.firm("Miller Ltd")
        (invitation,) = live.invite(firm)
        with HttpTransport(f"http://127.0.0.1:{live.port}") as transport:
            old = join(home, at(invitation, live), MACHINE, transport, NONCE).enrolment
        clone = Home(tmp_path / "clone")
        shutil.copytree(home.path, clone.path)
        assert say(home, live).failure is None
        told = say(clone, live).failure
        assert isinstance(told, RefusedError)
        assert "restored or cloned" in str(told)
        with reading(live.service.engine) as connection:
            held = agents.by_id(connection, live.config.cluster, old.agent)
        assert held is not None
        (again,) = live.invite(firm, slot=held.slot)
        with HttpTransport(f"http://127.0.0.1:{live.port}") as transport:
            new = join(home, at(again, live), MACHINE, transport, NONCE, replace=True).enrolment
        assert (new.epoch, new.agent != old.agent) == (2, True)
        assert say(home, live).failure is None
        assert isinstance(say(clone, live, 0).failure, RefusedError)


def backed_up(database: Path, copy: Path) -> None:
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def restored(database: Path, copy: Path) -> None:
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(copy, database)


@pytest.mark.parametrize("later", [1, 3])
def test_a_server_restored_from_an_older_backup_is_noticed_and_nothing_is_lost(
    home: Home, tmp_path: Path, later: int
) -> None:
    config, copy = fresh(tmp_path / "data"), tmp_path / "backup.sqlite"
    database = config.folder / "ledger.sqlite"
    with running(config) as live:
        enrolled(live, home)
        assert say(home, live).failure is None
    backed_up(database, copy)
    with running(config) as live:
        assert say(home, live, later).failure is None
    restored(database, copy)
    with running(config) as live:
        told = say(home, live).failure
        assert isinstance(told, (RefusedError, IntegrityError)), told
        assert "cluster manager" in str(told)
    assert states(home).count(State.DELIVERED) + states(home).count(State.WAITING) == later + 2


Spoil = Callable[[bytes], bytes]


@pytest.mark.parametrize("spoil", [lambda b: b[:-20], lambda b: b.replace(b'"sig"', b'"sgi"'), lambda b: b"{}"])
def test_what_was_spoilt_on_the_way_is_refused_by_the_server(home: Home, tmp_path: Path, spoil: Spoil) -> None:
    class Spoiling(HttpTransport):
        def post(self, path, body, content_type):  # type: ignore[no-untyped-def]
            return super().post(path, spoil(body), content_type)

    with running(fresh(tmp_path / "data")) as live:
        enrolled(live, home)
        with opened(home, SCHEMA) as connection:
            who = load_identity(home, MACHINE)
            made = audit()
            Outbox(connection, who).place(made.run, compose(made, "0.1.0").at, 0)
            with Spoiling(f"http://127.0.0.1:{live.port}") as transport:
                rim = Rim(transport, lambda: 0, lambda: 0.5, lambda: str(uuid.uuid4()))
                done = deliver(Outbox(connection, who), who.enrolment, rim)
        assert [item.problem for item in done.put_aside] == ["malformed"]
