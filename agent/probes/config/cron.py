"""`app: cron`: who may schedule jobs, and which programs cron and systemd start by themselves (crontab(5))."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from agent.looking.host import FileStat, Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.config.base import numbered
from shieldwall import limits
from shieldwall.checks.fact import Fact, FactKey, unseen

TABLES: Final = ("/etc/crontab", "/etc/cron.d/*")
OWN_TABLES: Final = ("/var/spool/cron/crontabs/root", "/var/spool/cron/tabs/root", "/var/spool/cron/root")
FOLDERS: Final = ("/etc/cron.hourly/*", "/etc/cron.daily/*", "/etc/cron.weekly/*", "/etc/cron.monthly/*")
UNITS: Final = ("/etc/systemd/system/*.service", "/usr/lib/systemd/system/*.service", "/lib/systemd/system/*.service")
PROGRAM: Final = re.compile(r"(?<![\w.$}~-])/[\w./+-]+")
"""An absolute path that begins a word."""


@dataclass(frozen=True, slots=True)
class Started:
    path: str
    by: str


def read(key: FactKey, host: Host) -> Fact:
    """{allow, deny, programs: [{path, by, loose}]}, the loose ones first, at most EVIDENCE_ITEMS.

    allow, deny: whether cron.allow and cron.deny are there. loose: somebody besides its owner and root may change the
    program or replace it in a folder above. What could not be seen stands as a mark in the list.
    """
    programs: dict[str, Any] = {}
    marks: list[Any] = []
    for one in (*_scheduled(host), *_units(host)):
        if isinstance(one, UnreadableError):
            marks.append(unseen(one.reason))
        elif one.path not in programs:
            programs[one.path] = _program(host, one)
    seen = [p for p in programs.values() if p is not None]
    seen.sort(key=lambda p: (p["loose"] is not True, p["path"]))
    value = {
        "allow": host.exists("/etc/cron.allow"),
        "deny": host.exists("/etc/cron.deny"),
        "programs": seen[: limits.EVIDENCE_ITEMS] + marks[:1],
    }
    return Fact.known(value, source="crontabs and units")


def _scheduled(host: Host) -> Iterator[Started | UnreadableError]:
    for pattern in (*TABLES, *OWN_TABLES):
        try:
            files = list(_glob(host, pattern))
        except UnreadableError as error:
            yield error
            continue
        for file in files:
            yield Started(file, file)
            skipped = 5 if file in OWN_TABLES else 6
            for line in _lines(host, file):
                if isinstance(line, UnreadableError):
                    yield line
                    continue
                words = line.split(None, skipped if not line.startswith("@") else skipped - 4)
                if line.startswith("#") or "=" in words[0]:
                    continue
                yield from (Started(path, file) for path in PROGRAM.findall(words[-1]))
    for pattern in FOLDERS:
        yield from (Started(file, file) for file in _glob(host, pattern))


def _units(host: Host) -> Iterator[Started | UnreadableError]:
    for pattern in UNITS:
        for file in _glob(host, pattern):
            for line in _lines(host, file):
                if isinstance(line, UnreadableError):
                    yield line
                elif line.startswith("ExecStart"):
                    words = line.partition("=")[2].strip().lstrip("@-:+!|").split()
                    if words and words[0].startswith("/"):
                        yield Started(words[0], file)


def _glob(host: Host, pattern: str) -> Iterator[str]:
    """Files only. Raises UnreadableError for a folder that cannot be listed."""
    for path in host.glob(pattern):
        try:
            if host.stat(path).kind == "file":
                yield path
        except AbsentError:
            continue


def _lines(host: Host, file: str) -> Iterator[str | UnreadableError]:
    try:
        text = host.text(file)
    except AbsentError:
        return
    except UnreadableError as error:
        yield error
        return
    for _, line in numbered(text):
        if line.strip():
            yield line.strip()


def _program(host: Host, one: Started) -> dict[str, Any] | None:
    """None for a path that is no program."""
    try:
        info = host.stat(one.path)
        if info.kind != "file":
            return None
        real = host.canonical(one.path)
        above = real.rpartition("/")[0]
        loose = _open(info)
        while above and not loose:
            folder = host.stat(above)
            loose = _open(folder) and folder.mode & 0o1000 == 0
            above = above.rpartition("/")[0]
    except AbsentError:
        return None
    except UnreadableError as error:
        return {"path": one.path, "by": one.by, "loose": unseen(error.reason)}
    return {"path": one.path, "by": one.by, "loose": loose}


def _open(info: FileStat) -> bool:
    """Writable for everybody, or for a group other than root's."""
    return info.mode & 0o002 != 0 or (info.mode & 0o020 != 0 and info.gid != 0)
