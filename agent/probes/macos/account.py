"""`account: {part}` on macOS: the accounts of the local directory; no other directory is asked.

What a part gives is what the probe of Linux gives, as far as macOS knows it. Dates of passwords and of the last login
are not known; a password is looked at only to tell whether it is empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import UnreadableError, looked
from agent.probes.account.admins import MACOS_ADMINS, admins
from agent.probes.account.keys import ssh_keys
from agent.probes.macos.directory import NODE, Account, accounts, empty_password, groups
from agent.probes.macos.preferences import effective, switch
from shieldwall.checks.fact import Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

FIRST_HUMAN: Final = 501
GUEST: Final = 201
NO_LOGIN: Final = ("/usr/bin/false", "/bin/false", "/sbin/nologin", "/usr/sbin/uucico", "")
CONSOLE: Final = "/dev/console"
HIDDEN: Final = (
    "hash", "min_days", "max_days", "inactive_days", "last_change", "expires", "last_seen",
)  # fmt: skip
"""What Linux tells of an account and macOS does not."""


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    parts: dict[str, Callable[[Host], Fact]] = {
        "users": _users, "groups": _groups, "ids": _ids, "admins": _admins, "ssh_keys": ssh_keys,
    }  # fmt: skip
    unknown = Fact.unknown(Reason.UNSUPPORTED, "macOS keeps passwords beside each account, not in a file of their own")
    found = {}
    for key in keys:
        part = parts.get(str(key.arg("part")))
        found[key] = looked(lambda part=part: part(host)) if part else unknown  # type: ignore[misc]
    return found


def _users(host: Host) -> Fact:
    admin, screen, guest = admins(host), _at_the_screen(host), _guest(host)
    value, origins = [], {}
    for at, account in enumerate(accounts(host)):
        user, is_admin = account.user, _answer(admin(account.user))
        interactive = user.shell not in NO_LOGIN and (user.uid != GUEST or guest)
        value.append(
            {
                "name": user.name, "uid": user.uid, "gid": user.gid, "home": user.home, "shell": user.shell,
                "system": user.uid not in (0, GUEST) and user.uid < FIRST_HUMAN, "interactive": interactive,
                "human": _human(account), "admin": is_admin, "shadowed": True, "locked": account.locked,
                "empty_password": _answer(empty_password(host, account)) if interactive else False,
                "expired": False,
                "at_screen": unseen(screen) if isinstance(screen, Reason) else user.uid in screen,
                **dict.fromkeys(HIDDEN, unseen(Reason.UNSUPPORTED)),
            }
        )  # fmt: skip
        origins[str(at)] = account.file or "dscl"
    return Fact.known(value, source=NODE, origins=origins)


def _human(account: Account) -> bool:
    return account.user.uid >= FIRST_HUMAN and account.user.shell not in NO_LOGIN


def _answer(told: bool | Reason) -> Any:
    return unseen(told) if isinstance(told, Reason) else told


def _guest(host: Host) -> bool:
    """Whether anybody may sign in as guest; unreadable preferences count as yes, so that nothing hides there."""
    try:
        return bool(switch(effective(host, "com.apple.loginwindow"), "GuestEnabled", False))
    except UnreadableError:
        return True


def _at_the_screen(host: Host) -> frozenset[int] | Reason:
    """The screen belongs to whoever is signed in at it."""
    if not host.live:
        return Reason.UNSUPPORTED
    try:
        owner = host.stat(CONSOLE).uid
    except UnreadableError as error:
        return error.reason
    return frozenset({owner} - {0})


def _admins(host: Host) -> Fact:
    admin = admins(host)
    told = [(account.user.name, admin(account.user)) for account in accounts(host) if _human(account)]
    hidden = [answer for _, answer in told if isinstance(answer, Reason)]
    names = [name for name, answer in told if answer is True]
    return Fact.known({"human": unseen(hidden[0]) if hidden else names}, source=f"{NODE}/groups")


def _groups(host: Host) -> Fact:
    members = {
        group.gid: {*group.members, *(a.user.name for a in accounts(host) if a.user.gid == group.gid)}
        for group in groups(host)
    }
    value = [
        {"name": g.name, "gid": g.gid, "members": sorted(members[g.gid]), "admin": g.gid in (0, MACOS_ADMINS)}
        for g in groups(host)
    ]
    return Fact.known(value, source=f"{NODE}/groups")


def _ids(host: Host) -> Fact:
    people, every = [account.user for account in accounts(host)], groups(host)
    gids = {group.gid for group in every}
    value = {
        "uid_zero": [user.name for user in people if user.uid == 0],
        "duplicate_uids": _twice([(user.uid, user.name) for user in people]),
        "duplicate_gids": _twice([(group.gid, group.name) for group in every]),
        "duplicate_names": _again([user.name for user in people]),
        "duplicate_group_names": _again([group.name for group in every]),
        "without_group": [user.name for user in people if user.gid not in gids],
        "malformed": [],
    }
    return Fact.known(value, source=NODE)


def _twice(pairs: Sequence[tuple[int, str]]) -> list[dict[str, Any]]:
    counted = Counter(number for number, _ in pairs)
    return [
        {"id": number, "names": [name for at, name in pairs if at == number]}
        for number in sorted(n for n, count in counted.items() if count > 1)
    ]


def _again(names: Sequence[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)
