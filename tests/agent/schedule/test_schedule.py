"""What each scheduler is told, whose turn it is when, and that installing is whole or not at all."""

import plistlib
import random
import shlex
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.schedule import KINDS, place
from agent.schedule.base import DAY, NIGHT_SECONDS, Every, Plan, Where, choose_offset, detect, scheduler
from agent.schedule.turn import due, latest_turn
from shieldwall.errors import ConfigError, UsageError

MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2090, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
RHYTHMS = st.sampled_from(list(Every))
OFFSETS = st.integers(0, 7 * DAY - 1)
NAMES = ("shieldwall", "a 50% $HOME\\ 'place'")


def plan(every: Every = Every.DAILY, offset: int = 5000, name: str = "shieldwall", *, system: bool = True) -> Plan:
    return Plan(every, offset, Path("/opt") / name, Path("/var/lib") / name, system)


@given(MOMENTS, RHYTHMS, OFFSETS)
def test_one_turn_a_period_and_never_in_the_future(now: datetime, every: Every, offset: int) -> None:
    turn = latest_turn(now, every, offset)
    assert timedelta(0) <= now - turn < timedelta(seconds=every.seconds)
    assert (turn - datetime(2024, 1, 1, tzinfo=UTC)).total_seconds() % every.seconds == offset % every.seconds


@given(MOMENTS, RHYTHMS, OFFSETS, st.lists(st.integers(0, 40 * 3600), max_size=60))
def test_asked_at_any_times_a_host_is_audited_once_a_period_and_misses_none_it_was_on_for(
    now: datetime, every: Every, offset: int, gaps: list[int]
) -> None:
    done: list[datetime] = []
    for gap in gaps:
        now += timedelta(seconds=gap)
        if due(now, done[-1] if done else None, every, offset):
            done.append(now)
        assert latest_turn(now, every, offset) <= done[-1], "this turn was asked for and passed over"
    turns = [latest_turn(at, every, offset) for at in done]
    assert len(turns) == len(set(turns))


def test_an_audit_from_the_future_does_not_stop_all_others() -> None:
    now = datetime(2027, 1, 5, 12, tzinfo=UTC)
    assert due(now, now + timedelta(days=300), Every.DAILY, 0)
    assert not due(now, now + timedelta(minutes=30), Every.DAILY, 0)


@given(RHYTHMS, st.integers())
def test_turns_are_spread_over_the_night(every: Every, seed: int) -> None:
    offset = choose_offset(every, random.Random(seed).randrange)
    assert 0 <= offset < every.seconds
    assert offset % DAY < NIGHT_SECONDS


@pytest.mark.parametrize("name", NAMES)
def test_cron_runs_exactly_the_planned_words(tmp_path: Path, name: str) -> None:
    (file,) = scheduler("cron").files(plan(Every.WEEKLY, 90 * 60 + DAY, name), Where())
    assert file.path == Path("/etc/cron.d/shieldwall")
    minute, hour, day, month, weekday, user, command = file.text.splitlines()[-1].split(" ", 6)
    assert (minute, hour, day, month, weekday, user) == ("30", "*", "*", "*", "*", "root")
    seen = tmp_path / "seen"
    script = f"nice() {{ printf '%s\\n' \"$@\" > {shlex.quote(str(seen))}; }}; {command.replace(chr(92) + '%', '%')}"
    subprocess.run(["/bin/sh", "-c", script], check=True)
    wanted = plan(Every.WEEKLY, 90 * 60 + DAY, name)
    assert seen.read_text().splitlines() == ["-n", "19", *wanted.words(wanted.home / "run.log")]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("system", [True, False])
def test_systemd_reads_the_units(tmp_path: Path, name: str, system: bool) -> None:
    program = tmp_path / "a 50% place"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    made = Plan(Every.WEEKLY, 2 * DAY + 3723, program, tmp_path / f"{name} home", system)
    where = Where(root=tmp_path, user_home=tmp_path)
    files = scheduler("systemd").files(made, where)
    for file in files:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        file.path.write_text(file.text)
    verify = [
        "systemd-analyze",
        "verify",
        "--man=no",
        *(["--user"] if not system else []),
        *(str(f.path) for f in files),
    ]
    told = subprocess.run(
        verify,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(tmp_path)},
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert "OnCalendar=Wed *-*-* 01:02:03 UTC" in files[1].text
    assert "Persistent=true" in files[1].text
    assert ("ProtectSystem=strict" in files[0].text) == system


def test_launchd_and_windows_are_told_the_same_words() -> None:
    wanted = plan(Every.WEEKLY, 3 * DAY + 60)
    words = wanted.words(wanted.home / "run.log")
    (job,) = scheduler("launchd").files(wanted, Where())
    assert plistlib.loads(job.text.encode())["ProgramArguments"] == words
    (task,) = scheduler("windows").files(wanted, Where())
    xml = ElementTree.fromstring(task.text)
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert xml.findtext(".//t:Command", namespaces=space) == words[0]
    assert xml.findtext(".//t:Arguments", namespaces=space) == " ".join(words[1:])
    assert xml.find(".//t:DaysOfWeek/t:Thursday", space) is not None
    assert xml.findtext(".//t:StartWhenAvailable", namespaces=space) == "true"
    assert xml.findtext(".//t:MultipleInstancesPolicy", namespaces=space) == "IgnoreNew"


class Commands:
    def __init__(self, failing: str = "") -> None:
        self.failing, self.said = failing, list[str]()

    def __call__(self, words: Sequence[str]) -> None:
        self.said.append(" ".join(words))
        if self.failing and self.failing in words:
            raise ConfigError("it failed")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "windows"])
def test_installed_and_taken_away_leaves_nothing(tmp_path: Path, kind: str) -> None:
    where, commands = Where(root=tmp_path / "root", user_home=tmp_path / "root/home"), Commands()
    files = place.install(kind, plan(), where, commands)
    assert place.installed_files(kind, True, where) == tuple(file.path for file in files)
    assert all(file.path.read_text() == file.text and file.path.stat().st_mode & 0o777 == 0o644 for file in files)
    place.install("cron", plan(), where, commands)
    assert place.installed_files("cron", True, where) != ()
    assert kind == "cron" or place.installed_files(kind, True, where) == ()
    place.uninstall(True, where, commands)
    assert [path for path in where.root.rglob("*") if path.is_file()] == []
    assert place.uninstall(True, where, commands) == ()


def test_systemd_is_told_in_order(tmp_path: Path) -> None:
    where, commands = Where(root=tmp_path), Commands()
    place.install("systemd", plan(), where, commands)
    place.uninstall(True, where, commands)
    assert commands.said == [
        "systemctl daemon-reload",
        "systemctl enable --now shieldwall.timer",
        "systemctl disable --now shieldwall.timer",
        "systemctl daemon-reload",
    ]


def test_a_scheduler_that_refuses_leaves_no_files(tmp_path: Path) -> None:
    where = Where(root=tmp_path / "root")
    with pytest.raises(ConfigError, match="it failed"):
        place.install("systemd", plan(), where, Commands("enable"))
    assert [path for path in where.root.rglob("*") if path.is_file()] == []


def test_what_only_a_person_can_install_says_how(tmp_path: Path) -> None:
    where = Where(root=tmp_path, user_home=tmp_path)
    for kind, system, hint in (("windows", True, "schtasks"), ("cron", False, "crontab -e")):
        with pytest.raises(UsageError, match=hint):
            place.install(kind, plan(system=system), where, Commands())


def test_the_kind_is_told_from_the_host(tmp_path: Path) -> None:
    where = Where(root=tmp_path, user_home=tmp_path)
    assert detect(True, where) is None
    (tmp_path / "etc/cron.d").mkdir(parents=True)
    assert (detect(True, where), detect(False, where)) == ("cron", None)
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    assert (detect(True, where), detect(False, where)) == ("systemd", "systemd")


def test_a_failing_command_is_told_with_its_words() -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        place.run_command(["ls", "/nowhere"])
    with pytest.raises(ConfigError, match="could not be run"):
        place.run_command(["/nowhere/at-all"])
