"""The whole examination, area by area."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from agent.doctor import work
from agent.doctor.checks import checks
from agent.doctor.cluster import Connect, cluster
from agent.doctor.finding import Finding, Level
from agent.home.config import Home
from agent.looking.commands import MACOS_TOOLS, TOOLS
from agent.schedule.base import Where
from shieldwall.errors import ShieldwallError

FREE_BYTES: Final = 200 * 1024 * 1024
"""Below this, a year of history and an outbox may not fit."""
BUILT: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""This program did not exist before; a clock that says so is wrong."""
SCAN_AGE: Final = timedelta(days=8)
PACKAGES: Final = {
    "nft": "nftables", "systemctl": "systemd", "timedatectl": "systemd", "chronyc": "chrony", "aa-status": "apparmor",
    "auditctl": "auditd",
}  # fmt: skip


def free_bytes(path: Path) -> int:
    return shutil.disk_usage(path).free


def examine(
    home: Home,
    now: datetime,
    *,
    elevated: bool,
    where: Where,
    connect: Connect | None = None,
    free: Callable[[Path], int] = free_bytes,
) -> Iterator[Finding]:
    """`where` schedules lie; `connect` opens a transport to the cluster, None asks no network."""
    yield _privilege(elevated)
    yield _clock(now)
    yield from _home(home, free)
    yield _tools()
    if closed(home.path):
        return
    yield from _database(home, now)
    yield from _settings(home)
    yield from checks(home, now)
    yield from work.lock(home, now)
    yield from work.schedule(home, now, where, system=elevated)
    yield from cluster(home, now, connect)


def _privilege(elevated: bool) -> Finding:
    if elevated:
        return Finding(Level.GOOD, "privilege", "runs as root and sees everything")
    words = "runs as an ordinary user: checks that need root stay unknown"
    return Finding(Level.NOTE, "privilege", words, "sudo shieldwall scan")


def _clock(now: datetime) -> Finding:
    if now < BUILT:
        words = f"the clock says {now:%Y-%m-%d}, before this program was made; ages and signatures cannot be trusted"
        return Finding(Level.BAD, "clock", words, "sudo timedatectl set-ntp true")
    return Finding(Level.GOOD, "clock", f"{now:%Y-%m-%d %H:%M} UTC")


def closed(path: Path) -> bool:
    """Whether this user cannot even look into it."""
    try:
        return path.exists() and not os.access(path, os.R_OK | os.X_OK)
    except PermissionError:
        return True


def _home(home: Home, free: Callable[[Path], int]) -> Iterator[Finding]:
    path = home.path
    if closed(path):
        yield Finding(Level.BAD, "home", f"{path} cannot be looked into by this user", "sudo shieldwall doctor")
        return
    if not path.exists():
        yield Finding(Level.NOTE, "home", f"{path} does not exist yet; the first scan makes it", "shieldwall scan")
        return
    yield _rights(path)
    if (left := free(path)) < FREE_BYTES:
        words = f"only {left // 2**20} MiB free where the home lies; make room there"
        yield Finding(Level.BAD, "disk", words, f"du -xh {path} | sort -h | tail")
    for file in (home.key, home.database, home.enrolment):
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield Finding(Level.BAD, "home", f"{file.name} is readable for others", f"chmod 600 {file}")


def _rights(path: Path) -> Finding:
    info = path.stat()
    if hasattr(os, "statvfs") and os.statvfs(path).f_flag & os.ST_RDONLY:
        mount = next(place for place in (path.resolve(), *path.resolve().parents) if place.is_mount())
        words = f"{path} lies on a disk that takes nothing: read-only; often because it is failing"
        return Finding(Level.BAD, "disk", words, f"sudo mount -o remount,rw {mount}")
    if stat.S_IMODE(info.st_mode) & 0o077:
        return Finding(Level.BAD, "home", f"{path} is open to other users and holds evidence", f"chmod 700 {path}")
    if hasattr(os, "geteuid") and info.st_uid != os.geteuid():
        return Finding(Level.BAD, "home", f"{path} belongs to another user", f"sudo chown -R $(id -u) {path}")
    if not os.access(path, os.W_OK):
        return Finding(Level.BAD, "home", f"{path} is not writable", f"chmod 700 {path}")
    return Finding(Level.GOOD, "home", f"{path}, for this user only")


def _database(home: Home, now: datetime) -> Iterator[Finding]:
    from agent.home.store import disk_at_fault, opened
    from agent.records import answers, waivers
    from agent.records.history import recent
    from agent.scan.record import SCHEMAS

    if not home.database.exists():
        return
    aside = f"mv {home.database} {home.database}.broken"
    try:
        with opened(home, *SCHEMAS) as db:
            if (told := db.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
                yield Finding(Level.BAD, "database", f"damaged: {told[:120]}", aside)
                return
            last = recent(db, 1)
            stale = sum(answer.stale(now) for answer in answers.current(db).values())
            accepted = waivers.current(db).values()
    except (ShieldwallError, sqlite3.DatabaseError) as error:
        mend = f"ls -la {home.path}" if disk_at_fault(error, home.database) else aside
        yield Finding(Level.BAD, "database", str(error).partition("; `shieldwall doctor`")[0], mend)
        return
    if not last:
        yield Finding(Level.NOTE, "history", "no scan is kept yet", "shieldwall scan")
    elif now - last[0].finished > SCAN_AGE:
        days = (now - last[0].finished).days
        yield Finding(Level.NOTE, "history", f"the last scan is {days} days old", "sudo shieldwall schedule daily")
    else:
        yield Finding(Level.GOOD, "history", f"last scan {last[0].finished:%Y-%m-%d %H:%M} UTC")
    if stale:
        yield Finding(Level.NOTE, "answers", f"{stale} no longer count because of their age", "shieldwall answer")
    for waiver in accepted:
        if ending := waiver.ending(now) or ("" if waiver.active(now) else f"ended on {waiver.until}"):
            words = f"that of {waiver.check_id}, owned by {waiver.owner}, {ending}"
            yield Finding(Level.NOTE, "waivers", words, f"shieldwall explain {waiver.check_id}")


def _settings(home: Home) -> Iterator[Finding]:
    from agent.home.settings import load_settings

    try:
        load_settings(home.settings)
    except ShieldwallError as error:
        yield Finding(Level.BAD, "settings", str(error), f"edit {home.settings}")
        return
    if home.settings.exists():
        yield Finding(Level.GOOD, "settings", f"{home.settings} is understood")


def _tools() -> Finding:
    own = MACOS_TOOLS if sys.platform == "darwin" else TOOLS
    paths = {**own, "nmap": ("/usr/bin/nmap", "/usr/local/bin/nmap")}
    missing = [name for name, places in paths.items() if not any(os.access(place, os.X_OK) for place in places)]
    if not missing:
        return Finding(Level.GOOD, "tools", "all that a probe may run are there")
    packages = sorted({_package(name) for name in missing})
    words = f"not installed: {', '.join(missing)}; needed only where the host uses them"
    if own is MACOS_TOOLS:
        return Finding(Level.NOTE, "tools", words, "all but nmap are part of macOS; nmap comes from its own site")
    return Finding(Level.NOTE, "tools", words, f"your package manager, for example: apt install {' '.join(packages)}")


def _package(tool: str) -> str:
    return "iptables" if tool.startswith(("iptables", "ip6tables")) else PACKAGES.get(tool, tool)
