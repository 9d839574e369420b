"""X4 and X5: every figure about one check, of all releases and tables, read together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shieldwall.published.attacks.base import Cell, Claim, Knowledge, Report, Rosters, span

TRIES: Final = 2_000
Bounds = list[tuple[int, int]]
"""Of how many firms of each atom answered 1."""


@dataclass(frozen=True, slots=True)
class System:
    """Some groups of firms, cut into atoms: firms counted in just the same groups, which nobody can tell apart."""

    atoms: tuple[frozenset[str], ...]
    rows: tuple[tuple[int, ...], ...]
    """Per group, the atoms it is made of."""

    def narrowed(self, bounds: Bounds, spans: Sequence[tuple[int, int]]) -> Bounds | None:
        """Bounds that every count within its span leaves, by propagation; None when no answers fit."""
        found = list(bounds)
        moved = True
        while moved:
            moved = False
            for row, (low, high) in zip(self.rows, spans, strict=True):
                least, most = sum(found[atom][0] for atom in row), sum(found[atom][1] for atom in row)
                if least > high or most < low:
                    return None
                for atom in row:
                    own_low, own_high = found[atom]
                    new = max(own_low, low - (most - own_high)), min(own_high, high - (least - own_low))
                    if new[0] > new[1]:
                        return None
                    if new != (own_low, own_high):
                        moved = True
                        least, most = least + new[0] - own_low, most + new[1] - own_high
                        found[atom] = new
        return found

    def fits(self, bounds: Bounds, spans: Sequence[tuple[int, int]]) -> bool:
        """Whether some answers do fit, by halving; what is not found in TRIES halvings counts as not fitting."""
        left = [bounds]
        for _ in range(TRIES):
            if not left:
                return False
            found = self.narrowed(left.pop(), spans)
            if found is None:
                continue
            wide = max(range(len(found)), key=lambda atom: found[atom][1] - found[atom][0])
            low, high = found[wide]
            if low == high:
                return True
            middle = (low + high) // 2
            left += [[*found[:wide], half, *found[wide + 1 :]] for half in ((middle + 1, high), (low, middle))]
        return False


def whole_history(reports: Sequence[Report], roster_history: Rosters, knowledge: Knowledge) -> set[Claim]:
    """Suppose that one firm of an atom answered 1, or one answered 0: where nothing fits any more, none of them did.

    Answers are taken to hold still; where even without a supposition nothing fits, they moved, and nothing is certain.
    So a claim stands only beside answers that do fit.
    """
    systems: dict[tuple[tuple[str, str], ...], System] = {}
    claims: set[Claim] = set()
    for check, cells in _by_check(reports).items():
        places = tuple(cells)
        if places not in systems:
            systems[places] = system([roster_history[place] for place in places])
        spans = [span(cell, len(roster_history[place])) for place, cell in cells.items()]
        told = set(_claims(check, systems[places], spans, knowledge))
        if told and systems[places].fits(_start(check, systems[places], knowledge), spans):
            claims |= told
    return claims


def system(groups: Sequence[frozenset[str]]) -> System:
    found: dict[tuple[bool, ...], list[str]] = {}
    for firm in frozenset[str]().union(*groups):
        found.setdefault(tuple(firm in group for group in groups), []).append(firm)
    patterns = sorted(found)
    rows = tuple(tuple(atom for atom, pattern in enumerate(patterns) if pattern[place]) for place in range(len(groups)))
    return System(tuple(frozenset(found[pattern]) for pattern in patterns), rows)


def _claims(check: str, parts: System, spans: Sequence[tuple[int, int]], knowledge: Knowledge) -> Iterator[Claim]:
    start = _start(check, parts, knowledge)
    bounds = parts.narrowed(start, spans)
    if bounds is None:
        return
    for place, (low, high) in enumerate(start):
        if low == high:
            continue
        for value, supposed in ((0, (low + 1, high)), (1, (low, high - 1))):
            one = max(supposed[0], bounds[place][0]), min(supposed[1], bounds[place][1])
            if one[0] > one[1] or parts.narrowed([*bounds[:place], one, *bounds[place + 1 :]], spans) is None:
                unknown = (f for f in parts.atoms[place] if check not in knowledge.answers.get(f, {}))
                yield from (Claim(firm, check, value) for firm in unknown)


def _start(check: str, parts: System, knowledge: Knowledge) -> Bounds:
    """Before any figure is read: what the coalition knows of each atom."""
    told = [_known(check, atom, knowledge.answers) for atom in parts.atoms]
    return [(ones, ones + len(atom) - many) for atom, (many, ones) in zip(parts.atoms, told, strict=True)]


def _known(check: str, firms: frozenset[str], answers: Mapping[str, Mapping[str, int]]) -> tuple[int, int]:
    values = [own[check] for firm, own in answers.items() if firm in firms and check in own]
    return len(values), sum(values)


def _by_check(reports: Sequence[Report]) -> dict[str, dict[tuple[str, str], Cell]]:
    found: dict[str, dict[tuple[str, str], Cell]] = {}
    for report in reports:
        for cell in report.cells:
            found.setdefault(cell.check, {})[report.name, cell.group] = cell
    return found
