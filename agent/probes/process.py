"""Which programs run now, from /proc.

`process(name=X)`  -> {name, count}, absent when none runs
`process(names=[X, Y])` -> the list of such records of those that run, in the order asked
A program is known by its short name (15 characters), its file's name and the name it was called by. No arguments are
read out: they can hold secrets.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

SHORT = 15
"""Characters the kernel keeps of a name (TASK_COMM_LEN - 1)."""


@dataclass(frozen=True, slots=True)
class Process:
    pid: int
    names: frozenset[str]
    program: str
    """Path of its file; empty when only root may see it, and for kernel threads."""


def processes(host: Host) -> tuple[Process, ...]:
    """Every process, read at most once.

    Raises UnreadableError: unsupported on a mounted tree, privilege when processes are hidden from this user.
    """
    host.need_live("processes")
    found = host.once("processes", lambda: _read(host))
    if isinstance(found, UnreadableError):
        raise found
    return found


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    def look(key: FactKey) -> Fact:
        names = key.arg("names")
        asked = [str(n) for n in (names if names is not None else [key.arg("name")])]
        counts = {name: sum(_is(process, name) for process in processes(host)) for name in asked}
        records = [{"name": name, "count": count} for name, count in counts.items() if count]
        if names is not None:
            return Fact.known(records, source="/proc")
        if not records:
            raise AbsentError("/proc")
        return Fact.known(records[0], source="/proc")

    return {key: looked(lambda key=key: look(key)) for key in keys}  # type: ignore[misc]


def _is(process: Process, name: str) -> bool:
    return name in process.names or (len(name) > SHORT and name[:SHORT] in process.names and not process.program)


def _read(host: Host) -> tuple[Process, ...] | UnreadableError:
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            short = host.text(f"/proc/{name}/comm").rstrip("\n")
            first = host.text(f"/proc/{name}/cmdline").partition("\0")[0]
        except (AbsentError, UnreadableError):
            continue  # it ended while we looked, or is hidden; the test below tells hiding
        program = _program(name)
        # a process may rewrite its first argument ("nginx: master process /usr/sbin/nginx"): only a single word counts
        called = first.rpartition("/")[2].removeprefix("-") if " " not in first else ""
        names = {short, called, program.rpartition("/")[2].removesuffix(" (deleted)")} - {""}
        found.append(Process(int(name), frozenset(names), program))
    if not any(process.pid == 1 for process in found):
        return UnreadableError(Reason.PRIVILEGE, "other users' processes are hidden (hidepid); run as root to see them")
    return tuple(found)


def _program(pid: str) -> str:
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return ""
