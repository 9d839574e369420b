"""The SAM of a tree: accounts, their flags and the password rules. A password hash is only measured, never read out.

Layouts: the fixed attributes of domain and user objects (`F`) as in the declarations of ReactOS' samsrv.h; the table of
`V`, and the members of an alias (`C`), as every offline editor of the SAM reads them. Numbers are little-endian.
"""

from __future__ import annotations

import struct
from datetime import timedelta
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.windows.base import Registry, registry_of
from agent.probes.windows.people import DISABLED, NEVER_EXPIRES, LocalUser, People, Rules, moment
from shieldwall.checks.outcome import Reason

ACCOUNT: Final = r"HKLM\SAM\SAM\Domains\Account"
ADMINS: Final = r"HKLM\SAM\SAM\Domains\Builtin\Aliases\00000220"
"""0x220 is 544, the administrators."""
TIMES: Final = struct.Struct("<qqqqq")
"""Longest and shortest life of a password, forced logoff, length of a lockout, window of attempts; from 0x18."""
TAIL: Final = struct.Struct("<IIHHH")
"""Next RID, properties, shortest password, history, threshold; from 0x48."""
COMPLEX: Final = 1
"""DOMAIN_PASSWORD_COMPLEX."""
NEVER: Final = -(2**63)
V_DATA, V_NAME, V_NT_HASH = 0xCC, 0x0C, 0xA8
C_DATA, C_MEMBERS = 0x34, 0x28


def people_of(host: Host) -> People:
    """Raises AbsentError, UnreadableError."""
    registry = registry_of(host)
    try:
        account = registry.key(ACCOUNT)
        rules, machine = _rules(account.raw("F") or b""), "S-1-5-21-" + _sid_tail((account.raw("V") or b"")[-12:])
        users = tuple(_users(registry))
        return People(machine, users, _members(registry.key(ADMINS).raw("C") or b""), rules)
    except (struct.error, ValueError, OverflowError, IndexError) as error:
        raise UnreadableError(Reason.PARSE, f"{ACCOUNT} is not laid out as documented") from error


def _rules(fixed: bytes) -> Rules:
    longest, shortest, _, lockout, window = TIMES.unpack_from(fixed, 0x18)
    _, properties, length, history, threshold = TAIL.unpack_from(fixed, 0x48)
    return Rules(
        min_length=length, history=history, max_age=None if longest in (NEVER, 0) else _span(longest),
        min_age=_span(shortest), complexity=bool(properties & COMPLEX), threshold=threshold,
        lockout=None if lockout == NEVER else _span(lockout), window=_span(window),
    )  # fmt: skip


def _span(ticks: int) -> timedelta:
    """Spans stand as negative numbers of 100 ns."""
    return timedelta(microseconds=-ticks // 10)


def _users(registry: Registry) -> list[LocalUser]:
    found = []
    for name in registry.key(f"{ACCOUNT}\\Users").keys:
        if len(name) != 8 or not all(letter in "0123456789abcdefABCDEF" for letter in name):
            continue  # `Names`
        key = registry.key(f"{ACCOUNT}\\Users\\{name}")
        fixed, variable = key.raw("F") or b"", key.raw("V") or b""
        last, _, changed, expires = struct.unpack_from("<QQQQ", fixed, 8)
        (flags,) = struct.unpack_from("<I", fixed, 0x38)
        found.append(
            LocalUser(
                rid=int(name, 16), name=_part(variable, V_NAME).decode("utf-16-le", "replace"),
                disabled=bool(flags & DISABLED), never_expires=bool(flags & NEVER_EXPIRES), last_login=moment(last),
                password_set=moment(changed), expires=moment(expires), empty=_empty(_part(variable, V_NT_HASH)),
            )
        )  # fmt: skip
    return found


def _part(variable: bytes, entry: int) -> bytes:
    at, size = struct.unpack_from("<II", variable, entry)
    if size > len(variable) or V_DATA + at + size > len(variable):
        raise ValueError("a part beyond the end")
    return variable[V_DATA + at : V_DATA + at + size]


def _empty(stored: bytes) -> bool | Reason:
    """An empty password has a header and no hash: 4 bytes, or 24 since hashes are wrapped with AES."""
    revision = int.from_bytes(stored[2:4], "little") if len(stored) >= 4 else 0
    match revision, len(stored):
        case (0, 0) | (1, 4) | (2, 24):
            return True
        case (1, 20) | (2, 56):
            return False
        case _:
            return Reason.PARSE


def _members(alias: bytes) -> tuple[str, ...]:
    at, size, count = struct.unpack_from("<III", alias, C_MEMBERS)
    data, found = alias[C_DATA + at : C_DATA + at + size], []
    for _ in range(min(count, 1024)):
        length = 8 + 4 * data[1]
        found.append(_sid(data[:length]))
        data = data[length:]
    return tuple(found)


def _sid(data: bytes) -> str:
    """MS-DTYP 2.4.2.2: revision, count, six bytes of authority in network order, sub-authorities."""
    if len(data) != 8 + 4 * data[1]:
        raise ValueError("a SID that ends early")
    return f"S-{data[0]}-{int.from_bytes(data[2:8], 'big')}-{_sid_tail(data[8:])}"


def _sid_tail(data: bytes) -> str:
    if not data:
        raise AbsentError(ACCOUNT)
    return "-".join(str(part) for (part,) in struct.iter_unpack("<I", data))
