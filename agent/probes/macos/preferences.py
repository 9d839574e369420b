"""What a setting of macOS is in the end: a management profile wins over the system's own preferences.

Sources: defaults(1), Apple's configuration profile reference ("Managed Preferences").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes import plist
from agent.probes.config.base import Setting

FOLDERS: Final = ("/Library/Managed Preferences", "/Library/Preferences")
"""From the strongest to the weakest."""


def effective(host: Host, domain: str) -> Mapping[str, Setting]:
    """Key -> value with the file it stands in; empty when nobody ever set anything. Raises UnreadableError."""
    return host.once(f"preferences {domain}", lambda: _read(host, [f"{folder}/{domain}.plist" for folder in FOLDERS]))


def managed(host: Host, domain: str) -> Mapping[str, Setting]:
    """Only what a profile forces for the whole computer. Raises UnreadableError."""
    return {k: s for k, s in effective(host, domain).items() if s.file.startswith(FOLDERS[0])}


def value(settings: Mapping[str, Setting], key: str, default: Any) -> Any:
    return settings[key].value if key in settings else default


def switch(settings: Mapping[str, Setting], key: str, default: bool | None) -> bool | None:
    """A setting as on or off: some programs write numbers. The default for one never written or of another kind."""
    found = value(settings, key, default)
    return bool(found) if isinstance(found, (bool, int)) else default


def origins(settings: Mapping[str, Setting], **names: str) -> dict[str, str]:
    """Path in a fact -> file, for the keys that were set."""
    return {path: settings[key].file for path, key in names.items() if key in settings}


def _read(host: Host, paths: list[str]) -> dict[str, Setting]:
    found: dict[str, Setting] = {}
    for path in paths:
        try:
            table = plist.table(host, path)
        except AbsentError:
            continue
        for key, item in table.items():
            found.setdefault(key, Setting(item, path))
    return found
