"""The registry of the running Windows, through the standard library. Never run on a real Windows yet: experimental."""

from __future__ import annotations

import re
import sys
from typing import Any, Final

from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.windows.base import MAX_DATA, MAX_KEYS, MAX_VALUES, Key, Value
from shieldwall.checks.outcome import Reason

PERSON: Final = re.compile(r"S-1-(5-21|12-1)(-\d+)+\Z")
"""Accounts of this computer or a domain, and those of Entra ID; not services, not `_Classes`."""


class Running:
    def key(self, path: str) -> Key:
        handle = _open(path)
        with handle:
            values = {value.name.lower(): value for value in _values(handle, path)}
            return Key(path, values, _keys(handle, path), _changed(handle))

    def users(self) -> tuple[str, ...]:
        return tuple(name for name in self.key("HKU").keys if PERSON.match(name))


def _open(path: str) -> Any:
    if sys.platform != "win32":
        raise UnreadableError(Reason.UNSUPPORTED, "only Windows has a registry")
    import winreg

    hive, _, rest = path.partition("\\")
    root = {"HKLM": winreg.HKEY_LOCAL_MACHINE, "HKU": winreg.HKEY_USERS}[hive]
    try:
        return winreg.OpenKey(root, rest, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY)
    except OSError as error:
        raise _translated(error, path) from error


def _values(handle: Any, path: str) -> list[Value]:
    if sys.platform != "win32":
        return []
    import winreg

    found = []
    try:
        for at in range(min(winreg.QueryInfoKey(handle)[1], MAX_VALUES)):
            name, data, kind = winreg.EnumValue(handle, at)
            long = isinstance(data, (bytes, str)) and len(data) > MAX_DATA
            found.append(Value(name, kind, None if long else data))
    except OSError as error:
        raise _translated(error, path) from error
    return found


def _keys(handle: Any, path: str) -> tuple[str, ...]:
    if sys.platform != "win32":
        return ()
    import winreg

    try:
        return tuple(winreg.EnumKey(handle, at) for at in range(min(winreg.QueryInfoKey(handle)[0], MAX_KEYS)))
    except OSError as error:
        raise _translated(error, path) from error


def _changed(handle: Any) -> int:
    if sys.platform != "win32":
        return 0
    import winreg

    return winreg.QueryInfoKey(handle)[2]


def _translated(error: OSError, path: str) -> Exception:
    if isinstance(error, FileNotFoundError):
        return AbsentError(path)
    if isinstance(error, PermissionError):
        return UnreadableError(Reason.PRIVILEGE, f"{path} is closed to this user; run as administrator to see it")
    return UnreadableError(Reason.UNSUPPORTED, f"{path}: {error.strerror}")
