"""The utility floor: publishing nothing would pass every attack, so what is published must be worth reading."""

import numpy as np
import pytest
from simulated import rates

from aggregator.disclosure.bands import Layout, coalition, width

CHECKS, TRIALS = 150, 1_500


def simulate(n):
    """(mean error of a band's middle in points, mean regret of the five weakest in points)."""
    generator = np.random.default_rng(n)
    layout = Layout(n, width(coalition(n)))
    middles = np.array([sum(layout.interval(layout.band(count))) / 2 for count in range(n + 1)])
    errors, regrets = [], []
    for _ in range(TRIALS):
        counts = generator.binomial(n, rates(CHECKS, generator))
        shown = middles[counts]
        errors.append(np.abs(shown - counts).mean() / n)
        order = np.lexsort((generator.random(CHECKS), -shown))
        best = np.sort(counts)[::-1][:5].mean()
        regrets.append((best - counts[order[:5]].mean()) / n)
    return 100 * float(np.mean(errors)), 100 * float(np.mean(regrets))


@pytest.mark.parametrize(("n", "error", "regret"), [(8, 8.0, 10.3), (15, 6.5, 6.1), (40, 2.5, 1.4), (150, 0.7, 0.1)])
def test_bands_stay_as_close_to_the_truth_as_they_must(n, error, regret):
    """Points of the share of firms, with a fifth to spare; ties among the weakest are broken at random."""
    found = simulate(n)
    assert found[0] <= 1.2 * error
    assert found[1] <= 1.2 * regret
    assert found[0] > 0.2 * error, "a simulation that errs so little does not exercise the bands"
