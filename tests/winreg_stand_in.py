"""The part of the standard library's `winreg` that the agent uses, over a mapping: what Windows gives, without Windows.

Loaded as `winreg` by tests/agent/test_on_windows.py in a process that believes it runs on Windows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HKEY_LOCAL_MACHINE, HKEY_USERS, KEY_READ, KEY_WOW64_64KEY = "HKLM", "HKU", 1, 2
TREE: dict[str, dict[str, Any]] = {}
"""Path in small letters -> values as winreg gives them."""
CLOSED: set[str] = set()
"""Paths that only an administrator may open."""
FILLED = 133_700_000_000_000_000


class Handle:
    def __init__(self, path: str) -> None:
        self.path = path
        self.values = TREE[path]
        below = {key[len(path) :].lstrip("\\").partition("\\")[0] for key in TREE if key.startswith(path + "\\")}
        self.keys = sorted(below - {""})

    def __enter__(self) -> Handle:
        return self

    def __exit__(self, *_: object) -> None: ...


def OpenKey(root: str, path: str, _reserved: int = 0, access: int = 0) -> Handle:
    assert access == KEY_READ | KEY_WOW64_64KEY
    here = "\\".join(part for part in (root, path) if part).lower()
    if here in CLOSED:
        raise PermissionError(13, "Access is denied")
    if here not in TREE:
        raise FileNotFoundError(2, "The system cannot find the file specified")
    return Handle(here)


def QueryInfoKey(handle: Handle) -> tuple[int, int, int]:
    return len(handle.keys), len(handle.values), FILLED


def EnumValue(handle: Handle, at: int) -> tuple[str, Any, int]:
    name, value = list(handle.values.items())[at]
    kinds = {int: 4, str: 1, bytes: 3, list: 7}
    return name, value, kinds[type(value)]


def EnumKey(handle: Handle, at: int) -> str:
    name = handle.keys[at]
    return name.upper() if name.startswith("s-1-") else name


def fill(hives: Mapping[str, Mapping[str, Mapping[str, Any]]], person: str) -> None:
    """From flat trees as tests/windows_systems.py has them; ControlSet001 is the one in use."""
    for hive, keys in hives.items():
        root = rf"HKU\{person}" if hive == "Person" else rf"HKLM\{hive}"
        for key, values in keys.items():
            path = f"{root}\\{key}".replace("ControlSet001", "CurrentControlSet").lower()
            TREE[path] = dict(values)
    for path in list(TREE):
        while "\\" in path:
            path = path.rpartition("\\")[0]
            TREE.setdefault(path, {})
