"""Where the gate would wait: a second, wider search for a cohort that is safe, bounded by counts and never by time.

Firms of one category whose membership in every release within the window is the same are exchangeable, so a cohort is
a number of firms of each such class. Most are ruled out by two rows alone, a new one and one before, and what those
two tell hangs only on how many firms each counts and how many both do: that is worked out once and prunes the search,
category by category. Whatever is left goes through the whole check, like everything else the gate answers. Public data
only, as in the gate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from aggregator.disclosure.bands import Layout, width
from aggregator.disclosure.gate import (
    Candidates,
    Decision,
    Past,
    Proposal,
    allowed,
    attempt,
    coalition_of,
    decide,
    parts_of,
)  # fmt: skip
from aggregator.disclosure.groups import BREAKDOWN_FROM, CATEGORY_FROM, FULL_BREAKDOWN_FROM, Frame, Group
from aggregator.disclosure.worlds import Effort, TooTangled

CHECKED: Final = 600
"""Cohorts put to the whole check."""
STEPS: Final = 1_000_000
"""Edges of rows tried in all searches together."""
ASIDE: Final = 16
"""Firms that may stand aside at most."""
_LEVEL: Final = 12
"""Cohorts of one size and width put to the whole check."""
_LOOKED: Final = 3_000
"""Numbers of firms of a class considered for one category, size and width."""
_KEPT: Final = 40
"""Ways kept of these."""
_MIXED: Final = 400
"""Ways of all categories together considered for one size and width."""

Progress = Callable[[int, int], None]
"""Told before each: cohorts checked so far, and how many at most."""


def decide_wider(candidates: Candidates, history: Sequence[Past], progress: Progress | None = None) -> Decision:
    """As `decide`; where that says wait, the best safe cohort the wider search finds, or still wait."""
    first = decide(candidates, history)
    if first.answer != "wait" or not history or not candidates.present:
        return first
    search, checked = _Search(candidates, history), 0
    for proposal in search.proposals():
        if checked == CHECKED or search.effort.spent:
            break
        checked += 1
        if progress is not None:
            progress(checked, CHECKED)
        tried = attempt(proposal, candidates.categories, history, search.effort)
        if isinstance(tried, Frame) and tried.checks:
            found = allowed(candidates, proposal, tried)
            return replace(found, reason=_words(proposal, len(candidates.present)))
    others = "1 other choice of firms" if checked == 1 else f"{checked} other choices of firms"
    return replace(first, reason=f"{first.reason}; {others} did no better")


def _words(found: Proposal, present: int) -> str:
    n, held = len(found.members), present - len(found.members)
    said = (
        f"{n} of {present} firms in {Layout(n, found.w).q} bands of {found.w}: no coalition of up to {found.k} can be "
        "certain about another firm"
    )
    if found.coarse:
        said += f"; bands of {width(found.k)} would not have withstood the releases before"
    if held:
        firms = "1 firm is" if held == 1 else f"{held} firms are"
        said += (
            f"; {firms} held back this time, since earlier figures could be subtracted from figures with all of them. "
            "Each period is tried anew"
        )
    return said


@dataclass(frozen=True, slots=True)
class _Class:
    """Firms of one category present now that were counted in the same rows, in the order they joined."""

    firms: tuple[str, ...]
    rows: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Way:
    """How many firms of each class of one category stand aside, and what that leaves in each row before."""

    aside: tuple[int, ...]
    overlap: tuple[int, ...]


class _Search:
    def __init__(self, candidates: Candidates, history: Sequence[Past]) -> None:
        self.effort = Effort(steps=STEPS)
        self._candidates = candidates
        # Counting fewer firms must not buy protection against fewer: k is that of everybody who could be counted.
        self._k = coalition_of(frozenset(candidates.present), candidates)
        # A row for single checks and one for themes tell about different things: they are never read together.
        checks = dict.fromkeys(group for past in history for group in past.frame.checks)
        themes = dict.fromkeys(group for past in history for group in past.frame.themes)
        self._rows = list(dict.fromkeys((*checks, *themes)))
        self._whole = [place for place, group in enumerate(self._rows) if group in checks]
        self._split = [place for place, group in enumerate(self._rows) if group in themes]
        self._every = list(range(len(self._rows)))
        self._parts = self._classes(parts_of(candidates, history))
        self._pairs: dict[tuple[int, int, int, int, int], bool] = {}
        self._ways: dict[tuple[int, int, int, int], list[_Way]] = {}

    def proposals(self) -> Iterator[Proposal]:
        """Cohorts that no pair of rows rules out: most bands first, then most firms, then the usual width."""
        for _, n, w in sorted(self._levels(), key=lambda level: (-level[0], -level[1], level[2])):
            for level, ways in enumerate(self._mixed(n, w)):
                if level == _LEVEL:
                    break
                firms = frozenset(self._counted(ways))
                yield Proposal(firms, self._k, w)

    def _classes(self, part_of: Mapping[str, str]) -> list[list[_Class]]:
        found: dict[str, dict[frozenset[int], list[str]]] = {}
        for firm in self._candidates.present:
            rows = frozenset(place for place, group in enumerate(self._rows) if firm in group.members)
            found.setdefault(part_of.get(firm, ""), {}).setdefault(rows, []).append(firm)
        return [
            # Newcomers and those who missed a release stand aside first.
            [_Class(tuple(firms), rows) for rows, firms in sorted(classes.items(), key=lambda item: len(item[0]))]
            for _, classes in sorted(found.items())
        ]

    def _levels(self) -> Iterator[tuple[int, int, int]]:
        """(bands, firms, width)"""
        most = len(self._candidates.present)
        usual = width(self._k)
        for n in range(most, max(0, most - ASIDE) - 1, -1):
            for w in range(usual, 2 * usual + 1):
                if Layout(n, w).publishable:
                    yield Layout(n, w).q, n, w

    def _mixed(self, n: int, w: int) -> Iterator[tuple[_Way, ...]]:
        """A way for each category, so that n firms are counted in all."""
        left = _MIXED

        def choose(part: int, aside: int, overlap: tuple[int, ...]) -> Iterator[tuple[_Way, ...]]:
            nonlocal left
            if part == len(self._parts):
                if n >= FULL_BREAKDOWN_FROM or all(self._apart(row, overlap[row], n, n, w) for row in self._whole):
                    yield ()
                return
            rest = sum(len(each.firms) for later in self._parts[part + 1 :] for each in later)
            for out in range(max(0, aside - rest), aside + 1):
                for way in self._of_part(part, out, n, w):
                    left -= 1
                    if left < 0:
                        return
                    more = tuple(a + b for a, b in zip(overlap, way.overlap, strict=True))
                    yield from ((way, *tail) for tail in choose(part + 1, aside - out, more))

        yield from choose(0, len(self._candidates.present) - n, (0,) * len(self._rows))

    def _of_part(self, part: int, out: int, n: int, w: int) -> list[_Way]:
        """The first ways in which so many of a category stand aside and its own row tells nothing with one before."""
        key = (part, out, n, w)
        if key not in self._ways:
            classes, found, left = self._parts[part], list[_Way](), _LOOKED
            size = sum(len(each.firms) for each in classes) - out
            rows = self._split if n < FULL_BREAKDOWN_FROM and len(self._parts) > 1 else self._every
            if len(self._parts) > 1 and (n < BREAKDOWN_FROM or 0 < size < max(CATEGORY_FROM, 2 * w - 1)):
                rows = []
            for aside in _spread([len(each.firms) for each in classes], out):
                left -= 1
                if left < 0 or len(found) == _KEPT:
                    break
                overlap = tuple(
                    sum(len(each.firms) - gone for each, gone in zip(classes, aside, strict=True) if row in each.rows)
                    for row in range(len(self._rows))
                )
                if all(self._apart(row, overlap[row], size, n, w) for row in rows):
                    found.append(_Way(aside, overlap))
            self._ways[key] = found
        return self._ways[key]

    def _apart(self, row: int, both: int, size: int, n: int, w: int) -> bool:
        """Whether a new row of `size` firms and that one before alone leave everybody in doubt."""
        group = self._rows[row]
        k = min(group.k, self._k)
        key = (row, both, size, k, w)
        if key not in self._pairs:
            self._pairs[key] = both == 0 or not Layout(size, w).publishable or self._pair(group, both, size, k, w)
        return self._pairs[key]

    def _pair(self, group: Group, both: int, size: int, k: int, w: int) -> bool:
        sizes = {(True, True): both, (True, False): size - both, (False, True): len(group.members) - both}
        kept = {pattern: firms for pattern, firms in sizes.items() if firms}
        try:
            layouts = [Layout(size, w), group.layout]
            return self.effort.forced(list(kept.values()), list(kept), layouts, (0, 1), k) is None
        except TooTangled:
            return False

    def _counted(self, ways: Sequence[_Way]) -> Iterator[str]:
        for classes, way in zip(self._parts, ways, strict=True):
            for each, gone in zip(classes, way.aside, strict=True):
                yield from each.firms[: len(each.firms) - gone]


def _spread(sizes: Sequence[int], out: int) -> Iterator[tuple[int, ...]]:
    """Every way to take `out` from piles of these sizes, from the first piles first."""
    if not sizes:
        if out == 0:
            yield ()
        return
    for taken in range(min(out, sizes[0]), max(0, out - sum(sizes[1:])) - 1, -1):
        yield from ((taken, *tail) for tail in _spread(sizes[1:], out - taken))
