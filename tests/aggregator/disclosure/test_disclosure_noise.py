"""Noisy figures: right on average, within their budget, refused where they would be noise alone."""

from statistics import fmean

import pytest

from aggregator.disclosure.noise import NOISE_FROM, UNIT, draw_noisy
from aggregator.tally.outcomes import Subject
from aggregator.tally.sums import Sums
from shieldwall.checks.vocabulary import THEMES
from shieldwall.errors import RefusedError

SUBJECTS = [Subject(f"{theme}-{i}", "", theme, 3, False, False) for theme in THEMES for i in range(4)]
SUMS = Sums(checks=tuple(3 * i for i in range(24)), bins=(40, 0, 0, 60, 0) * 7 + (0,) * 35)


def test_it_costs_no_more_than_its_budget_and_is_right_on_average():
    draws = [draw_noisy(SUMS, SUBJECTS, 120, 2 * UNIT) for _ in range(300)]
    for drawn in draws:
        assert sum(each.epsilon for each in drawn) <= 2 * UNIT
        assert [each.output for each in drawn] == ["overall", *THEMES, *(f"weakest-{i}" for i in range(1, 6))]
    # Noise of scale 5, so a mean of 300 draws errs by 0.4.
    assert abs(fmean(int(drawn[0].value) for drawn in draws) - 40) < 2.5
    assert len({drawn[0].value for drawn in draws}) > 10


def test_the_weakest_are_distinct_and_with_a_large_budget_the_weakest():
    drawn = draw_noisy(SUMS, SUBJECTS, 120, 10_000 * UNIT)
    chosen = [each.value for each in drawn if each.output.startswith("weakest")]
    assert chosen == [subject.id for subject in reversed(SUBJECTS[-5:])]


def test_below_a_hundred_firms_it_is_refused():
    with pytest.raises(RefusedError, match="starts at 100"):
        draw_noisy(SUMS, SUBJECTS, NOISE_FROM - 1, UNIT)
