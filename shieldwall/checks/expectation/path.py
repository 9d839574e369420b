"""Dotted paths into a fact's value: `users.0.shell`, `["net.ipv4.ip_forward"].running`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

SEGMENT = re.compile(r"""(?:^|\.)(?P<plain>[^.\[\]"]+)|\.?\["(?P<quoted>[^"\]]+)"\]|\[(?P<index>[0-9]+)\]""")


class Absent:
    """What is found where nothing is."""


ABSENT: Final = Absent()


def parse_path(text: str) -> tuple[str, ...]:
    """Segments of a path. Raises ValueError for text that is not one."""
    segments: list[str] = []
    at = 0
    while at < len(text):
        match = SEGMENT.match(text, at)
        if match is None or match.end() == at:
            raise ValueError(f"not a path: '{text[:80]}' near character {at + 1}")
        segments.append(next(g for g in match.groups() if g is not None))
        at = match.end()
    return tuple(segments)


def look_up(value: Any, segments: tuple[str, ...]) -> Any:
    """The value at a path, ABSENT where a segment leads nowhere, or the mark that stands in the way."""
    for segment in segments:
        if isinstance(value, Mapping):
            if set(value) == {"?"}:
                return value
            value = value.get(segment, ABSENT)
        elif isinstance(value, (list, tuple)) and segment.isdigit() and int(segment) < len(value):
            value = value[int(segment)]
        else:
            return ABSENT
    return value
