"""Firms' true answers, and what a naive and a banded publisher would make of them."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from aggregator.disclosure.bands import Layout, coalition, width
from aggregator.disclosure.groups import Frame, Group
from aggregator.disclosure.yardsticks import public_yardsticks
from shieldwall.published.attacks.base import Cell, Claim, Knowledge, Report, Rosters
from shieldwall.published.release import ALL

Truth = Mapping[tuple[str, str], int]
"""(firm, check) -> 1 needs action."""


def rates(checks: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Share of firms that need action, check by check: a beta distribution with the mean and spread of the shipped
    public yardsticks (method of moments)."""
    lacking = np.array([1 - stick.per_hundred / 100 for stick in public_yardsticks()])
    mean, spread = lacking.mean(), lacking.var(ddof=1)
    weight = mean * (1 - mean) / spread - 1
    return generator.beta(weight * mean, weight * (1 - mean), checks)


FLOOR: Mapping[int, tuple[float, float]] = {8: (8.0, 10.3), 15: (6.5, 6.1), 40: (2.5, 1.4), 150: (0.7, 0.1)}
"""n -> (mean error of a band's middle, mean regret of the five weakest), in points of the share of firms."""


def utility(n: int, trials: int, checks: int = 150) -> tuple[float, float]:
    """What FLOOR bounds, for a cluster of n firms."""
    generator = np.random.default_rng(n)
    layout = Layout(n, width(coalition(n)))
    middles = np.array([sum(layout.interval(layout.band(count))) / 2 for count in range(n + 1)])
    errors, regrets = [], []
    for _ in range(trials):
        counts = generator.binomial(n, rates(checks, generator))
        shown = middles[counts]
        errors.append(np.abs(shown - counts).mean() / n)
        order = np.lexsort((generator.random(checks), -shown))
        best = np.sort(counts)[::-1][:5].mean()
        regrets.append((best - counts[order[:5]].mean()) / n)
    return 100 * float(np.mean(errors)), 100 * float(np.mean(regrets))


def names(first: int, last: int) -> list[str]:
    return [f"f{number:03}" for number in range(first, last)]


def truth(firms: Sequence[str], checks: int, generator: np.random.Generator) -> dict[tuple[str, str], int]:
    share = rates(checks, generator)
    return {(firm, f"c{check:03}"): int(generator.random() < share[check]) for check in range(checks) for firm in firms}


def checks_of(answers: Truth) -> list[str]:
    return sorted({check for _, check in answers})


def exact(name: str, groups: Mapping[str, Sequence[str]], answers: Truth, least: int = 5) -> tuple[Report, Rosters]:
    """The naive publisher: exact counts, groups under `least` firms hidden."""
    cells = []
    for group, firms in groups.items():
        if len(firms) >= least:
            counts = {check: sum(answers[firm, check] for firm in firms) for check in checks_of(answers)}
            cells += [Cell(check, group, count, count) for check, count in counts.items()]
    return Report(name, tuple(cells)), {(name, group): frozenset(firms) for group, firms in groups.items()}


def banded(name: str, groups: Sequence[Group], answers: Truth) -> tuple[Report, Rosters]:
    """Ours: the bands of a frame's groups."""
    cells = []
    for group in groups:
        layout = group.layout
        for check in checks_of(answers):
            band = layout.band(sum(answers[firm, check] for firm in group.members))
            cells.append(Cell(check, group.name, *layout.interval(band)))
    return Report(name, tuple(cells)), {(name, group.name): group.members for group in groups}


def knowing(coalition: Sequence[str], answers: Truth) -> Knowledge:
    return Knowledge({firm: {check: answers[firm, check] for check in checks_of(answers)} for firm in coalition})


def correct(claims: set[Claim], answers: Truth) -> bool:
    return all(answers[claim.firm, claim.check] == claim.value for claim in claims)


def whole(frame: Frame) -> tuple[Group, ...]:
    return tuple(group for group in frame.checks if group.name == ALL)
