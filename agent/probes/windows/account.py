"""`account: {part}` on Windows: local accounts by the numbers that are the same in every language.

`users` and `admins` as on Linux, with `sid` and `rid` in place of numbers, groups and shells; other parts are not kept
by Windows. Whoever is signed in from a domain or Entra ID is a user too, known by the SID alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import UnreadableError, looked
from agent.probes.windows.base import registry_of
from agent.probes.windows.people import ADMINISTRATOR, ADMINISTRATORS, FIRST_HUMAN, LocalUser, People, people, stamp
from shieldwall.checks.fact import NOT_THERE, Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

DOMAIN_GROUPS: Final = ("-512", "-519")
"""Domain and enterprise administrators, which joining a domain adds."""
ENTRA: Final = "S-1-12-1-"
"""Roles of Entra ID, of which joining adds two, and its people."""


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    parts: dict[str, Callable[[Host], Fact]] = {"users": _users, "admins": _admins}

    def look(key: FactKey) -> Fact:
        part = parts.get(str(key.arg("part")))
        if part is None:
            raise UnreadableError(Reason.UNSUPPORTED, "Windows keeps no such list")
        return part(host)

    return {key: looked(lambda key=key: look(key)) for key in keys}  # type: ignore[misc]


def _users(host: Host) -> Fact:
    found, screen = people(host), _at_the_screen(host)
    value = [_record(user, found, screen, host.now) for user in found.users]
    if not isinstance(screen, Reason):
        local = {f"{found.machine}-{user.rid}" for user in found.users}
        value += [_stranger(sid, found) for sid in screen if sid not in local]
    return Fact.known(value, source="SAM")


def _record(user: LocalUser, found: People, screen: frozenset[str] | Reason, now: datetime) -> dict[str, Any]:
    sid = f"{found.machine}-{user.rid}"
    seen = [when for when in (user.last_login, user.password_set) if when]
    return {
        "name": user.name, "sid": sid, "rid": user.rid, "system": not _human(user), "interactive": True,
        "human": _human(user), "admin": sid in found.admins, "locked": user.disabled,
        "empty_password": _told(user.empty) if not user.disabled else False,
        "last_change": stamp(user.password_set), "expires": stamp(user.expires),
        "expired": user.expires is not None and user.expires <= now,
        "last_seen": stamp(max(seen)) if seen else NOT_THERE,
        "at_screen": unseen(screen) if isinstance(screen, Reason) else sid in screen,
    }  # fmt: skip


def _stranger(sid: str, found: People) -> dict[str, Any]:
    """Somebody signed in whose account is kept elsewhere; a group of theirs may make them administrator."""
    direct, groups = sid in found.admins, any(_elsewhere(member) for member in found.admins)
    return {
        "name": sid, "sid": sid, "rid": int(sid.rpartition("-")[2]), "system": False, "interactive": True,
        "human": True, "admin": direct or (unseen(Reason.UNSUPPORTED) if groups else False), "at_screen": True,
        **dict.fromkeys(("locked", "expired"), False),
        **dict.fromkeys(("empty_password", "last_seen", "last_change", "expires"), unseen(Reason.UNSUPPORTED)),
    }  # fmt: skip


def _elsewhere(sid: str) -> bool:
    return sid.startswith(ENTRA) or sid.endswith(DOMAIN_GROUPS)


def _admins(host: Host) -> Fact:
    """{human: names of people who are administrators}: local ones that may sign in, and SIDs of people elsewhere."""
    found = people(host)
    local = {f"{found.machine}-{user.rid}": user for user in found.users}
    names = [
        local[sid].name if sid in local else sid
        for sid in found.admins
        if (sid in local and not local[sid].disabled)
        or (sid not in local and sid.startswith("S-1-5-21-") and not _elsewhere(sid))
    ]
    return Fact.known({"human": names}, source=ADMINISTRATORS)


def _human(user: LocalUser) -> bool:
    return user.rid >= FIRST_HUMAN or user.rid == ADMINISTRATOR


def _at_the_screen(host: Host) -> frozenset[str] | Reason:
    if not host.live:
        return Reason.UNSUPPORTED
    try:
        return frozenset(registry_of(host).users())
    except UnreadableError as error:
        return error.reason


def _told(answer: bool | Reason) -> Any:
    return unseen(answer) if isinstance(answer, Reason) else answer
