"""The release gate: whether a cohort's figures may be published beside everything published before.

It reads public data only (who was counted when, in which bands, k), so its answer tells nothing about any result:
*release*, *coarser* bands, or *wait*, with the reason in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from aggregator.disclosure.bands import coalition, minimum_cohort, width
from aggregator.disclosure.groups import Frame, Group, frame
from aggregator.disclosure.worlds import Breach, Row, TooTangled, find_breach

WINDOW_DAYS: Final = 731
"""Two years: what a firm answered longer ago is not taken to hold still."""


@dataclass(frozen=True, slots=True)
class Past:
    """A release published within the window."""

    name: str
    frame: Frame


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who could be counted now."""

    present: tuple[str, ...]
    """Firms with outcomes in this period, in the order they joined."""
    cohort: frozenset[str]
    """Firms counted in the release before; empty for the first."""
    linked: Mapping[str, str]
    """firm -> word of the hand that could fill in for it; firms without one are left out."""
    categories: Mapping[str, str]
    """firm -> category of the one partition; empty for no breakdown."""


@dataclass(frozen=True, slots=True)
class Decision:
    answer: Literal["release", "coarser", "wait"]
    reason: str
    members: frozenset[str]
    """The cohort to count; of a `wait` the cohort that would have been tried first."""
    k: int
    w: int
    frame: Frame
    """Empty when the cohort is below the minimum or must wait."""


def decide(candidates: Candidates, history: Sequence[Past]) -> Decision:
    """The first cohort whose figures are safe beside the history, with the narrowest bands that are."""
    refusal = ""
    for coarse in (False, True):
        for members in _cohorts(candidates):
            k = coalition(len(members), largest_linked(members, candidates.linked))
            widths = range(width(k) + 1, 2 * width(k) + 1) if coarse else range(width(k), width(k) + 1)
            for w in widths:
                tried = _try(members, k, w, candidates.categories, history)
                if isinstance(tried, Frame):
                    return _allowed(candidates, members, k, w, tried, coarse)
                refusal = refusal or tried
    members = frozenset(candidates.present)
    k = coalition(len(members), largest_linked(members, candidates.linked))
    return Decision("wait", refusal, members, k, width(k), Frame((), ()))


def largest_linked(members: frozenset[str], linked: Mapping[str, str]) -> int:
    words = [linked[firm] for firm in members if firm in linked]
    return max((words.count(word) for word in set(words)), default=0)


def check(new: Frame, history: Sequence[Past], name: str = "this release") -> str:
    """Empty when the frame is safe beside the history, else what would become certain, in words.

    A coalition no larger than every row involved withstands is tried against all of those rows together.
    """
    for family in ("checks", "themes"):
        rows: list[tuple[str, Group]] = []
        for past in (*history, Past(name, new)):
            rows += [(past.name, group) for group in getattr(past.frame, family)]
        for k in sorted({group.k for _, group in rows}):
            told = _told([(title, group) for title, group in rows if group.k >= k], k)
            if told:
                return told
    return ""


def _told(rows: list[tuple[str, Group]], k: int) -> str:
    try:
        breach = find_breach([Row(group.members, group.w) for _, group in rows], k)
    except TooTangled:
        return "members changed so often within two years that safety cannot be shown"
    return "" if breach is None else _words(breach, rows, k)


def _words(breach: Breach, rows: list[tuple[str, Group]], k: int) -> str:
    def names(inside: bool) -> str:
        titles = [title for (title, _), counted in zip(rows, breach.rows, strict=True) if counted is inside]
        return ", ".join(dict.fromkeys(titles))

    outside = names(False)
    firms = "1 firm" if breach.exposed == 1 else f"{breach.exposed} firms"
    where = f"counted in {names(True)}" + (f" and not in {outside}" if outside else "")
    return (
        f"{k} member{'s' if k > 1 else ''} could subtract published figures from each other and be certain about "
        f"{firms} {where}"
    )


def _try(
    members: frozenset[str], k: int, w: int, categories: Mapping[str, str], history: Sequence[Past]
) -> Frame | str:
    refusal = ""
    for split in dict.fromkeys((bool(categories), False)):
        new = frame(members, k, w, categories if split else {})
        if not new.checks and any(past.frame.checks for past in history):
            return refusal or f"{len(members)} firms are too few for bands of {w}"
        refusal = check(new, history)
        if not refusal:
            return new
    return refusal


def _cohorts(candidates: Candidates) -> Iterator[frozenset[str]]:
    """The cohorts to try, the largest first.

    Newcomers enter in whole batches, in the order they joined. Where members are gone, the last to join of the rest
    stand aside, so that a whole batch leaves.
    """
    everybody = frozenset(candidates.present)
    yield everybody
    if not candidates.cohort:
        return
    w = width(coalition(len(everybody), largest_linked(everybody, candidates.linked)))
    kept = [firm for firm in candidates.present if firm in candidates.cohort]
    new = [firm for firm in candidates.present if firm not in candidates.cohort]
    aside = -len(candidates.cohort - everybody) % w
    tried = {everybody}
    for left in dict.fromkeys((0, aside)):
        for batches in range(len(new) // w, -1, -1):
            cohort = frozenset(kept[: len(kept) - left] + new[: batches * w])
            if cohort and cohort not in tried:
                tried.add(cohort)
                yield cohort


def _allowed(
    candidates: Candidates, members: frozenset[str], k: int, w: int, new: Frame, coarse: bool
) -> Decision:
    waiting = len(candidates.present) - len(members)
    if not new.checks:
        reason = f"{len(members)} firms: figures start at {minimum_cohort(k)}; public yardsticks are shown instead"
    else:
        reason = f"{len(members)} firms in bands of {w}: no coalition of up to {k} can be certain about another firm"
        if coarse:
            reason += f"; bands of {width(k)} would not have withstood the releases before"
    if waiting:
        firms = "1 firm waits" if waiting == 1 else f"{waiting} firms wait"
        reason += f"; {firms} for a whole batch of {width(k)} to join"
    return Decision("coarser" if coarse else "release", reason, members, k, w, new)
