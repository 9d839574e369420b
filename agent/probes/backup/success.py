"""When a backup last succeeded, from what the programs themselves leave behind. Only names and times are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from shieldwall.checks.outcome import Reason

RESTIC: Final = ("/root/.cache/restic/*/snapshots/*/*", "/var/cache/restic/*/snapshots/*/*")
BORG: Final = ("/root/.config/borg/security/*/manifest-timestamp", "/var/lib/borg/*/security/*/manifest-timestamp")
DUPLICITY: Final = ("/root/.cache/duplicity/*/duplicity-*.manifest*", "/root/.cache/deja-dup/*/duplicity-*.manifest*")
DUPLICITY_TIME: Final = re.compile(r"\.(\d{8}T\d{6})Z\.manifest")
RSNAPSHOT_LOGS: Final = ("/var/log/rsnapshot.log", "/var/log/rsnapshot")
RSNAPSHOT_LINE: Final = re.compile(r"^\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\] .*: completed successfully", re.MULTILINE)
TIMESHIFT: Final = ("/timeshift/snapshots/*", "/run/timeshift/backup/timeshift/snapshots/*")
TIMESHIFT_NAME: Final = re.compile(r"/(\d{4}-\d\d-\d\d)_(\d\d)-(\d\d)-(\d\d)$")
LOG_BYTES: Final = 16 * 1024 * 1024


def last(host: Host, tools: set[str], services: Sequence[str]) -> tuple[datetime | None, str, Reason | None]:
    """(newest success, where it is written, why a place could not be looked at)."""
    looks: dict[str, Callable[[Host], Iterator[tuple[datetime, str]]]] = {
        "restic": _restic, "borg": _borg, "borgmatic": _borg, "duplicity": _duplicity, "rsnapshot": _rsnapshot,
        "timeshift": _timeshift,
    }  # fmt: skip
    found: list[tuple[datetime, str]] = []
    reason: Reason | None = None
    for look in {looks[tool] for tool in tools if tool in looks}:
        try:
            found += look(host)
        except UnreadableError as error:
            reason = reason or error.reason
    with suppress(UnreadableError):  # the programs' own word is better; a tree has no running systemd
        found += _units(host, services)
    when, where = max(found, default=(None, ""))
    return when, where, reason


def _restic(host: Host) -> Iterator[tuple[datetime, str]]:
    """The cache gets a file for each snapshot as it is written."""
    for pattern in RESTIC:
        for path in host.glob(pattern):
            yield datetime.fromtimestamp(host.stat(path).mtime, UTC), path


def _borg(host: Host) -> Iterator[tuple[datetime, str]]:
    """borg notes the time of the repository's manifest after each archive it has written."""
    for pattern in BORG:
        for path in host.glob(pattern):
            try:
                when = datetime.fromisoformat(host.text(path).strip())
            except ValueError:
                continue
            yield when if when.tzinfo else when.replace(tzinfo=UTC), path


def _duplicity(host: Host) -> Iterator[tuple[datetime, str]]:
    for pattern in DUPLICITY:
        for path in host.glob(pattern):
            match = DUPLICITY_TIME.search(path)
            if match:
                yield datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC), path


def _rsnapshot(host: Host) -> Iterator[tuple[datetime, str]]:
    """Its log has local time; a zone's offset is small beside the days that are judged."""
    for path in RSNAPSHOT_LOGS:
        try:
            times = RSNAPSHOT_LINE.findall(host.read(path, LOG_BYTES).decode("utf-8", "replace"))
        except AbsentError:
            continue
        if times:
            yield datetime.fromisoformat(times[-1]).replace(tzinfo=UTC), path


def _timeshift(host: Host) -> Iterator[tuple[datetime, str]]:
    for pattern in TIMESHIFT:
        for path in host.glob(pattern):
            match = TIMESHIFT_NAME.search(path)
            if match:
                yield datetime.fromisoformat(f"{match[1]}T{match[2]}:{match[3]}:{match[4]}+00:00"), path


def _units(host: Host, services: Sequence[str]) -> Iterator[tuple[datetime, str]]:
    """Services of timers that ended with success since the host was started."""
    if not services:
        return
    answer = host.run(
        "systemctl", "show", "--no-pager", "--timestamp=unix",
        "--property=Id,Result,ExecMainStatus,ExecMainExitTimestamp", "--", *services,
    )  # fmt: skip
    for block in answer.output.split("\n\n"):
        field = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        when = field.get("ExecMainExitTimestamp", "").removeprefix("@")
        if field.get("Result") == "success" and field.get("ExecMainStatus") == "0" and when.isdigit():
            yield datetime.fromtimestamp(int(when), UTC), field.get("Id", "systemd")
