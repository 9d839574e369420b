"""What success would look like in a later release: a band that must move, since nothing less is proven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.disclosure.possible import falls_at
from shieldwall.published.release import Figure, Release


@dataclass(frozen=True, slots=True)
class Indicator:
    figure: Figure
    most: int
    """Firms that may still need action for the next release of the same firms to say "provably fewer"."""


def indicators(figures: Sequence[Figure], release: Release, most: int) -> tuple[Indicator, ...]:
    """For each figure that can provably improve, in the order given, at most so many."""
    made = ((figure, falls_at(figure, release)) for figure in figures)
    return tuple(Indicator(figure, target) for figure, target in made if target is not None)[:most]
