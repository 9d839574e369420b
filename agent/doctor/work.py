"""Whether audits happen: the lock that keeps them apart, and the schedule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from agent.doctor.finding import Finding, Level
from agent.home.config import Home
from agent.schedule import KINDS
from agent.schedule.base import Where
from agent.schedule.place import installed_files
from shieldwall.errors import ShieldwallError

HANGING: Final = timedelta(hours=2)
"""The slowest audit measured takes minutes; the scheduled one is ended after this."""
SILENT: Final = {"daily": timedelta(days=3), "weekly": timedelta(days=15)}
"""Two turns missed, and a day."""


def lock(home: Home, now: datetime, proc: Path = Path("/proc")) -> Iterator[Finding]:
    """Who holds the lock, from proc_locks(5)."""
    try:
        inode = home.lock.stat().st_ino
        lines = (proc / "locks").read_text().splitlines()
    except OSError:
        return
    for words in (line.split() for line in lines):
        if len(words) < 6 or words[1] != "FLOCK" or words[5].rpartition(":")[2] != str(inode):
            continue
        try:
            began = datetime.fromtimestamp((proc / words[4]).stat().st_mtime, UTC)
        except OSError:
            continue
        if now - began > HANGING:
            hours = int((now - began).total_seconds() // 3600)
            yield Finding(
                Level.BAD, "lock", f"process {words[4]} has been auditing for {hours} hours", f"kill {words[4]}"
            )
        else:
            yield Finding(Level.NOTE, "lock", f"an audit is running (process {words[4]})")


def schedule(home: Home, now: datetime, where: Where, *, system: bool) -> Iterator[Finding]:
    try:
        found = [(kind, path) for kind in KINDS for path in installed_files(kind, system, where)]
        texts = [path.read_text(errors="replace") for _, path in found]
    except OSError as error:
        words = f"whether it is audited by itself cannot be seen: {error.filename}: {error.strerror}"
        yield Finding(Level.NOTE, "schedule", words, "sudo shieldwall doctor")
        return
    if not found:
        yield Finding(Level.NOTE, "schedule", "nobody audits this host by itself", "sudo shieldwall schedule daily")
        return
    kind, text = found[0][0], "".join(texts)
    rhythm = "weekly" if "--every weekly" in text else "daily"
    look = "systemctl status shieldwall.timer" if kind == "systemd" else f"tail {home.path / 'run.log'}"
    if f"--home {home.path}" not in text.replace('"', "").replace("'", ""):
        yield Finding(
            Level.NOTE, "schedule", f"the {kind} schedule is for another home", f"shieldwall schedule {rhythm}"
        )
        return
    last, installed = _last(home), datetime.fromtimestamp(found[0][1].stat().st_mtime, UTC)
    if now - max(last or installed, installed) > SILENT[rhythm]:
        told = f"its last audit was on {last:%Y-%m-%d}" if last else "it has never audited"
        yield Finding(Level.BAD, "schedule", f"{rhythm} by {kind}, and {told}", look)
        return
    yield Finding(Level.GOOD, "schedule", f"{rhythm}, by {kind}")


def _last(home: Home) -> datetime | None:
    from agent.home.store import opened
    from agent.records.history import SCHEMA, last_scheduled

    if not home.database.exists():
        return None
    try:
        with opened(home, SCHEMA) as db:
            return last_scheduled(db)
    except ShieldwallError:
        return None
