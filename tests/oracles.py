"""Services and figures a naive publisher might offer, and what can be got out of them."""

import random
from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence

import numpy as np


class RankService:
    """Answers every submission with its exact rank among all scores, its own newest included."""

    def __init__(self, scores: Sequence[int]) -> None:
        self._scores = sorted(scores)
        self.asked = 0

    def rank(self, score: int) -> int:
        """How many firms score less."""
        self.asked += 1
        return bisect_left(self._scores, score)


def probe_ranks(service: RankService, firms: int, top: int = 100) -> list[int]:
    """X9: every peer's score, by asking for the rank of invented ones; scores are whole numbers from 0 to top."""
    found: list[int] = []
    for place in range(firms):
        low, high = found[-1] if found else 0, top
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if service.rank(middle + 1) > place else (middle + 1, high)
        found.append(low)
    return found


def order_statistics(scores: Mapping[str, int]) -> tuple[int, int, int]:
    """X10: smallest, median and largest score, exact, as a naive report prints them."""
    ordered = sorted(scores.values())
    return ordered[0], ordered[(len(ordered) - 1) // 2], ordered[-1]


def joiner_from_order(before: tuple[int, int, int], after: tuple[int, int, int]) -> int | None:
    """The score of the one firm that joined in between, when an extreme moved."""
    if after[0] < before[0]:
        return after[0]
    return after[2] if after[2] > before[2] else None


def averaged(count: int, scale: float, renders: int, generator: np.random.Generator) -> int:
    """X11: a count with fresh Laplace noise at each render, averaged."""
    return round(float(np.mean(count + generator.laplace(0, scale, renders))))


def tampered(members: Sequence[str], draw: random.Random) -> list[str]:
    """X13: a roster with one member exchanged, dropped or added."""
    out = list(members)
    match draw.randrange(3):
        case 0:
            out[draw.randrange(len(out))] = f"puppet-{draw.randrange(10**6)}"
        case 1:
            del out[draw.randrange(len(out))]
        case _:
            insort(out, f"puppet-{draw.randrange(10**6)}")
    return out
