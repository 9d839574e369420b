"""Persons, links, codes, sessions and the audit log in a real database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from aggregating import empty_database
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from aggregator.database import versions
from aggregator.database.engine import connect, reading, writing
from aggregator.people import audit, links, persons, recovery, sessions
from aggregator.people.audit import Action
from aggregator.people.persons import Role
from aggregator.people.sessions import IDLE_SECONDS, LIFE_SECONDS
from shieldwall.errors import IntegrityError, UsageError

C, NOW = "valley", 1_800_000_000


@pytest.fixture
def engine(tmp_path: Path, either_database: str) -> Iterator[Engine]:
    made = connect(empty_database() or f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    versions.upgrade(made)
    yield made
    made.dispose()


def take_triggers_away(engine: Engine) -> None:
    """As somebody who owns the database could."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("DROP TRIGGER audit_entry_append_only ON audit_entry"))
            return
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER audit_entry_no_{verb}"))


def entries(engine: Engine, number: int) -> None:
    with writing(engine) as connection:
        for index in range(number):
            audit.append(connection, C, "maria", Action.FIRM_ADDED, f"firm {index}", NOW + index)


def test_the_log_numbers_its_entries_and_its_chain_holds(engine: Engine) -> None:
    entries(engine, 5)
    with reading(engine) as connection:
        head = audit.verify(connection, C)
        newest = audit.newest(connection, C, 2)
        assert head is not None and head.number == 5
        assert [entry.number for entry in newest] == [5, 4]
        assert audit.newest(connection, C, 9, before=2)[0].subject == "firm 0"
        assert audit.verify(connection, C, newest[1].digest) == head
        assert audit.verify(connection, "another") is None
        with pytest.raises(IntegrityError, match="its end was cut"):
            audit.verify(connection, C, "0" * 64)


@pytest.mark.parametrize(
    "order",
    ["UPDATE audit_entry SET subject = 'firm 9' WHERE number = 2", "DELETE FROM audit_entry WHERE number = 5"],
)
def test_the_database_refuses_to_change_the_log(engine: Engine, order: str) -> None:
    entries(engine, 5)
    with pytest.raises(DBAPIError, match="append-only"), writing(engine) as connection:
        connection.execute(text(order))
    with reading(engine) as connection:
        head = audit.verify(connection, C)
        assert head is not None and head.number == 5


@pytest.mark.parametrize("how", ["INSERT", "INSERT OR REPLACE"])
def test_the_database_refuses_to_put_an_entry_in_the_place_of_another(engine: Engine, how: str) -> None:
    """SQLite deletes what it replaces, and fires no trigger for that unless told to."""
    if engine.dialect.name == "postgresql":
        how = "INSERT"
    entries(engine, 5)
    order = f"{how} INTO audit_entry SELECT cluster, number, at, 'jonas', action, subject, digest FROM audit_entry WHERE true"
    if how == "INSERT":
        order += " ON CONFLICT (cluster, number) DO UPDATE SET who = 'jonas'"
    with pytest.raises(DBAPIError, match="append-only"), writing(engine) as connection:
        connection.execute(text(order))
    with reading(engine) as connection:
        assert {entry.who for entry in audit.newest(connection, C, 9)} == {"maria"}


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("UPDATE audit_entry SET subject = 'firm 9' WHERE number = 2", "entry 2"),
        ("UPDATE audit_entry SET who = 'jonas' WHERE number = 3", "entry 3"),
        ("UPDATE audit_entry SET at = at + 1 WHERE number = 4", "entry 4"),
        ("DELETE FROM audit_entry WHERE number = 3", "entry 4"),
    ],
)
def test_whoever_takes_the_trigger_away_is_found_out(engine: Engine, order: str, told: str) -> None:
    entries(engine, 5)
    take_triggers_away(engine)
    with writing(engine) as connection:
        connection.execute(text(order))
    with reading(engine) as connection, pytest.raises(IntegrityError, match=told):
        audit.verify(connection, C)


def test_a_cut_end_is_found_by_a_noted_head(engine: Engine) -> None:
    entries(engine, 5)
    with reading(engine) as connection:
        noted = audit.head(connection, C)
    take_triggers_away(engine)
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM audit_entry WHERE number > 3"))
    with reading(engine) as connection:
        assert noted is not None
        audit.verify(connection, C)
        with pytest.raises(IntegrityError, match="its end was cut"):
            audit.verify(connection, C, noted.digest)


def test_a_link_is_good_once_and_for_a_day(engine: Engine) -> None:
    with writing(engine) as connection:
        token = links.make(connection, C, Role.OPERATOR, NOW)
        assert links.find(connection, C, token, NOW + links.HOURS * 3600) is None
        assert links.find(connection, "another", token, NOW) is None
        assert links.find(connection, C, token + "x", NOW) is None
        link = links.find(connection, C, token, NOW + links.HOURS * 3600 - 1)
        assert link is not None and link.role is Role.OPERATOR
        assert links.use(connection, C, link, NOW)
        assert not links.use(connection, C, link, NOW), "somebody was faster"
        assert links.find(connection, C, token, NOW) is None
        stored = connection.execute(text("SELECT digest FROM one_time_link")).scalar_one()
        assert token not in stored


def test_recovery_codes_work_once_each_and_only_the_newest_ten(engine: Engine) -> None:
    with writing(engine) as connection:
        one = persons.add(connection, C, name="maria", role=Role.MANAGER, password="x", now=NOW)
        two = persons.add(connection, C, name="jonas", role=Role.READER, password="x", now=NOW)
        old = recovery.renew(connection, C, one.id)
        codes = recovery.renew(connection, C, one.id)
        assert len(set(codes)) == 10
        assert not recovery.use(connection, C, one.id, old[0], NOW)
        assert not recovery.use(connection, C, two.id, codes[0], NOW)
        assert recovery.use(connection, C, one.id, codes[0].upper().replace("-", " "), NOW)
        assert not recovery.use(connection, C, one.id, codes[0], NOW)
        assert recovery.left(connection, C, one.id) == 9


def test_a_session_ends_by_idleness_by_age_and_by_hand(engine: Engine) -> None:
    with writing(engine) as connection:
        who = persons.add(connection, C, name="maria", role=Role.MANAGER, password="x", now=NOW)
        first = sessions.begin(connection, C, who.id, whole=True, now=NOW)
        assert connection.execute(text("SELECT digest FROM desk_session")).scalar_one() != first
        found = sessions.find(connection, C, first, NOW + IDLE_SECONDS - 1)
        assert found is not None and found.person == who.id
        assert sessions.find(connection, C, first, NOW + IDLE_SECONDS) is None
        for hour in range(1, 24):
            sessions.touch(connection, C, found, NOW + hour * 1800)
        assert sessions.find(connection, C, first, NOW + LIFE_SECONDS - 1) is not None
        assert sessions.find(connection, C, first, NOW + LIFE_SECONDS) is None
        second = sessions.begin(connection, C, who.id, whole=True, now=NOW)
        kept = sessions.digest_of(second)
        assert sessions.end_all(connection, C, who.id, but=kept) == 1
        assert sessions.find(connection, C, second, NOW) is not None
        sessions.end(connection, C, kept)
        assert sessions.find(connection, C, second, NOW) is None


def test_old_sessions_are_swept_when_somebody_enters(engine: Engine) -> None:
    with writing(engine) as connection:
        who = persons.add(connection, C, name="maria", role=Role.MANAGER, password="x", now=NOW)
        sessions.begin(connection, C, who.id, whole=True, now=NOW)
        sessions.begin(connection, C, who.id, whole=True, now=NOW + IDLE_SECONDS + 1)
        assert len(sessions.of_person(connection, C, who.id)) == 1


def test_a_cluster_keeps_a_manager(engine: Engine) -> None:
    with writing(engine) as connection:
        assert persons.nobody_yet(connection, C)
        one = persons.add(connection, C, name="maria", role=Role.MANAGER, password="x", now=NOW)
        two = persons.add(connection, C, name="jonas", role=Role.READER, password="x", now=NOW)
        assert not persons.nobody_yet(connection, C)
        for attempt in (
            lambda: persons.set_role(connection, C, one.id, Role.READER),
            lambda: persons.disable(connection, C, one.id, NOW),
        ):
            with pytest.raises(UsageError, match="only manager"):
                attempt()
        persons.set_role(connection, C, two.id, Role.MANAGER)
        persons.disable(connection, C, one.id, NOW)
        with pytest.raises(UsageError, match="only manager"):
            persons.set_role(connection, C, two.id, Role.OPERATOR)


@pytest.mark.parametrize("name", ["", "Maria", "-maria", "ma ria", "x" * 61, "mari\u0430"])
def test_strange_names_are_refused(engine: Engine, name: str) -> None:
    with writing(engine) as connection, pytest.raises(UsageError, match="small letters"):
        persons.add(connection, C, name=name, role=Role.READER, password="x", now=NOW)


def test_a_name_is_taken_once(engine: Engine) -> None:
    with writing(engine) as connection:
        persons.add(connection, C, name="maria", role=Role.READER, password="x", now=NOW)
        with pytest.raises(UsageError, match="taken"):
            persons.add(connection, C, name="maria", role=Role.READER, password="x", now=NOW)


def test_roles_include_those_below() -> None:
    assert [[one.may(two) for two in persons.ORDER] for one in persons.ORDER] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
