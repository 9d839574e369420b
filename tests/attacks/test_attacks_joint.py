"""X7 joint inference: several figures about the same firms, tied together by how they are defined.

Worlds are enumerated over how many firms show each allowed combination of answers. It shows why scores are published
as one line counted from the bad end, and neither as a histogram nor from the good end.
"""

from itertools import combinations_with_replacement, product

import numpy as np
import pytest
from tied import exposed, spread

from aggregator.disclosure.bands import Layout
from aggregator.disclosure.groups import LINE_CHECKS

HISTOGRAM = [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
"""Three bins of a score: a firm is in exactly one."""
INPUTS = list(product((0, 1), repeat=3))


def monotone(function):
    """Whether more needs never make a score better; the eight values are in the order of INPUTS."""
    value = dict(zip(INPUTS, function, strict=True))
    ordered = ((low, high) for low in INPUTS for high in INPUTS if all(a <= b for a, b in zip(low, high, strict=True)))
    return function[0] == 0 and function[-1] == 1 and all(value[low] <= value[high] for low, high in ordered)


SCORES = [function for function in product((0, 1), repeat=8) if monotone(function)]
"""Every way in which three checks can pull one theme below its line, or three themes the overall score."""


@pytest.mark.parametrize("n", [9, 10, 12, 13])
def test_a_banded_histogram_of_scores_exposes_somebody(n):
    assert exposed(HISTOGRAM, n, 1, 3)


@pytest.mark.parametrize("n", [9, 10, 12])
def test_scores_counted_from_the_good_end_expose_a_stretch_between(n):
    # Need -> below 70, so need and "70 or more" exclude each other; "85 or more" is within "70 or more".
    good = [
        (need, at70, at85, at70 - at85)
        for need, at70, at85 in product((0, 1), repeat=3)
        if not (need and at70) and at85 <= at70
    ]
    assert exposed(good, n, 1, 3, hidden=(3,)) == {(3, 0)}


@pytest.mark.parametrize("function", SCORES)
def test_checks_and_the_one_line_of_their_theme_expose_nobody(function):
    sorts = [(*needs, below) for needs, below in zip(INPUTS, function, strict=True)]
    assert all(exposed(sorts, n, 1, 3) == set() for n in (5, 8))


def test_there_are_eighteen_such_functions():
    assert len(SCORES) == 18


@pytest.mark.parametrize("n", [12, 15])
def test_a_coalition_of_two_gets_no_further(n):
    for below in (lambda a, b: a & b, lambda a, b: a | b):
        assert exposed([(a, b, below(a, b)) for a, b in product((0, 1), repeat=2)], n, 2, 4) == set()


@pytest.mark.parametrize(("first", "second", "whole"), list(product((min, max), repeat=3)))
def test_two_themes_with_their_checks_and_the_overall_line_expose_nobody(first, second, whole):
    sorts = [
        (a, b, c, d, first(a, b), second(c, d), whole(first(a, b), second(c, d)))
        for a, b, c, d in product((0, 1), repeat=4)
    ]
    assert exposed(sorts, 5, 1, 3) == set()


@pytest.mark.parametrize("n", [5, 8, 9])
def test_a_second_line_over_the_same_checks_exposes_somebody(n):
    """Counts of a, b, a or b, a and b determine each other: so a theme has one figure and not two."""
    assert exposed([(a, b, a | b, a & b) for a, b in product((0, 1), repeat=2)], n, 1, 3)


def exposed_over_a_batch(sorts, stay, join, k, w):
    """As `exposed`, of all answers over two releases: `stay` firms, then `join` more."""
    answers = np.array(sorts)
    first, second = Layout(stay, w), Layout(stay + join, w)
    found = set()
    for there in range(min(k, join - 1) + 1):
        old, new = (spread(n, len(sorts)) @ answers for n in (stay - (k - there), join - there))
        old, new = np.repeat(old, len(new), axis=0), np.tile(new, (len(old), 1))
        holders = product(
            combinations_with_replacement(range(len(sorts)), k - there),
            combinations_with_replacement(range(len(sorts)), there),
        )
        for olders, newcomers in holders:
            before = old + answers[list(olders)].sum(axis=0) if olders else old
            after = before + new + (answers[list(newcomers)].sum(axis=0) if newcomers else 0)
            bands = np.minimum(before // w, first.q - 1), np.minimum(after // w, second.q - 1)
            _, outcome = np.unique(np.concatenate(bands, axis=1), axis=0, return_inverse=True)
            outcome = outcome.ravel()
            for who, counts, firms in (("stays", old, stay - (k - there)), ("joins", new, join - there)):
                for place in range(answers.shape[1]):
                    low, high = np.full(outcome.max() + 1, firms), np.full(outcome.max() + 1, -1)
                    np.minimum.at(low, outcome, counts[:, place])
                    np.maximum.at(high, outcome, counts[:, place])
                    if (high == 0).any() or (low == firms).any():
                        found.add((who, place))
    return found


@pytest.mark.parametrize("stay", range(5, 11))
def test_checks_that_do_not_bind_each_other_expose_nobody_when_a_batch_joins(stay):
    free = list(product((0, 1), repeat=2))
    implied = [(0, 0), (0, 1), (1, 1)]
    assert exposed_over_a_batch(free, stay, 3, 1, 3) == set()
    assert exposed_over_a_batch(implied, stay, 3, 1, 3) == set()


@pytest.mark.parametrize("stay", [5, 8, 9])
def test_a_score_made_of_two_checks_exposes_joiners_and_is_therefore_not_shown(stay):
    """The gate looks at one figure at a time; this is why scores need LINE_CHECKS checks behind them."""
    assert LINE_CHECKS > 2
    sorts = [(a, b, a & b) for a, b in product((0, 1), repeat=2)]
    assert ("joins", 0) in exposed_over_a_batch(sorts, stay, 3, 1, 3)
