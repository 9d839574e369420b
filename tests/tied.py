"""Figures about the same firms, tied together by how they are defined: which outcomes tell on somebody."""

from collections.abc import Sequence
from functools import cache
from itertools import combinations, combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from aggregator.disclosure.bands import Layout


@cache
def spread(total: int, kinds: int) -> NDArray[np.int64]:
    """Every way to put `total` firms into `kinds` sorts, a row each."""
    bars = np.array(list(combinations(range(total + kinds - 1), kinds - 1)), dtype=np.int64).reshape(-1, kinds - 1)
    ends = np.full((len(bars), 1), total + kinds - 1)
    return np.diff(np.concatenate([np.full((len(bars), 1), -1), bars, ends], axis=1), axis=1) - 1


def exposed(sorts: Sequence[Sequence[int]], n: int, k: int, w: int, hidden: Sequence[int] = ()) -> set[tuple[int, int]]:
    """(answer, value) pairs that some outcome and coalition make certain for every firm outside it.

    sorts    the combinations of answers a firm can give, one 0/1 an answer
    hidden   places of answers about which no figure is published
    """
    layout, answers = Layout(n, w), np.array(sorts)
    shown = [place for place in range(answers.shape[1]) if place not in hidden]
    rest = spread(n - k, len(sorts)) @ answers
    found = set()
    for held in combinations_with_replacement(range(len(sorts)), k):
        bands = np.minimum((rest + answers[list(held)].sum(axis=0))[:, shown] // w, layout.q - 1)
        _, outcome = np.unique(bands, axis=0, return_inverse=True)
        outcome = outcome.ravel()
        for place in range(answers.shape[1]):
            low, high = np.full(outcome.max() + 1, n), np.full(outcome.max() + 1, -1)
            np.minimum.at(low, outcome, rest[:, place])
            np.maximum.at(high, outcome, rest[:, place])
            found |= {(place, 0)} if (high == 0).any() else set()
            found |= {(place, 1)} if (low == n - k).any() else set()
    return found
