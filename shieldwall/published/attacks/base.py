"""What an attacker has, and what counts as a success. Shares no code with the gate, on purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class Cell:
    """One published figure, as an attacker reads it."""

    check: str
    """What is counted."""
    group: str
    """`all` or a category."""
    low: int
    high: int
    slack: int = 0
    """Firms by which the count may lie outside, as the release itself says."""


@dataclass(frozen=True, slots=True)
class Report:
    name: str
    cells: tuple[Cell, ...]
    ties: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """A score and the checks behind it: who is below its line fails one of them."""


Rosters: TypeAlias = Mapping[tuple[str, str], frozenset[str]]
"""(report, group) -> the firms counted there. The manager knows them, so the attacker does."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the attacker knows beside the reports: the answers of a coalition, and who did not change."""

    answers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """firm -> check -> 1 needs action, 0 does not."""
    steady: frozenset[str] = frozenset()
    """Firms known to have changed nothing between the last two reports."""


@dataclass(frozen=True, slots=True)
class Claim:
    """`firm` certainly answered `value`."""

    firm: str
    check: str
    value: int


class Attack(Protocol):
    def __call__(self, reports: Sequence[Report], roster_history: Rosters, knowledge: Knowledge) -> set[Claim]: ...


def span(cell: Cell, n: int) -> tuple[int, int]:
    """The counts a cell allows among n firms."""
    return max(0, cell.low - cell.slack), min(n, cell.high + cell.slack)


def known(check: str, firms: frozenset[str], knowledge: Knowledge) -> tuple[int, int]:
    """How many of these firms' answers are known, and how many of those are 1."""
    values = [own[check] for firm, own in knowledge.answers.items() if firm in firms and check in own]
    return len(values), sum(values)


def settle(check: str, firms: frozenset[str], low: int, high: int, knowledge: Knowledge) -> set[Claim]:
    """Claims from knowing that between low and high of these firms answered 1; none if that is impossible."""
    told, ones = known(check, firms, knowledge)
    rest = len(firms) - told
    low, high = max(low - ones, 0), min(high - ones, rest)
    if low > high or (low != rest and high != 0):
        return set()
    value = 0 if high == 0 else 1
    return {Claim(firm, check, value) for firm in firms if check not in knowledge.answers.get(firm, {})}
