"""The one way to the registry, whoever reads it: the running Windows, or the hives of a tree.

A path begins with HKLM or HKU and has backslashes; names compare without case, as Windows compares them. Reading and
meaning are apart: a reader only says what stands there, and nothing in it knows what any key is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from agent.looking.host import Host

MAX_VALUES: Final = 4096
"""Of one key; the most on a real system are some hundred rules of the firewall."""
MAX_KEYS: Final = 32_768
"""Below one key; the parts Windows is made of, which it lists one by one, are six thousand."""
MAX_DATA: Final = 64 * 1024
"""Bytes of one value that are read."""

SZ, EXPAND_SZ, BINARY, DWORD, DWORD_BE, MULTI_SZ, QWORD = 1, 2, 3, 4, 5, 7, 11
KINDS: Final = {
    0: "none", SZ: "sz", EXPAND_SZ: "expand_sz", BINARY: "binary", DWORD: "dword", DWORD_BE: "dword",
    MULTI_SZ: "multi_sz", QWORD: "qword",
}  # fmt: skip
"""winnt.h, REG_*."""

Plain = int | str | list[str] | bytes | None


@dataclass(frozen=True, slots=True)
class Value:
    name: str
    """"" for the default value of its key."""
    kind: int
    data: Plain
    """None when the bytes are not what the kind promises, or more than MAX_DATA."""


@dataclass(frozen=True, slots=True)
class Key:
    path: str
    values: Mapping[str, Value] = field(default_factory=dict)
    """By name in small letters."""
    keys: tuple[str, ...] = ()
    """Names of the keys below, as they are written."""
    changed: int = 0
    """FILETIME of the last change to a value or to a key right below."""

    def number(self, name: str) -> int | None:
        """None when it is not there, and when it is no number."""
        value = self.values.get(name.lower())
        return value.data if value is not None and isinstance(value.data, int) else None

    def text(self, name: str) -> str | None:
        value = self.values.get(name.lower())
        return value.data if value is not None and isinstance(value.data, str) else None

    def raw(self, name: str) -> bytes | None:
        value = self.values.get(name.lower())
        return value.data if value is not None and isinstance(value.data, bytes) else None


class Registry(Protocol):
    def key(self, path: str) -> Key:
        """Raises AbsentError when it is not there, UnreadableError (privilege, parse, tool) when nobody can say."""
        ...

    def users(self) -> tuple[str, ...]:
        """SIDs of people whose hive can be read under HKU; on the running system those that are signed in."""
        ...


def registry_of(host: Host) -> Registry:
    """The registry of this host, opened at most once. Raises UnreadableError."""
    return host.once("registry", lambda: _reader(host))


def _reader(host: Host) -> Registry:
    if host.live:
        from agent.probes.windows.running import Running

        return Running()
    from agent.probes.windows.hives import Hives

    return Hives(host)


def typed(kind: int, data: bytes) -> Plain:
    """The bytes of a value as Windows documents its kind; None for bytes that do not fit it."""
    match kind:
        case _ if len(data) > MAX_DATA:
            return None
        case 4:
            return int.from_bytes(data, "little") if len(data) == 4 else None
        case 5:
            return int.from_bytes(data, "big") if len(data) == 4 else None
        case 11:
            return int.from_bytes(data, "little") if len(data) == 8 else None
        case 1 | 2:
            return _utf16(data).partition("\0")[0]
        case 7:
            return [part for part in _utf16(data).split("\0") if part]
        case _:
            return data


def _utf16(data: bytes) -> str:
    return data[: len(data) // 2 * 2].decode("utf-16-le", "replace")
