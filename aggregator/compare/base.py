"""What a comparison of two releases is: intervals, and whether they prove a difference. Never a rank, never a firm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from aggregator.disclosure.possible import Count
from shieldwall.published.release import Figure, Kind, Release

Verdict = Literal["more", "fewer", "open"]
"""About the first cluster beside the second: provably more or fewer of its firms need action; open = cannot be told."""
Table = Literal["overall", "themes", "checks"]
Why = Literal["absent", "library", "revision", "line"]
"""absent = one release has no such figure; library = the two were judged by different libraries, and one of them is
not at hand; revision = by different revisions of the check, or of the theme's checks; line = by different lines."""


@dataclass(frozen=True, slots=True)
class Side:
    release: Release
    signer: str
    """Name of the key that signed it; empty when no key was given and the signature was not checked."""


@dataclass(frozen=True, slots=True)
class Pair:
    table: Table
    left: Figure
    right: Figure
    left_count: Count
    """Wider than the figure where the release holds figures still."""
    right_count: Count
    verdict: Verdict

    @property
    def title(self) -> str:
        return self.left.title

    @property
    def kind(self) -> Kind:
        return self.left.kind


@dataclass(frozen=True, slots=True)
class LeftOut:
    table: Table
    id: str
    title: str
    kind: Kind
    why: Why


@dataclass(frozen=True, slots=True)
class Comparison:
    left: Side
    right: Side
    pairs: tuple[Pair, ...]
    """Overall, themes, checks; within each by kind and id: the order says nothing."""
    left_out: tuple[LeftOut, ...]


class Renderer(Protocol):
    """A module in this folder with a function `render`; the registry names it."""

    def __call__(self, comparison: Comparison) -> bytes: ...
