"""What success would look like in a later release: a band that must move, since nothing less is proven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.disclosure.sticky import STICKY_BELOW
from shieldwall.release import Figure, Release


@dataclass(frozen=True, slots=True)
class Indicator:
    figure: Figure
    most: int
    """Firms that may still need action for the next release of the same firms to say "provably fewer"."""


def indicators(figures: Sequence[Figure], release: Release, most: int) -> tuple[Indicator, ...]:
    """For each figure that can provably improve, in the order given, at most so many."""
    made = ((figure, _target(figure, release.cohort.n < STICKY_BELOW)) for figure in figures)
    return tuple(Indicator(figure, target) for figure, target in made if target is not None)[:most]


def _target(figure: Figure, held: bool) -> int | None:
    """Highest count that moves the figure down for certain; None where it stands in the lowest bands already.

    A plain figure moves when its count leaves the band; a held one when it has left it by more than a whole band
    (aggregator.disclosure.sticky). A total over a partition moves when its interval lies below the one now.
    """
    if figure.band is None:
        return figure.low - 1 if figure.low else None
    below = figure.band - 1 if held else figure.band
    if below < 1:
        return None
    return below * (figure.low // figure.band) - 1
