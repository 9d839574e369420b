"""The release gate: whether a cohort's figures may be published beside everything published before.

It reads public data only (who was counted when, in which bands, k), so its answer tells nothing about any result:
*release*, *coarser* bands, or *wait*, with the reason in words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from aggregator.disclosure.bands import coalition, minimum_cohort, width
from aggregator.disclosure.groups import OTHER, Frame, Group, frame
from aggregator.disclosure.worlds import Breach, Effort, Row, TooTangled, find_breach

WINDOW_DAYS: Final = 731
"""Two years: what a firm answered longer ago is not taken to hold still."""
COHORTS: Final = 64
"""Tried at most, the largest first."""
COARSER_COHORTS: Final = 2
"""Of these, tried with wider bands too."""


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
    """The cohort and width with the most bands, then the most firms, whose figures are safe beside the history."""
    refusal, effort = "", Effort()
    everybody = frozenset(candidates.present)
    for proposal in _proposals(candidates, history):
        tried = attempt(proposal, candidates.categories, history, effort)
        if isinstance(tried, Frame):
            return allowed(candidates, proposal, tried)
        refusal = refusal or tried
    k = coalition_of(everybody, candidates)
    return Decision("wait", refusal or "no firm has sent results", everybody, k, width(k), Frame((), ()))


def largest_linked(members: frozenset[str], linked: Mapping[str, str]) -> int:
    words = [linked[firm] for firm in members if firm in linked]
    return max((words.count(word) for word in set(words)), default=0)


def check(new: Frame, history: Sequence[Past], name: str = "this release", effort: Effort | None = None) -> str:
    """Empty when the frame is safe beside the history, else what would become certain, in words.

    A coalition no larger than every row involved withstands is tried against all of those rows together.
    """
    effort = effort or Effort()
    releases = (*history, Past(name, new))
    families = (
        tuple((past.name, group) for past in releases for group in past.frame.checks),
        tuple((past.name, group) for past in releases for group in past.frame.themes),
    )
    for rows in dict.fromkeys(families):
        for k in sorted({group.k for _, group in rows}):
            told = _told([(title, group) for title, group in rows if group.k >= k], k, effort)
            if told:
                return told
    return ""


def _told(rows: list[tuple[str, Group]], k: int, effort: Effort) -> str:
    try:
        breach = find_breach([Row(group.members, group.w) for _, group in rows], k, effort)
    except TooTangled:
        return "members changed so often within two years that safety cannot be shown"
    return "" if breach is None else _words(breach, rows, k)


def _words(breach: Breach, rows: list[tuple[str, Group]], k: int) -> str:
    inside = [title for (title, _), counted in zip(rows, breach.rows, strict=True) if counted]
    # A release has a row for each category: whoever is counted in one is not in the others.
    outside = ", ".join(dict.fromkeys(title for title, _ in rows if title not in inside))
    firms = "1 firm" if breach.exposed == 1 else f"{breach.exposed} firms"
    where = f"counted in {', '.join(dict.fromkeys(inside))}" + (f" and not in {outside}" if outside else "")
    return (
        f"{k} member{'s' if k > 1 else ''} could subtract published figures from each other and be certain about "
        f"{firms} {where}"
    )


def attempt(proposal: Proposal, categories: Mapping[str, str], history: Sequence[Past], effort: Effort) -> Frame | str:
    """The finest frame of the proposal that is safe beside the history, else why none is."""
    refusal = ""
    frames = (frame(proposal.members, proposal.k, proposal.w, split) for split in (categories, {}))
    for new in dict.fromkeys(frames):
        if not new.checks and any(past.frame.checks for past in history):
            return refusal or f"{len(proposal.members)} firms are too few for bands of {proposal.w}"
        told = check(new, history, effort=effort)
        if not told:
            return new
        refusal = refusal or told
    return refusal


@dataclass(frozen=True, slots=True)
class Proposal:
    """A cohort, and how wide its bands would be."""

    members: frozenset[str]
    k: int
    w: int

    @property
    def coarse(self) -> bool:
        return self.w > width(self.k)

    def worth(self, before: frozenset[int]) -> tuple[int, bool, int]:
        """Bands, a width used before, firms: odd widths now tangle the releases to come."""
        return (len(self.members) + 1) // self.w, self.w in before, len(self.members)


def _proposals(candidates: Candidates, history: Sequence[Past]) -> list[Proposal]:
    """What to try, the most worth first; wider bands for the largest cohorts only."""
    cohorts = sorted(_cohorts(candidates, history), key=len, reverse=True)[:COHORTS]
    before = frozenset(group.w for past in history for group in past.frame.checks)
    found = []
    for place, members in enumerate(cohorts):
        k = coalition_of(members, candidates)
        widths = {width(k), *(w for w in before if w > width(k))}
        if place < COARSER_COHORTS:
            widths.update(range(width(k), 2 * width(k) + 1))
        found += [Proposal(members, k, w) for w in sorted(widths)]
    return sorted(found, key=lambda each: each.worth(before), reverse=True)


def _cohorts(candidates: Candidates, history: Sequence[Past]) -> list[frozenset[str]]:
    """Everybody; and of each roster published before, the members still there with newcomers in whole batches.

    Newcomers enter in the order they joined. Where members are gone, the last to join of the rest stand aside, so
    that a whole batch leaves. Batches are whole in each category where the release before had categories.
    """
    everybody = frozenset(candidates.present)
    if not candidates.cohort:
        return [everybody]
    w = width(coalition_of(everybody, candidates))
    parts = parts_of(candidates, history)
    older = (frozenset[str]().union(*(group.members for group in past.frame.checks)) for past in reversed(history))
    out = [everybody]
    rosters, common = [candidates.cohort], candidates.cohort
    for roster in older:
        # Who was counted ever since cannot tangle: the new roster is then within all those.
        common &= roster
        rosters += [roster, common]
    for roster in dict.fromkeys(rosters):
        for part_of in (parts, {}) if parts else ({},):
            whole = _Batches(candidates.present, roster, part_of, w)
            out += [whole.cohort(aside, most) for most in range(whole.waiting, -1, -1) for aside in (False, True)]
    return [cohort for cohort in dict.fromkeys(out) if cohort]


def parts_of(candidates: Candidates, history: Sequence[Past]) -> dict[str, str]:
    """Firm -> its category in the release before; newcomers by where they would be counted."""
    groups = history[-1].frame.themes if history else ()
    if len(groups) < 2:
        return {}
    found = {firm: group.name for group in groups for firm in group.members}
    names = {group.name for group in groups}
    for firm in candidates.present:
        own = candidates.categories.get(firm, OTHER)
        found.setdefault(firm, own if own in names else OTHER)
    return found


class _Batches:
    """A roster published before and the firms present now, category by category."""

    def __init__(self, present: Sequence[str], roster: frozenset[str], part_of: Mapping[str, str], w: int) -> None:
        self._w = w
        here = frozenset(present)
        self._kept: dict[str, list[str]] = {}
        self._new: dict[str, list[str]] = {}
        self._gone: Counter[str] = Counter(part_of.get(firm, "") for firm in roster - here)
        for firm in present:
            side = self._kept if firm in roster else self._new
            side.setdefault(part_of.get(firm, ""), []).append(firm)
        self.waiting = max((len(firms) // w for firms in self._new.values()), default=0)
        """The most whole batches of newcomers in any category."""

    def cohort(self, aside: bool, most: int) -> frozenset[str]:
        """With at most so many batches of newcomers a category; `aside`: with members standing aside."""
        out: set[str] = set()
        for part, firms in self._kept.items():
            out.update(firms[: max(0, len(firms) - (-self._gone[part] % self._w if aside else 0))])
        for firms in self._new.values():
            out.update(firms[: min(most, len(firms) // self._w) * self._w])
        return frozenset(out)


def coalition_of(members: frozenset[str], candidates: Candidates) -> int:
    return coalition(len(members), largest_linked(members, candidates.linked))


def allowed(candidates: Candidates, chosen: Proposal, new: Frame) -> Decision:
    members, k, w = chosen.members, chosen.k, chosen.w
    waiting = len(candidates.present) - len(members)
    if not new.checks:
        reason = f"{len(members)} firms: figures start at {minimum_cohort(k)}; public yardsticks are shown instead"
    else:
        reason = f"{len(members)} firms in bands of {w}: no coalition of up to {k} can be certain about another firm"
        if chosen.coarse:
            reason += f"; bands of {width(k)} would not have withstood the releases before"
    if waiting:
        firms = "1 firm waits" if waiting == 1 else f"{waiting} firms wait"
        reason += f"; {firms} for a whole batch of {width(k)} to join"
    return Decision("coarser" if chosen.coarse else "release", reason, members, k, w, new)
