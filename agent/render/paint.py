"""Colour and wrapping for terminals; without colour both are plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from agent.render.plain import one_line

CODES: Final = {
    "bold": "1", "dim": "2", "red": "1;31", "green": "1;32", "yellow": "1;33", "cyan": "36",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paint:
    colour: bool

    def bold(self, text: str) -> str:
        return self._in("bold", text)

    def dim(self, text: str) -> str:
        return self._in("dim", text)

    def strong(self, name: str) -> Callable[[str], str]:
        return lambda text: self._in(name, text)

    def _in(self, name: str, text: str) -> str:
        return f"\x1b[{CODES[name]}m{text}\x1b[0m" if self.colour and text else text


def wrapped(paint: Callable[[str], str], text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Words broken into lines of at most `width` columns. No text, no lines."""
    lines = textwrap.wrap(
        one_line(text), width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False,
    )  # fmt: skip
    return [paint(line) for line in lines]
