"""X3 join and leave differencing: what two figures about overlapping groups give away together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from aggregator.disclosure.attacks.base import Cell, Claim, Knowledge, Report, Rosters, settle, span


def difference(reports: Sequence[Report], roster_history: Rosters, knowledge: Knowledge) -> set[Claim]:
    """Subtract every two figures on the same check: what remains is about those only one of them counts."""
    by_check: dict[str, list[tuple[Cell, frozenset[str]]]] = {}
    for report in reports:
        for cell in report.cells:
            by_check.setdefault(cell.check, []).append((cell, roster_history[report.name, cell.group]))
    claims: set[Claim] = set()
    for check, found in by_check.items():
        for (one, here), (other, there) in combinations(found, 2):
            if here & there:
                claims |= _pair(check, (one, here), (other, there), knowledge)
    return claims


def _pair(
    check: str, one: tuple[Cell, frozenset[str]], other: tuple[Cell, frozenset[str]], knowledge: Knowledge
) -> set[Claim]:
    (low_a, high_a), (low_b, high_b) = (span(cell, len(firms)) for cell, firms in (one, other))
    only_a, only_b, both = one[1] - other[1], other[1] - one[1], one[1] & other[1]
    a, b, c = (_range(check, firms, knowledge) for firms in (only_a, only_b, both))
    for _ in range(len(one[1]) + len(other[1])):
        before = a, b, c
        # a + c lies in A's interval and b + c in B's; tighten until nothing moves.
        c = max(c[0], low_a - a[1], low_b - b[1]), min(c[1], high_a - a[0], high_b - b[0])
        a = max(a[0], low_a - c[1]), min(a[1], high_a - c[0])
        b = max(b[0], low_b - c[1]), min(b[1], high_b - c[0])
        # The difference itself, in which what both count drops out.
        a = max(a[0], low_a - high_b + b[0]), min(a[1], high_a - low_b + b[1])
        b = max(b[0], low_b - high_a + a[0]), min(b[1], high_b - low_a + a[1])
        if (a, b, c) == before:
            break
    if any(low > high for low, high in (a, b, c)):
        return set()
    parts = ((only_a, a), (only_b, b), (both, c))
    return {claim for firms, (low, high) in parts for claim in settle(check, firms, low, high, knowledge)}


def _range(check: str, firms: frozenset[str], knowledge: Knowledge) -> tuple[int, int]:
    known = [knowledge.answers[firm, check] for firm in firms if (firm, check) in knowledge.answers]
    return sum(known), sum(known) + len(firms) - len(known)
