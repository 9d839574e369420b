"""Noisy figures of a frozen period, as they were drawn, and the ledger of what all of them cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aggregator.disclosure.noise import HEADLINE, NOISE_FROM, UNIT, WEAKEST
from aggregator.ledger.noise import Spent
from aggregator.release.figures import THEME_TITLES
from shieldwall.published.release import LINE


def describe_noisy(period: str, values: Sequence[Spent], n: int) -> Iterator[str]:
    """The same lines whenever they are asked for: nothing is drawn here."""
    mine = [value for value in values if value.period == period]
    if not mine:
        few = f"it counts {n} firms and noise starts at {NOISE_FROM}" if n < NOISE_FROM else "the policy had none"
        yield f"{period} has no noisy figures: {few} when it was frozen. Exact sums are gone; none can be drawn now."
        return
    cost = sum(value.epsilon for value in mine)
    yield f"{period}: {n} firms, differentially private, epsilon {_epsilon(cost)} for all of these lines together"
    for value in mine:
        if value.output.startswith(WEAKEST):
            yield f"  among the five weakest checks (noisy): {value.value}"
            continue
        title = "Overall" if value.output == HEADLINE else THEME_TITLES[value.output]
        count = min(n, max(0, int(value.value)))
        yield f"  {title}: about {count} of {n} firms score below {LINE} % (noise of about {UNIT / value.epsilon:.0f})"


def describe_ledger(values: Sequence[Spent]) -> Iterator[str]:
    """Tab separated: period, spent in it, spent since the beginning."""
    total = 0
    for period in dict.fromkeys(value.period for value in values):
        own = sum(value.epsilon for value in values if value.period == period)
        total += own
        yield f"{period}\t{_epsilon(own)}\t{_epsilon(total)}"


def _epsilon(millionths: int) -> str:
    return f"{millionths / UNIT:.6f}".rstrip("0").rstrip(".")
