"""X3 join and leave differencing: what two figures about overlapping groups give away together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from shieldwall.published.attacks.base import Cell, Claim, Knowledge, Report, Rosters, known, settle, span


@dataclass(frozen=True, slots=True)
class _Split:
    """Two overlapping groups, taken apart."""

    sizes: tuple[int, int]
    only_one: frozenset[str]
    only_other: frozenset[str]
    both: frozenset[str]


def difference(reports: Sequence[Report], roster_history: Rosters, knowledge: Knowledge) -> set[Claim]:
    """Subtract every two figures on the same check: what remains is about those only one of them counts.

    Taken to hold still, answers must fit every pair; where some pair cannot be, they moved, and nothing is certain.
    """
    by_check: dict[str, list[tuple[Cell, tuple[str, str]]]] = {}
    for report in reports:
        for cell in report.cells:
            by_check.setdefault(cell.check, []).append((cell, (report.name, cell.group)))
    places = dict.fromkeys(place for found in by_check.values() for _, place in found)
    splits = {pair: _split(*(roster_history[place] for place in pair)) for pair in combinations(places, 2)}
    claims: set[Claim] = set()
    for check, found in by_check.items():
        told: set[Claim] = set()
        for (one, here), (other, there) in combinations(found, 2):
            split = splits[here, there]
            pair = _pair(check, one, other, split, knowledge) if split.both else set()
            if pair is None:
                told = set()
                break
            told |= pair
        claims |= told
    return claims


def _split(one: frozenset[str], other: frozenset[str]) -> _Split:
    return _Split((len(one), len(other)), one - other, other - one, one & other)


def _pair(check: str, one: Cell, other: Cell, split: _Split, knowledge: Knowledge) -> set[Claim] | None:
    """Claims from two figures; None when no answers fit both."""
    (low_a, high_a), (low_b, high_b) = span(one, split.sizes[0]), span(other, split.sizes[1])
    a, b, c = (_range(check, firms, knowledge) for firms in (split.only_one, split.only_other, split.both))
    before = None
    while before != (a, b, c) and all(low <= high for low, high in (a, b, c)):
        before = a, b, c
        # a + c lies in the one interval and b + c in the other; a - b in their difference, where c drops out.
        c = max(c[0], low_a - a[1], low_b - b[1]), min(c[1], high_a - a[0], high_b - b[0])
        a = max(a[0], low_a - c[1], low_a - high_b + b[0]), min(a[1], high_a - c[0], high_a - low_b + b[1])
        b = max(b[0], low_b - c[1], low_b - high_a + a[0]), min(b[1], high_b - c[0], high_b - low_a + a[1])
    if any(low > high for low, high in (a, b, c)):
        return None
    parts = ((split.only_one, a), (split.only_other, b), (split.both, c))
    return {claim for firms, (low, high) in parts for claim in settle(check, firms, low, high, knowledge)}


def _range(check: str, firms: frozenset[str], knowledge: Knowledge) -> tuple[int, int]:
    told, ones = known(check, firms, knowledge)
    return ones, ones + len(firms) - told
