"""What answers one question of the walk: all counted, the most telling kept, whatever a file system may hold."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.looking.host import FileStat
from shieldwall import limits


@dataclass(frozen=True, slots=True)
class Entry:
    info: FileStat
    exposed: bool
    """Everybody may reach it and read it: read bit for others, and every folder above lets others through."""


@dataclass(slots=True)
class Found:
    keep: int = limits.EVIDENCE_ITEMS
    count: int = 0
    _entries: list[Entry] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        self.count += 1
        self._entries.append(entry)
        if len(self._entries) >= 2 * self.keep + 100:
            self._entries = self.telling()

    def telling(self) -> list[Entry]:
        """The exposed ones first, each group by path; at most `keep`."""
        return sorted(self._entries, key=_harmless)[: self.keep]


def _harmless(entry: Entry) -> tuple[bool, str]:
    return (not entry.exposed, entry.info.path)
