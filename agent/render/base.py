"""What every format is: a result in, text out. The writing to files and terminals happens elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from agent.scan.result import ScanResult

WIDTH: Final = 100
SEVERITIES: Final = ("info", "low", "medium", "high", "critical")
"""Mildest first; here, so that `--help` needs no more than this file."""


@dataclass(frozen=True, slots=True)
class Style:
    width: int = WIDTH
    """Columns; formats for machines ignore it."""
    colour: bool = False
    """Only ever true on a terminal without NO_COLOR."""
    everything: bool = False
    """Also list what passed and what does not apply."""


class Renderer(Protocol):
    """A module in this folder with a function `render`; the registry names it."""

    def __call__(self, result: ScanResult, style: Style) -> str:
        """Ends with a newline. What the host contains is data here: escaped for the format, never obeyed."""
