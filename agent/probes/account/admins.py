"""Who is an administrator of this host."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.account.entries import Group, User, groups
from agent.probes.config import sudoers
from shieldwall.checks.outcome import Reason

ADMIN_GROUPS: Final = ("sudo", "wheel", "admin")
MACOS_ADMINS: Final = 80
"""Number of the administrators' group of macOS, whatever it is called."""


def admins(host: Host) -> Callable[[User], bool | Reason]:
    """Who is an administrator: user id 0, a member of an administrators' group, or whom sudo lets run everything."""
    every: tuple[Group, ...]
    try:
        every = groups(host)
    except AbsentError:
        every = ()
    except UnreadableError as error:
        unreadable = error.reason
        return lambda user: user.uid == 0 or unreadable
    allowed: set[str] | Reason
    try:
        allowed = _sudo_all(sudoers.policy(host))
    except AbsentError:
        allowed = set()
    except UnreadableError as error:
        allowed = error.reason

    def admin(user: User) -> bool | Reason:
        mine = {g.name for g in every if g.gid == user.gid or user.name in g.members}
        gids = {g.gid for g in every if g.name in mine} | {user.gid}
        if user.uid == 0 or mine & set(ADMIN_GROUPS) or (host.system == "macos" and MACOS_ADMINS in gids):
            return True
        if isinstance(allowed, Reason):
            return allowed
        names = {user.name, f"#{user.uid}", *(f"%{g}" for g in mine), *(f"%#{g}" for g in gids), "ALL"}
        return bool(names & allowed)

    return admin


def _sudo_all(policy: sudoers.Policy) -> set[str]:
    """Users and groups as sudoers writes them that may run every command as root."""
    out: set[str] = set()
    for rule in sudoers.rules_of(policy):
        if rule["all_commands"] and {"root", "ALL", "#0"} & set(rule["runas_users"]):
            out |= set(rule["users"])
    return out
