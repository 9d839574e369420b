"""The last look at the network is kept part by part, and not for ever."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection

import pytest

from agent.home.config import Home
from agent.home.store import opened
from agent.records import surveys

AT = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
DOOR = {"host": "192.168.1.9", "port": 23, "proto": "tcp", "service": "telnet", "product": "", "state": "open"}
INSIDE = {"inside": [DOOR], "outside": {"?": "unsupported"}, "devices": {"?": "absent"}}
OUTSIDE = {"inside": {"?": "unsupported"}, "outside": [], "devices": {"?": "absent"}}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    with opened(Home(tmp_path / "home"), surveys.SCHEMA) as connection:
        yield connection


def seen(db: Connection, now: datetime = AT) -> object:
    fact = surveys.latest(db, now)
    return fact.value if fact else None


def test_nobody_looked(db: Connection) -> None:
    assert surveys.latest(db, AT) is None


def test_what_was_seen_comes_back(db: Connection) -> None:
    surveys.record(db, INSIDE, AT)
    fact = surveys.latest(db, AT)
    assert fact is not None and (fact.value, fact.source) == (INSIDE, "look at the network of 2026-11-01")


def test_a_look_from_outside_does_not_forget_the_one_from_inside(db: Connection) -> None:
    surveys.record(db, INSIDE, AT)
    surveys.record(db, OUTSIDE, AT + timedelta(days=1))
    assert seen(db) == {"inside": [DOOR], "outside": [], "devices": {"?": "absent"}}


def test_a_newer_look_replaces_an_older_one(db: Connection) -> None:
    surveys.record(db, INSIDE, AT)
    surveys.record(db, {**INSIDE, "inside": []}, AT + timedelta(days=1))
    assert seen(db) == {**INSIDE, "inside": []}


def test_a_part_nobody_could_look_at_follows_the_newest_reason(db: Connection) -> None:
    surveys.record(db, INSIDE, AT)
    surveys.record(db, {**INSIDE, "outside": {"?": "absent"}}, AT)
    assert seen(db) == {**INSIDE, "outside": {"?": "absent"}}


def test_an_old_look_says_nothing_about_today(db: Connection) -> None:
    surveys.record(db, INSIDE, AT)
    assert seen(db, AT + surveys.COUNTS_FOR) == INSIDE
    old = seen(db, AT + surveys.COUNTS_FOR + timedelta(seconds=1))
    assert old == {"inside": {"?": "stale"}, "outside": {"?": "unsupported"}, "devices": {"?": "absent"}}


def test_the_first_word_about_a_range_is_kept(db: Connection) -> None:
    surveys.confirm(db, ["198.51.100.0/28"], "anna", AT)
    surveys.confirm(db, ["198.51.100.0/28", "198.51.100.64/28"], "bert", AT + timedelta(days=1))
    assert surveys.confirmed(db) == ("198.51.100.0/28", "198.51.100.64/28")
    row = db.execute("SELECT by FROM confirmed_range ORDER BY network").fetchone()
    assert row["by"] == "anna"
