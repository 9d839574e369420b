"""The files of the local user database, cut as the C library and shadow-utils cut them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.config.base import numbered
from shieldwall import limits

USERS: Final = "/etc/passwd"
SHADOW: Final = "/etc/shadow"
GROUPS: Final = "/etc/group"
SHADOWED: Final = "x"
"""The password field of an account whose password lies in the shadow file."""


@dataclass(frozen=True, slots=True)
class User:
    name: str
    password: str
    uid: int
    gid: int
    home: str
    shell: str
    line: int


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    gid: int
    members: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Shadow:
    """Days as numbers, None where the field is empty or not a number."""

    name: str
    password: str
    changed: int | None
    min_days: int | None
    max_days: int | None
    warn_days: int | None
    inactive_days: int | None
    expires: int | None
    whole: bool = True
    """The line has all nine fields."""


def users(host: Host) -> tuple[User, ...]:
    """The local accounts: the entries of /etc/passwd that the C library would take, on macOS those of its directory.

    Raises AbsentError, UnreadableError.
    """
    if host.system == "macos":
        from agent.probes.macos import directory

        return directory.users(host)
    return host.once("passwd", lambda: tuple(e for _, e in entries(host, USERS, user_of) if e is not None))


def groups(host: Host) -> tuple[Group, ...]:
    """As users, for groups."""
    if host.system == "macos":
        from agent.probes.macos import directory

        return directory.groups(host)
    return host.once("group", lambda: tuple(e for _, e in entries(host, GROUPS, group_of) if e is not None))


def entries(host: Host, path: str, parse: Callable[[list[str], int], Any]) -> Iterator[tuple[int, Any]]:
    """(line, entry or None for a malformed one). Blank lines, remarks and NIS lines are no entries."""
    for number, line in numbered(host.text(path), limits.FILE_BYTES):
        if line.strip() and line[0] not in "#+-":
            yield number, parse(line.split(":"), number)


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,10}", text) and int(text) < 2**32 else None


def user_of(fields: list[str], line: int) -> User | None:
    if len(fields) != 7 or not fields[0]:
        return None
    name, password, uid, gid, _, home, shell = fields
    numbers = _number(uid), _number(gid)
    if numbers[0] is None or numbers[1] is None:
        return None
    return User(name, password, numbers[0], numbers[1], home, shell, line)


def group_of(fields: list[str], line: int) -> Group | None:
    gid = _number(fields[2]) if len(fields) == 4 else None
    if gid is None or not fields[0]:
        return None
    return Group(fields[0], gid, tuple(m.strip() for m in fields[3].split(",") if m.strip()), line)


def shadow_of(fields: list[str], line: int) -> Shadow | None:
    if len(fields) < 2 or not fields[0]:
        return None
    changed, least, most, warn, inactive, expires = [_number(text) for text in [*fields[2:8], *[""] * 6][:6]]
    return Shadow(fields[0], fields[1], changed, least, most, warn, inactive, expires, whole=len(fields) == 9)


def shadows(host: Host) -> dict[str, Shadow]:
    """The first entry of each name, by name. An absent file is an empty one: nobody can log in by it.

    A line too short counts as far as it goes; whether a program takes it differs, and an empty password must show.
    Raises UnreadableError.
    """
    return host.once("shadow", lambda: _shadows(host))


def _shadows(host: Host) -> dict[str, Shadow]:
    out: dict[str, Shadow] = {}
    try:
        for _, entry in entries(host, SHADOW, shadow_of):
            if entry is not None:
                out.setdefault(entry.name, entry)
    except AbsentError:
        pass
    return out
