"""What the doctor says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    GOOD = "good"
    NOTE = "note"
    """Works, and could see or do more."""
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    area: str
    words: str
    mend: str = ""
    """The command to type; "" when nothing needs doing."""
