"""Values of a SAM hive as Windows lays them out, for tests: fixed attributes, tables of parts, members of an alias."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import Any

from windows_tree import MACHINE

EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
NEVER = -(2**63)


def filetime(when: datetime | None) -> int:
    return 0 if when is None else int((when - EPOCH) / timedelta(microseconds=1)) * 10


def sid(text: str) -> bytes:
    revision, authority, *parts = (int(part) for part in text.split("-")[1:])
    return struct.pack(f"<BB6s{len(parts)}I", revision, len(parts), authority.to_bytes(6, "big"), *parts)


def domain(
    *, length: int = 0, history: int = 0, max_days: int | None = 42, complex_: bool = False, threshold: int = 10,
    lockout_minutes: int | None = 10,
) -> bytes:  # fmt: skip
    """`F` of Domains\\Account."""
    data = bytearray(0xF0)
    minutes = 600_000_000
    struct.pack_into(
        "<qqqqq", data, 0x18, NEVER if max_days is None else -max_days * 1440 * minutes, 0, NEVER,
        NEVER if lockout_minutes is None else -lockout_minutes * minutes, -10 * minutes,
    )  # fmt: skip
    struct.pack_into("<IIHHH", data, 0x48, 1010, int(complex_), length, history, threshold)
    return bytes(data)


def user(
    rid: int, name: str, *, disabled: bool = False, empty: bool = False, last: datetime | None = None,
    changed: datetime | None = None, full: str = "", old_hash: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """`F` and `V` of one account."""
    fixed = bytearray(0x50)
    struct.pack_into("<QQQQ", fixed, 8, filetime(last), 0, filetime(changed), 2**63 - 1)
    struct.pack_into("<III", fixed, 0x30, rid, 513, 0x10 | int(disabled))
    header = struct.pack("<HHI", 0x12, 1 if old_hash else 2, 0)
    stored = header[:4] + bytes(16) if old_hash else header + bytes(48)
    if empty:
        stored = header[:4] if old_hash else header + bytes(16)
    parts = {0x0C: name.encode("utf-16-le"), 0x18: full.encode("utf-16-le"), 0xA8: stored}
    table, data = bytearray(0xCC), b""
    for entry, part in parts.items():
        struct.pack_into("<II", table, entry, len(data), len(part))
        data += part + bytes(-len(part) % 4)
    return {"F": bytes(fixed), "V": bytes(table) + data}


def alias(members: list[str], name: str = "Administrators") -> bytes:
    """`C` of an alias: its name, which differs in every language, and its members."""
    called, data = name.encode("utf-16-le"), b"".join(map(sid, members))
    called += bytes(-len(called) % 4)
    table = bytearray(0x34)
    struct.pack_into("<II", table, 0x10, 0, len(called))
    struct.pack_into("<III", table, 0x28, len(called), len(data), len(members))
    return bytes(table) + called + data


def sam(
    rules: bytes, users: dict[int, dict[str, Any]], admins: list[str], group: str = "Administrators"
) -> dict[str, dict[str, Any]]:
    """For windows_tree(SAM=...)."""
    machine = struct.pack("<24sIIII", bytes(24), 21, *MACHINE)
    tree: dict[str, dict[str, Any]] = {
        r"SAM\Domains\Account": {"F": rules, "V": machine},
        r"SAM\Domains\Account\Users\Names": {},
        r"SAM\Domains\Builtin\Aliases\00000220": {"C": alias(admins, group)},
    }
    tree |= {rf"SAM\Domains\Account\Users\{rid:08X}": values for rid, values in users.items()}
    return tree
