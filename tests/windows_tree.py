"""A Windows tree for tests: hives made here, laid where Windows keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hive_writer import write

from agent.looking.host import Host

MACHINE = (1111111111, 2222222222, 3333333333)
"""Sub-authorities of the computer's own SID."""
ANN = "S-1-5-21-1111111111-2222222222-3333333333-1001"
CONFIG = "Windows/System32/config"


def nested(flat: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    r"""{"A\B": {"Value": 1}} as keys within keys."""
    tree: dict[str, Any] = {}
    for path, values in flat.items():
        here = tree
        for part in [p for p in path.split("\\") if p]:
            here = here.setdefault(part, {})
        here.update(values)
    return tree


def windows_tree(root: Path, *, names: Mapping[str, str] | None = None, **hives: Mapping[str, Any]) -> Host:
    """hives: SYSTEM, SOFTWARE, SAM, SECURITY, DEFAULT, or a person's folder name for their NTUSER.DAT."""
    system = {"Select": {"Current": 1}, **nested(hives.pop("SYSTEM", {}))}
    every: dict[str, Mapping[str, Any]] = {"SYSTEM": system, "SOFTWARE": {}}
    every |= {name: nested(tree) for name, tree in hives.items()}
    for name, tree in every.items():
        file = root / CONFIG / name if name.isupper() else root / "Users" / name / "NTUSER.DAT"
        file = root / (names or {}).get(name, str(file.relative_to(root)))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(write(tree))
    return Host(root=root)


def profile(sid: str, folder: str) -> dict[str, dict[str, Any]]:
    return {rf"Microsoft\Windows NT\CurrentVersion\ProfileList\{sid}": {"ProfileImagePath": rf"C:\Users\{folder}"}}
