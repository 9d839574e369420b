"""What a paper is: sections of sentences and tables, without a form. Pure: the same release gives the same paper.

A paper knows a release and the words of the checks' pack, and nothing else: no database, no clock, no list of members.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

from aggregator.render.base import Words
from shieldwall.published.release import Figure, Release


@dataclass(frozen=True, slots=True)
class Span:
    """An interval to draw, on a scale of 0 to `most`."""

    low: int
    high: int
    most: int


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Row:
    head: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`heads` names the column of row heads, then each cell's."""

    form: ClassVar[str] = "table"
    heads: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """Sentences, one to a line."""

    form: ClassVar[str] = "said"
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prose:
    form: ClassVar[str] = "prose"
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """A heading inside a section."""

    form: ClassVar[str] = "head"
    text: str


Block = Table | Said | Prose | Head


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: str
    blocks: tuple[Block, ...]
    boxed: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    id: str
    """A key of aggregator.render.papers.PAPERS."""
    title: str
    subtitle: str
    cluster: str
    facts: tuple[str, ...]
    sections: tuple[Section, ...]
    release: str
    """Its name."""
    published: str
    """RFC 3339, whole minute: when its figures were published. A paper has no date of its own."""
    digest: str
    """Of the release's payload; whoever holds the signed file can compare."""
    sheets: int = 0
    """Pages of A4 it may fill; 0 for as many as it takes."""


class Maker(Protocol):
    """A module in this folder with a function `make`; the registry names it."""

    def __call__(self, release: Release, words: Words, house: str = "") -> Paper: ...


def counted(figure: Figure, text: str) -> Cell:
    """A figure's interval on its scale of 0 to n firms."""
    return Cell(text, Span(figure.low, figure.high, figure.n))
