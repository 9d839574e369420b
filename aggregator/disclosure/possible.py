"""What a released figure allows: which true counts are possible, and what it takes for it to move."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.disclosure.bands import Layout
from aggregator.disclosure.sticky import STICKY_BELOW, margin
from shieldwall.published.release import ALL, Figure, Release


@dataclass(frozen=True, slots=True)
class Count:
    """The true count is surely from `low` to `high`, both included, of n firms."""

    low: int
    high: int
    n: int


def possible(figure: Figure, release: Release) -> Count:
    """Every count the figure allows.

    A figure that is held still says `same`, and its count may lie a margin outside; one that has just moved, or has
    nothing before it, shows its own band. A total over categories may be off by the margin of each.
    """
    held = figure.trend == "same" or (figure.band is None and figure.trend != "first")
    parts = len(release.cohort.categories) if figure.band is None else 1
    slack = release.cohort.margin * parts if held else 0
    return Count(max(0, figure.low - slack), min(figure.n, figure.high + slack), figure.n)


def falls_at(figure: Figure, release: Release) -> int | None:
    """The highest count at which the next release of the same firms says `fewer` for certain; None where none does.

    A plain figure moves when its count leaves the band, a held one when it has left it by more than a whole band
    (aggregator.disclosure.sticky). A total moves when its interval lies below the one now, and each category's interval
    can end as far above its count as a band is long, one band more where it is held.
    """
    sticky = release.cohort.n < STICKY_BELOW
    if figure.band is not None:
        below = figure.band - 1 if sticky else figure.band
        return below * (figure.low // figure.band) - 1 if below >= 1 else None
    longest = [margin(Layout(part.n, release.cohort.w)) for part in _parts(figure, release)]
    most = figure.low - 1 - sum(length - 1 for length in longest) - (sum(longest) if sticky else 0)
    return most if longest and most >= 0 else None


def _parts(figure: Figure, release: Release) -> list[Figure]:
    """The categories a total is the sum of."""
    table = release.themes if figure.id == figure.theme else release.checks
    if not figure.theme:
        table = tuple(each for score in release.scores for each in score.figures)
    return [f for f in table if (f.id, f.kind) == (figure.id, figure.kind) and f.group != ALL]
