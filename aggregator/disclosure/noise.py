"""Differential privacy for a few figures that leave the cluster: counts with noise, for cohorts of 100 firms and more.

Neighbours are cohorts of the same public size in which one firm answers otherwise, so every count moves by at most
one. Values are drawn once, from the exact sums and in the transaction that destroys them, and stored: whoever renders
them again reads what was drawn. Budgets of the outputs add up (sequential composition), and so do those of periods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aggregator.disclosure.groups import lined
from aggregator.tally.outcomes import Subject
from aggregator.tally.sums import SUBJECTS_SCORED, Sums
from shieldwall.checks.vocabulary import THEMES
from shieldwall.errors import ConfigError, RefusedError
from shieldwall.published.release import LINE

if TYPE_CHECKING:
    from types import ModuleType

NOISE_FROM: Final = 100
"""Firms; of fewer, the noise would drown the figures."""
UNIT: Final = 1_000_000
"""Budgets are whole millionths of epsilon."""
HEADLINE: Final = "overall"
WEAKEST: Final = "weakest"
WEAKEST_COUNT: Final = 5
_THEME_SHARE, _HEADLINE_SHARE, _WEAKEST_SHARE = 10, 10, 30
"""Percent of the budget: each of six themes, the headline, the five weakest checks together."""


@dataclass(frozen=True, slots=True)
class Noisy:
    output: str
    """`overall`, a theme, or `weakest-N` from 1."""
    value: str
    """Firms that need action, a whole number that noise may put outside 0..n; of `weakest-N` a check id."""
    epsilon: int
    """Millionths spent on it."""


def draw_noisy(sums: Sums, subjects: Sequence[Subject], n: int, budget: int) -> tuple[Noisy, ...]:
    """What measured results show of a cohort of n firms, at a cost of at most `budget` millionths of epsilon.

    Randomness comes from OpenDP's own generator. Raises RefusedError below NOISE_FROM, ConfigError without OpenDP.
    """
    if n < NOISE_FROM:
        raise RefusedError(f"{n} firms are too few for noise: it starts at {NOISE_FROM}")
    dp = _opendp()
    below = dict(zip(SUBJECTS_SCORED, sums.below(LINE), strict=False))
    out = []
    for subject in ("", *THEMES):
        if lined(subjects, subject, False):
            cost = budget * (_THEME_SHARE if subject else _HEADLINE_SHARE) // 100
            out.append(Noisy(subject or HEADLINE, str(_count(dp, below[subject], cost)), cost))
    measured = [place for place, subject in enumerate(subjects) if not subject.attested and subject.weight > 0]
    if len(measured) > WEAKEST_COUNT:
        each = budget * _WEAKEST_SHARE // 100 // WEAKEST_COUNT
        for rank, chosen in enumerate(_weakest(dp, [sums.checks[p] for p in measured], each), 1):
            out.append(Noisy(f"{WEAKEST}-{rank}", subjects[measured[chosen]].id, each))
    return tuple(out)


def _count(dp: Any, count: int, cost: int) -> int:
    space = dp.atom_domain(T=int), dp.absolute_distance(T=int)
    measure = space >> dp.m.then_laplace(scale=UNIT / cost)
    _within(measure.map(1), cost)
    return int(measure(count))


def _weakest(dp: Any, counts: Sequence[int], each: int) -> list[int]:
    """Places of the largest counts, one at a time out of those left, each at its own cost."""
    measure = dp.m.make_noisy_max(
        dp.vector_domain(dp.atom_domain(T=int)),
        dp.linf_distance(T=int, monotonic=False),
        dp.max_divergence(),
        scale=2 * UNIT / each,
    )
    _within(measure.map(1), each)
    left = list(range(len(counts)))
    return [left.pop(int(measure([counts[place] for place in left]))) for _ in range(WEAKEST_COUNT)]


def _within(spent: float, cost: int) -> None:
    # OpenDP says itself what the measurement costs; its rounding is conservative, in the last digits.
    if spent * UNIT > cost * (1 + 1e-9):
        raise ValueError(f"a measurement of {spent} epsilon for a budget of {cost} millionths")


def _opendp() -> ModuleType:
    try:
        import opendp.prelude as dp
    except ImportError:
        raise ConfigError("noise needs OpenDP. Type `pip install 'shieldwall[aggregator,dp]'`.") from None
    dp.enable_features("contrib")
    return dp
