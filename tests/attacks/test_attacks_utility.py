"""The utility floor: publishing nothing would pass every attack, so what is published must be worth reading."""

import pytest
from simulated import FLOOR, utility


@pytest.mark.parametrize("n", FLOOR)
def test_bands_stay_as_close_to_the_truth_as_they_must(n: int) -> None:
    """Points of the share of firms, with a fifth to spare; ties among the weakest are broken at random."""
    error, regret = utility(n, trials=1_500)
    most_error, most_regret = FLOOR[n]
    assert error <= 1.2 * most_error
    assert regret <= 1.2 * most_regret
    assert error > 0.2 * most_error, "a simulation that errs so little does not exercise the bands"
