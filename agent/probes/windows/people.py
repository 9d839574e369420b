"""Local accounts and the rules for their passwords, whether they come from the SAM hive or from the running system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from agent.looking.host import Host
from shieldwall.checks.fact import NOT_THERE
from shieldwall.checks.outcome import Reason

ADMINISTRATOR, GUEST = 500, 501
FIRST_HUMAN: Final = 1000
ADMINISTRATORS: Final = "S-1-5-32-544"
"""The group, whatever it is called: Administratoren, Administrateurs, Administratorzy."""
DISABLED, PASSWORD_NOT_REQUIRED, NEVER_EXPIRES = 0x0001, 0x0004, 0x0200
"""Account control bits of the SAM (MS-SAMR 2.2.1.12, USER_*)."""
EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LocalUser:
    rid: int
    """The last part of the SID; the same on every system and in every language for accounts Windows brings."""
    name: str
    disabled: bool
    never_expires: bool
    """Of the password."""
    last_login: datetime | None
    password_set: datetime | None
    expires: datetime | None
    """Of the account."""
    empty: bool | Reason
    """Whether the password is empty."""


@dataclass(frozen=True, slots=True)
class Rules:
    min_length: int
    history: int
    max_age: timedelta | None
    """None for never."""
    min_age: timedelta
    complexity: bool | Reason
    threshold: int
    """Wrong passwords that lock an account; 0 for never."""
    lockout: timedelta | None
    """None until an administrator opens it."""
    window: timedelta


@dataclass(frozen=True, slots=True)
class People:
    machine: str
    """The SID of the computer, to which a RID is added."""
    users: tuple[LocalUser, ...]
    admins: tuple[str, ...]
    """SIDs that are direct members of the administrators."""
    rules: Rules


def people(host: Host) -> People:
    """Raises AbsentError, UnreadableError."""
    if host.live:
        from agent.probes.windows.api import people_here

        return host.once("people", people_here)
    from agent.probes.windows.sam import people_of

    return host.once("people", lambda: people_of(host))


def stamp(when: datetime | None) -> str | dict[str, str]:
    """As facts have it, in UTC."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ") if when else NOT_THERE


def moment(ticks: int) -> datetime | None:
    """A FILETIME (100 ns since 1601); None for never, which is 0 or the largest."""
    if not 0 < ticks < 2_650_000_000_000_000_000:  # the year 9998
        return None
    return EPOCH + timedelta(microseconds=ticks // 10)
