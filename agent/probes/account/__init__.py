"""`account: {part}`: the accounts of /etc/passwd, /etc/shadow and /etc/group. Directory services are not asked.

A password hash never leaves this module; what it derives is the scheme, whether it can be used, and the dates.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes.account.admins import ADMIN_GROUPS, admins
from agent.probes.account.desktop import at_the_screen
from agent.probes.account.entries import (
    GROUPS,
    SHADOW,
    SHADOWED,
    USERS,
    Group,
    Shadow,
    User,
    entries,
    group_of,
    groups,
    shadow_of,
    shadows,
    user_of,
    users,
)
from agent.probes.account.keys import ssh_keys
from agent.probes.account.secrets import derived, last_logins
from shieldwall.checks.fact import Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

NOBODY: Final = (65534, 65535)
NO_LOGIN: Final = re.compile(r".*/(nologin|false|true|sync|halt|shutdown|null|git-shell)")
UID_MIN: Final = 1000
"""shadow-utils' own default, when /etc/login.defs says nothing."""


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    parts: dict[str, Callable[[Host], Fact]] = {
        "users": _users, "groups": _groups, "passwords": _passwords, "ids": _ids, "admins": _admins,
        "ssh_keys": ssh_keys,
    }  # fmt: skip
    return {key: looked(lambda key=key: parts[str(key.arg("part"))](host)) for key in keys}  # type: ignore[misc]


def _users(host: Host) -> Fact:
    shadow: dict[str, Shadow] | Reason
    try:
        shadow = shadows(host)
    except UnreadableError as error:
        shadow = error.reason
    lowest, admin, seen, screen = _uid_min(host), admins(host), last_logins(host), at_the_screen(host)
    value, origins = [], {}
    for at, user in enumerate(users(host)):
        record = _record(user, lowest, admin(user)) | derived(user, shadow, host.now, seen)
        record["at_screen"] = unseen(screen) if isinstance(screen, Reason) else user.uid in screen
        value.append(record)
        origins[str(at)] = f"{USERS}:{user.line}"
    return Fact.known(value, source=USERS, origins=origins)


def _record(user: User, lowest: int, admin: bool | Reason) -> dict[str, Any]:
    system = user.uid != 0 and (user.uid < lowest or user.uid in NOBODY)
    return {
        "name": user.name, "uid": user.uid, "gid": user.gid, "home": user.home, "shell": user.shell or "/bin/sh",
        "system": system, "interactive": not NO_LOGIN.fullmatch(user.shell), "human": _human(user, lowest),
        "admin": unseen(admin) if isinstance(admin, Reason) else admin,
        "shadowed": user.password == SHADOWED,
    }  # fmt: skip


def _human(user: User, lowest: int) -> bool:
    return user.uid >= lowest and user.uid not in NOBODY and not NO_LOGIN.fullmatch(user.shell)


def _admins(host: Host) -> Fact:
    """{human: names of people who are administrators}; a mark when it cannot be told for one of them."""
    lowest, admin = _uid_min(host), admins(host)
    told = [(user.name, admin(user)) for user in users(host) if _human(user, lowest)]
    hidden = [answer for _, answer in told if isinstance(answer, Reason)]
    names = [name for name, answer in told if answer is True]
    return Fact.known({"human": unseen(hidden[0]) if hidden else names}, source=GROUPS)


def _uid_min(host: Host) -> int:
    try:
        found = re.findall(r"(?m)^[ \t]*UID_MIN[ \t]+\"?(\d{1,9})", host.text("/etc/login.defs"))
    except (AbsentError, UnreadableError):
        return UID_MIN
    return int(found[-1]) if found else UID_MIN


def _groups(host: Host) -> Fact:
    every = groups(host)
    value = [
        {"name": g.name, "gid": g.gid, "members": _members(host, g), "admin": g.gid == 0 or g.name in ADMIN_GROUPS}
        for g in every
    ]
    return Fact.known(value, source=GROUPS, origins={str(at): f"{GROUPS}:{g.line}" for at, g in enumerate(every)})


def _members(host: Host, group: Group) -> list[str]:
    return sorted({*group.members, *(user.name for user in users(host) if user.gid == group.gid)})


def _passwords(host: Host) -> Fact:
    everybody = users(host)
    shadow = shadows(host)
    known = {user.name for user in everybody}
    in_shadow = [user.name for user in everybody if user.password == SHADOWED]
    return Fact.known(
        {
            "not_shadowed": sorted(user.name for user in everybody if user.password != SHADOWED),
            "without_shadow_entry": sorted(name for name in in_shadow if name not in shadow),
            "without_user": sorted(name for name in shadow if name not in known),
            "malformed": [f"{SHADOW}:{number}" for number in _malformed(host)],
        },
        source=SHADOW,
    )


def _malformed(host: Host) -> list[int]:
    try:
        return [number for number, entry in entries(host, SHADOW, shadow_of) if entry is None or not entry.whole]
    except AbsentError:
        return []


def _ids(host: Host) -> Fact:
    everybody = users(host)
    try:
        every = groups(host)
        bad_groups = [number for number, entry in entries(host, GROUPS, group_of) if entry is None]
    except AbsentError:
        every, bad_groups = (), []
    bad_users = [number for number, entry in entries(host, USERS, user_of) if entry is None]
    gids = {group.gid for group in every}
    return Fact.known(
        {
            "uid_zero": [user.name for user in everybody if user.uid == 0],
            "duplicate_uids": _twice((user.uid, user.name) for user in everybody),
            "duplicate_gids": _twice((group.gid, group.name) for group in every),
            "duplicate_names": _again(user.name for user in everybody),
            "duplicate_group_names": _again(group.name for group in every),
            "without_group": [user.name for user in everybody if user.gid not in gids],
            "malformed": [f"{USERS}:{n}" for n in bad_users] + [f"{GROUPS}:{n}" for n in bad_groups],
        },
        source=USERS,
    )


def _twice(pairs: Iterator[tuple[int, str]]) -> list[dict[str, Any]]:
    by_id: dict[int, list[str]] = {}
    for number, name in pairs:
        by_id.setdefault(number, []).append(name)
    return [{"id": number, "names": names} for number, names in sorted(by_id.items()) if len(names) > 1]


def _again(names: Iterator[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)
