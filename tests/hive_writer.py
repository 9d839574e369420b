"""Writes Windows registry hives for tests: the file format as documented by the libyal and Suhanov descriptions of regf.

`write({"Select": {"Current": 1}, "ControlSet001": {"Control": {"Lsa": {"Levels": ["a", "b"]}}}})`: a mapping is a key,
anything else a value: int REG_DWORD, str REG_SZ, list REG_MULTI_SZ, bytes REG_BINARY, Typed(type, bytes) any other.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NONE = 0xFFFFFFFF
BIG = 16344
"""Longer data lie in pieces behind a `db` record."""
FANOUT = 500
"""Keys in one list; more are joined by an index of lists (`ri`)."""


@dataclass(frozen=True)
class Typed:
    kind: int
    data: bytes


class _Cells:
    def __init__(self) -> None:
        self.data = bytearray(32)

    def put(self, payload: bytes) -> int:
        size = (len(payload) + 4 + 7) // 8 * 8
        at = len(self.data)
        self.data += struct.pack("<i", -size) + payload.ljust(size - 4, b"\0")
        return at

    def patch(self, at: int, offset: int, value: int) -> None:
        struct.pack_into("<I", self.data, at + 4 + offset, value)


def write(tree: Mapping[str, Any], *, clean: bool = True, root: str = "ROOT") -> bytes:
    """A whole hive. `clean=False` leaves the two sequence numbers apart, as after a power cut."""
    cells = _Cells()
    security = cells.put(struct.pack("<2sHIIII", b"sk", 0, 0, 0, 1, 20) + bytes(20))
    top = _key(cells, root, tree, NONE, security, root=True)
    cells.patch(security, 4, security)
    cells.patch(security, 8, security)
    room = -len(cells.data) % 4096
    if room:
        cells.data += struct.pack("<i", room) + bytes(room - 4) if room >= 8 else bytes(room)
    struct.pack_into("<4sII", cells.data, 0, b"hbin", 0, len(cells.data))
    head = bytearray(4096)
    struct.pack_into("<4sIIQ", head, 0, b"regf", 7, 7 if clean else 6, 133_700_000_000_000_000)
    struct.pack_into("<IIIIIII", head, 20, 1, 5, 0, 1, top, len(cells.data), 1)
    check = 0
    for (word,) in struct.iter_unpack("<I", head[:508]):
        check ^= word
    struct.pack_into("<I", head, 508, check)
    return bytes(head + cells.data)


def _key(cells: _Cells, name: str, tree: Mapping[str, Any], parent: int, security: int, *, root: bool = False) -> int:
    raw, flag = _name(name, 0x20)
    body = struct.pack(
        "<2sHQIIIIIIIIIIIIIIIHH", b"nk", flag | (0x2C if root else 0), 133_700_000_000_000_000, 0, parent,
        0, 0, NONE, NONE, 0, NONE, security, NONE, 0, 0, 0, 0, 0, len(raw), 0,
    )  # fmt: skip
    at = cells.put(body + raw)
    keys = {k: v for k, v in tree.items() if isinstance(v, Mapping)}
    values = {k: v for k, v in tree.items() if not isinstance(v, Mapping)}
    below = [(k, _key(cells, k, v, at, security)) for k, v in sorted(keys.items(), key=lambda item: item[0].upper())]
    if below:
        cells.patch(at, 20, len(below))
        cells.patch(at, 28, _list(cells, below))
    if values:
        offsets = [_value(cells, k, v) for k, v in values.items()]
        cells.patch(at, 36, len(offsets))
        cells.patch(at, 40, cells.put(struct.pack(f"<{len(offsets)}I", *offsets)))
    return at


def _list(cells: _Cells, below: list[tuple[str, int]]) -> int:
    if len(below) > FANOUT:
        parts = [_list(cells, below[i : i + FANOUT]) for i in range(0, len(below), FANOUT)]
        return cells.put(struct.pack(f"<2sH{len(parts)}I", b"ri", len(parts), *parts))
    packed = b"".join(struct.pack("<II", at, _hash(name)) for name, at in below)
    return cells.put(struct.pack("<2sH", b"lh", len(below)) + packed)


def _value(cells: _Cells, name: str, value: Any) -> int:
    kind, data = _typed(value)
    raw, flag = _name(name, 1)
    if len(data) <= 4:
        size, place = len(data) | 0x80000000, int.from_bytes(data.ljust(4, b"\0"), "little")
    elif len(data) <= BIG:
        size, place = len(data), cells.put(data)
    else:
        parts = [cells.put(data[i : i + BIG]) for i in range(0, len(data), BIG)]
        table = cells.put(struct.pack(f"<{len(parts)}I", *parts))
        size, place = len(data), cells.put(struct.pack("<2sHI", b"db", len(parts), table))
    return cells.put(struct.pack("<2sHIIIHH", b"vk", len(raw), size, place, kind, flag, 0) + raw)


def _typed(value: Any) -> tuple[int, bytes]:
    match value:
        case Typed(kind, data):
            return kind, data
        case bool() | int():
            return 4, struct.pack("<I", value)
        case str():
            return 1, (value + "\0").encode("utf-16-le")
        case bytes():
            return 3, value
        case _:
            return 7, ("".join(f"{item}\0" for item in value) + "\0").encode("utf-16-le")


def _name(name: str, compressed: int) -> tuple[bytes, int]:
    try:
        return name.encode("latin-1"), compressed
    except UnicodeEncodeError:
        return name.encode("utf-16-le"), 0


def _hash(name: str) -> int:
    value = 0
    for letter in name.upper():
        value = (value * 37 + ord(letter)) & 0xFFFFFFFF
    return value
