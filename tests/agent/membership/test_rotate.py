"""Replacing the agent's key against the real aggregator, interrupted at every line."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import killed
import pytest
from aggregating import Running, fresh, running
from delivering import enrolled, say
from joined import MACHINE, draft
from rotating import rotate_quietly, rotated
from sqlalchemy import select

from agent.delivery.deliver import Rim, deliver
from agent.delivery.outbox import SCHEMA, Outbox, State
from agent.delivery.transport import HttpTransport
from agent.home import identity
from agent.home.config import Home
from agent.home.identity import load_identity
from agent.home.store import opened
from agent.membership.rotate import due, rotate
from aggregator.database import agents, log
from aggregator.database.engine import reading
from aggregator.database.schema import key_event
from shieldwall.encoding import canonical
from shieldwall.errors import DeliveryError, IntegrityError, RefusedError
from shieldwall.limits import ROTATION_DAYS
from shieldwall.log.receipt import Kind, parse_receipt

NOW = 1_800_000_000
FILES = ("agent/membership/rotate.py", "agent/home/identity.py", "agent/delivery/outbox.py")

killed.preload("agent.membership.rotate", "agent.delivery.transport", "requests", "rotating")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(fresh(tmp_path_factory.mktemp("cluster") / "data")) as cluster:
        yield cluster


def known(live: Running, agent: str) -> agents.Agent:
    with reading(live.service.engine) as connection:
        found = agents.by_id(connection, live.config.cluster, agent)
    assert found is not None
    return found


def events(live: Running, agent: str) -> list[str]:
    with reading(live.service.engine) as connection:
        query = select(key_event.c.kind).where(key_event.c.agent == agent).order_by(key_event.c.log_index)
        return list(connection.execute(query).scalars())


def test_the_chain_goes_on_under_the_new_key(live: Running, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    agent = enrolled(live, home)
    assert say(home, live, 2).failure is None
    before = load_identity(home, MACHINE)
    after = rotated(home.path, live.port)
    assert (after.enrolment.epoch, after.enrolment.agent) == (2, agent)
    assert after.enrolment.key != before.enrolment.key
    assert load_identity(home, MACHINE).enrolment == after.enrolment
    done = say(home, live, 2)
    assert (done.failure, [item.seq for item in done.sent]) == (None, [1, 2])
    there = known(live, agent)
    assert (there.epoch, there.last_seq) == (2, 2)
    assert events(live, agent) == ["add", "rotate"]
    with reading(live.service.engine) as connection:
        leaf = log.find(connection, live.config.cluster, canonical.digest(after.enrolment.rotation.encode()))
    assert leaf is not None
    assert leaf.leaf.kind is Kind.KEY
    assert list(home.path.glob("former-*-agent.key")), "the old key is kept"
    assert not home.next_key.exists()
    third = rotated(home.path, live.port)
    assert third.enrolment.epoch == 3
    assert say(home, live).failure is None


def test_killed_anywhere_it_is_done_in_the_end_and_done_once(live: Running, tmp_path: Path) -> None:
    lines = 0
    while True:
        home = Home(tmp_path / f"home{lines}")
        agent = enrolled(live, home)
        ended = killed.killed_at(lines, FILES, rotate_quietly, home.path, live.port)
        if load_identity(home, MACHINE).enrolment.epoch == 1:
            rotated(home.path, live.port)
        done = say(home, live)
        assert done.failure is None, f"killed at line {lines}: {done.failure}"
        assert known(live, agent).epoch == 2
        assert events(live, agent) == ["add", "rotate"], f"killed at line {lines}"
        if not ended:
            break
        lines += 4
    assert lines > 60, "the loop saw the whole of it"


def test_a_lost_answer_is_harmless(live: Running, tmp_path: Path) -> None:
    class Deaf(HttpTransport):
        def post(self, path, body, content_type):  # type: ignore[no-untyped-def]
            super().post(path, body, content_type)
            raise DeliveryError("the answer was lost")

    home = Home(tmp_path / "home")
    agent = enrolled(live, home)
    who = load_identity(home, MACHINE)
    with opened(home, SCHEMA) as db, Deaf(f"http://127.0.0.1:{live.port}") as transport:
        with pytest.raises(DeliveryError):
            rotate(home, who, Outbox(db, who), MACHINE, transport, NOW)
        with pytest.raises(DeliveryError, match="being replaced"):
            say(home, live)
    assert known(live, agent).epoch == 2
    assert rotated(home.path, live.port).enrolment.epoch == 2
    assert say(home, live).failure is None
    assert events(live, agent) == ["add", "rotate"]


def test_a_copy_that_kept_the_old_key_is_told_what_it_is(live: Running, tmp_path: Path) -> None:
    import shutil

    home, copy = Home(tmp_path / "home"), Home(tmp_path / "copy")
    enrolled(live, home)
    shutil.copytree(home.path, copy.path)
    rotated(home.path, live.port)
    told = say(copy, live).failure
    assert isinstance(told, RefusedError)
    assert "restored or cloned" in str(told)
    with opened(copy, SCHEMA) as db:
        states = [item.state for item in Outbox(db, load_identity(copy, MACHINE)).items(*State)]
    assert states == [State.WAITING], "what it has is kept"
    with pytest.raises((RefusedError, DeliveryError)):
        rotated(copy.path, live.port)
    assert say(home, live).failure is None


def test_nothing_is_replaced_while_something_waits(live: Running, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    enrolled(live, home)
    with opened(home, SCHEMA) as db:
        who = load_identity(home, MACHINE)
        made = draft()
        Outbox(db, who).place(made.run.id, made.at, NOW)
    with pytest.raises(DeliveryError, match="waits"):
        rotated(home.path, live.port)


def test_another_next_key_than_the_announced_one_is_noticed(live: Running, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    enrolled(live, home)
    who = load_identity(home, MACHINE)
    with opened(home, SCHEMA) as db:
        Outbox(db, who).place_rotation(identity.ensure_key(home.next_key), NOW)
    home.next_key.unlink()
    with pytest.raises(IntegrityError, match="announced"):
        rotated(home.path, live.port)


def test_due_after_a_year(live: Running, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    enrolled(live, home)
    at = load_identity(home, MACHINE).enrolment
    received = parse_receipt(at.receipt.encode()).received
    assert not due(at, received + ROTATION_DAYS * 86_400)
    assert due(at, received + ROTATION_DAYS * 86_400 + 1)


def test_a_rotation_is_still_there_after_35_days(live: Running, tmp_path: Path) -> None:
    """A server restored from a backup may need it again."""
    home = Home(tmp_path / "home")
    enrolled(live, home)
    before = load_identity(home, MACHINE)
    rotated(home.path, live.port)
    with opened(home, SCHEMA) as db:
        box = Outbox(db, before)
        box.free(NOW * 2)
        kept = box.rotation()
    assert kept is not None
    assert kept.envelope is not None


def test_a_gap_at_the_end_goes_first(live: Running, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    enrolled(live, home)
    who = load_identity(home, MACHINE)
    with opened(home, SCHEMA) as db, HttpTransport(f"http://127.0.0.1:{live.port}") as transport:
        box = Outbox(db, who)
        made = draft()
        box.quarantine(box.place(made.run.id, made.at, NOW), "schema")
        lost = box.losses()
        assert lost == (1, 1)
        box.make_gap(*lost, NOW, str(uuid.uuid4()))
        rim = Rim(transport, lambda: NOW, lambda: 0.5, lambda: str(uuid.uuid4()))
        assert deliver(box, who.enrolment, rim).failure is None
        after = rotate(home, who, box, MACHINE, transport, NOW)
    assert after.enrolment.epoch == 2
    assert say(home, live).failure is None


def test_files_written_before_rotations_existed_are_read(live: Running, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    enrolled(live, home)
    members = canonical.decode(home.enrolment.read_bytes())
    del members["rotation"]
    home.enrolment.write_bytes(canonical.encode(members))
    assert replace(load_identity(home, MACHINE).enrolment).rotation == ""
