"""Which groups of firms a release shows figures for, by public rules that look at no result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aggregator.disclosure.bands import Layout
from aggregator.tally.outcomes import Subject
from shieldwall.published.release import ALL

BREAKDOWN_FROM: Final = 30
"""Firms from which themes are shown by one partition."""
FULL_BREAKDOWN_FROM: Final = 150
"""Firms from which single checks are, too."""
CATEGORY_FROM: Final = 10
"""Smaller categories are merged into OTHER."""
OTHER: Final = "other"
LINE_CHECKS: Final = 4
"""A score has a figure only when this many checks of its kind stand behind it: of fewer, the score and the checks
together can tell more than each alone (docs/disclosure.md, joint inference)."""


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    """`all` or a category."""
    members: frozenset[str]
    k: int
    """Coalition its bands withstand."""
    w: int

    @property
    def layout(self) -> Layout:
        return Layout(len(self.members), self.w)


@dataclass(frozen=True, slots=True)
class Frame:
    """The public frame of a release: who is counted where, how wide the bands are. Never a result."""

    checks: tuple[Group, ...]
    """Groups with banded figures for single checks and for the overall score."""
    themes: tuple[Group, ...]
    """Groups with banded figures for themes. A total of several groups is the sum of their intervals, never banded."""


def lined(subjects: Sequence[Subject], theme: str, attested: bool) -> bool:
    """Whether the score of a theme (overall: an empty theme) has a figure. Depends on the pack alone."""
    return sum(s.attested is attested and s.weight > 0 and theme in ("", s.theme) for s in subjects) >= LINE_CHECKS


def frame(members: frozenset[str], k: int, w: int, categories: Mapping[str, str]) -> Frame:
    """The frame for a cohort. Empty when the cohort is too small for any figure.

    categories   firm -> category of the one partition; empty for no breakdown
    """
    total = Group(ALL, members, k, w)
    if not total.layout.publishable:
        return Frame((), ())
    parts = partition(members, k, w, categories) if len(members) >= BREAKDOWN_FROM else ()
    if not parts:
        return Frame((total,), (total,))
    return Frame(parts if len(members) >= FULL_BREAKDOWN_FROM else (total,), parts)


def partition(members: frozenset[str], k: int, w: int, categories: Mapping[str, str]) -> tuple[Group, ...]:
    """The categories with at least CATEGORY_FROM firms, the rest merged; none when fewer than two would be left."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for firm in members:
        name = categories.get(firm, OTHER)
        found[OTHER if name == ALL else name].add(firm)
    need = max(CATEGORY_FROM, 2 * w - 1)
    small = [name for name, firms in found.items() if len(firms) < need and name != OTHER]
    for name in small:
        found[OTHER] |= found.pop(name)
    if found.get(OTHER) is not None and 0 < len(found[OTHER]) < need and len(found) > 1:
        # The rest is too small to stand alone: the smallest category (by size, then name) takes it in.
        rest = found.pop(OTHER)
        smallest = min(found, key=lambda name: (len(found[name]), name))
        found[OTHER] = found.pop(smallest) | rest
    if len(found) < 2:
        return ()
    return tuple(Group(name, frozenset(found[name]), k, w) for name in sorted(found))
