"""A release in plain words, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from aggregator.disclosure.bands import SMALL_COHORT, minimum_cohort
from aggregator.render import wording
from shieldwall.published.release import ALL, LINE, Figure, Release

SHOWN: Final = 10
"""Checks listed; the document has them all."""
ARROWS: Final = {
    "first": "", "same": "", "more": " (provably more than before)", "fewer": " (provably fewer than before)",
}  # fmt: skip


def describe(release: Release, *, every: bool = False) -> Iterator[str]:
    """Lines of text, themes first; the checks with most firms in need, or every one."""
    cohort = release.cohort
    yield f"Release {release.name} of {release.cluster}, published {release.published}"
    yield f"{cohort.n} firms, bands of {cohort.w}, safe against {_members(cohort.k)}. Roster {cohort.roster_hash[:16]}"
    yield f"Gate: {wording.answered(release.gate)} - {release.gate.reason}"
    if release.yardsticks:
        yield ""
        yield f"Too few firms for figures (they start at {minimum_cohort(cohort.k)}). Elsewhere, of 100 firms:"
        yield from (
            f"  {stick.per_hundred:>3} {stick.title} ({stick.population}; {stick.source} {stick.year})"
            for stick in release.yardsticks
        )
        return
    yield ""
    yield f"Themes: firms that need action, their score being below {LINE} %"
    yield from _lines(release.themes)
    yield from _lines(figure for score in release.scores for figure in score.figures)
    yield ""
    few = cohort.n < SMALL_COHORT and not every
    if few:
        yield "With fewer than 12 firms themes say more than single checks; --all lists them."
        return
    yield "Checks: firms that need action" + ("" if every else ", the commonest first")
    totals = [figure for figure in release.checks if figure.group == ALL]
    ranked = sorted(totals, key=lambda figure: (-figure.low, -figure.high, -figure.weight, figure.id))
    yield from _lines(ranked if every else ranked[:SHOWN])
    yield ""
    yield release.method
    yield from (f"- {limit}" for limit in release.limits)


def sentence(figure: Figure) -> str:
    """One figure in words. No percentage: of few firms it would pretend to more than is known."""
    where = "" if figure.group == ALL else f" in {figure.group}"
    how = "measured" if figure.kind == "measured" else "answered"
    if figure.low == 0:
        count = f"at most {figure.high}"
    elif figure.high == figure.n:
        count = f"at least {figure.low}"
    else:
        count = f"between {figure.low} and {figure.high}"
    if figure.id in ("overall", figure.theme):
        need = f"need action {'' if figure.id == 'overall' else 'on '}{figure.title[:1].lower()}{figure.title[1:]}"
    else:
        need = f"need action: {figure.title}"
    return f"of {figure.n} firms{where}, {count} {need} ({how}){ARROWS[figure.trend]}"


def _lines(figures: Iterable[Figure]) -> Iterator[str]:
    return (f"  {sentence(figure)}" for figure in figures)


def _members(k: int) -> str:
    return "any one member" if k == 1 else f"any {k} members together"
