"""A look killed in the middle goes on where it stopped; what is new is what nobody met before."""

import ipaddress
import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection

import pytest

from agent.home.config import Home
from agent.home.store import opened
from agent.probes.netscan import met
from agent.probes.netscan.report import Device, Report, Service
from agent.probes.netscan.scanner import BATCH, survey
from agent.probes.netscan.targets import Address

AT = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
TARGETS: Sequence[Address] = [ipaddress.ip_address(f"127.79.1.{last}") for last in range(1, BATCH + 3)]
PORTS = (9,)
DOOR = Service("10.0.0.1", 23, "tcp", "telnet", "", "open")
BOTH = ["10.0.0.1", "10.0.0.2"]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    with opened(Home(tmp_path / "home"), met.SCHEMA) as connection:
        yield connection


def look(home: Path, kills: bool) -> tuple[Report, list[int]]:
    steps: list[int] = []

    def step(done: int, total: int) -> None:
        steps.append(done)
        if kills and done == BATCH:
            os.kill(os.getpid(), signal.SIGKILL)

    with opened(Home(home), met.SCHEMA) as db:
        journal = met.Batches(db, met.name_of(TARGETS, PORTS, False), datetime.now(UTC))
        return survey(TARGETS, industrial=False, progress=step, ports=PORTS, journal=journal), steps


def test_a_killed_look_goes_on_where_it_stopped(tmp_path: Path) -> None:
    child = multiprocessing.get_context("forkserver").Process(target=look, args=(tmp_path / "home", True))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    report, steps = look(tmp_path / "home", False)
    assert steps == [BATCH, len(TARGETS)]
    assert {device.host for device in report.devices} == {str(address) for address in TARGETS}


def test_a_batch_comes_back_as_it_was_seen_and_only_for_the_same_look(db: Connection) -> None:
    row = {"host": "10.0.0.1", "port": 443, "outdated": True}
    seen = Report((Device("10.0.0.1", True), Device("10.0.0.2", False)), (DOOR,), (row,), None)
    now = datetime.now(UTC)
    met.Batches(db, "a", now).keep(3, seen)
    assert met.Batches(db, "a", now).seen(3) == seen
    assert met.Batches(db, "a", now).seen(2) is None and met.Batches(db, "b", now).seen(3) is None
    assert met.Batches(db, "a", now + met.GOES_ON_FOR + timedelta(minutes=1)).seen(3) is None
    met.forget(db)
    assert met.Batches(db, "a", now).seen(3) is None


def test_looks_that_differ_have_different_names() -> None:
    names = {
        met.name_of(TARGETS, PORTS, False), met.name_of(TARGETS, PORTS, True), met.name_of(TARGETS[1:], PORTS, False),
        met.name_of(TARGETS, (10,), False),
    }  # fmt: skip
    assert len(names) == 4


def test_the_first_look_has_no_news_and_the_next_tells_them(db: Connection) -> None:
    first = Report((Device("10.0.0.1", True),), ())
    assert met.meet(db, "look", BOTH, first, AT) == {}
    later = Report((Device("10.0.0.1", True), Device("10.0.0.2", True)), (DOOR,))
    news = met.meet(db, "look", BOTH, later, AT + timedelta(days=1))
    assert news == {("10.0.0.1", ""): False, ("10.0.0.2", ""): True, ("10.0.0.1", "23/tcp"): True}
    assert set(met.meet(db, "look", BOTH, later, AT + timedelta(days=2)).values()) == {False}


def test_another_kind_of_look_and_another_network_are_no_news(db: Connection) -> None:
    met.meet(db, "look", ["10.0.0.2"], Report((), ()), AT)
    report = Report((Device("10.0.0.1", True),), (DOOR,))
    assert met.meet(db, "import", BOTH, report, AT) == {}
    assert met.meet(db, "look", BOTH, report, AT) == {}


def test_a_device_that_was_too_slow_is_not_news_the_next_time(db: Connection) -> None:
    slow = Report((Device("10.0.0.1", False, False),), ())
    met.meet(db, "look", BOTH, slow, AT)
    report = Report((Device("10.0.0.1", True),), (DOOR,))
    assert met.meet(db, "look", BOTH, report, AT) == {}


def test_addresses_on_which_nmap_spent_too_long_are_unknown_and_asked_again(db: Connection) -> None:
    journal = met.Batches(db, "a", datetime.now(UTC))
    report = survey(
        TARGETS[:2], industrial=False, progress=lambda done, of: None, ports=PORTS, journal=journal, batch_seconds=0.001
    )
    assert [(d.finished, d.answered) for d in report.devices] == [(False, False)] * 2
    assert journal.seen(0) is None


def test_nobody_asks_for_more_than_a_look_may_hold() -> None:
    for targets, ports in ((TARGETS, tuple(range(1, 66))), (list(TARGETS) * 200, PORTS)):
        with pytest.raises(ValueError, match="too many"):
            survey(targets, industrial=False, progress=lambda done, of: None, ports=ports)
