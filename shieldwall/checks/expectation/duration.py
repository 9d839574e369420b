"""Durations as packs write them: `15m`, `36h`, `14d`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
DURATION = re.compile(r"([0-9]{1,6})([smhdw])\Z")


def parse_duration(text: str) -> timedelta:
    """Raises ValueError for anything but a whole number and one unit of s, m, h, d, w."""
    match = DURATION.match(text)
    if match is None:
        raise ValueError(f"not a duration: '{text[:40]}'; write a number and one of s m h d w, such as 14d")
    return timedelta(**{UNITS[match[2]]: int(match[1])})
