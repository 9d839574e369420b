"""What the doctor says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    good: bool
    text: str
    mend: str = ""
    """What to type, or do, next."""
