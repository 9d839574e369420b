"""A line taken apart as a shell would."""

from __future__ import annotations

import shlex
from typing import Final

from shieldwall.limits import KIB

LINE_CHARS: Final = 16 * KIB
"""An /etc/exports with a hundred clients on one line takes 6 KiB; the time of shlex grows with the square."""


def shell_words(line: str, *, comments: bool = False) -> list[str]:
    """Raises ValueError for a quote that is not closed, and for a line longer than LINE_CHARS."""
    if len(line) > LINE_CHARS:
        raise ValueError(f"a line of more than {LINE_CHARS} characters")
    return shlex.split(line, comments=comments)
