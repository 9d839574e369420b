"""Bands: the only form in which a count leaves the aggregator.

A band is k + 2 firms wide, so that a coalition of k members who subtract their own answers from its upper end always
leave at least one firm that may need action, and from its lower end at least one that may not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SMALL_COHORT: Final = 12
"""Below this many firms a coalition of one is protected against, from it on a coalition of two."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the counts 0..n of one group of firms are cut into bands."""

    n: int
    w: int

    @property
    def q(self) -> int:
        """Number of bands; below 2 nothing can be published."""
        return (self.n + 1) // self.w

    @property
    def publishable(self) -> bool:
        return self.q >= 2

    def band(self, count: int) -> int:
        """0-based band of a count. Raises ValueError for a count no group of n firms can have."""
        if not 0 <= count <= self.n:
            raise ValueError(f"{count} of {self.n} firms is not a count")
        return min(count // self.w, self.q - 1)

    def interval(self, band: int) -> tuple[int, int]:
        """Lowest and highest count of a band; the last band ends at n."""
        if not 0 <= band < self.q:
            raise ValueError(f"band {band} of {self.q} does not exist")
        return band * self.w, self.n if band == self.q - 1 else (band + 1) * self.w - 1


def coalition(n: int, largest_linked: int = 0) -> int:
    """k, the size of the coalition protected against.

    largest_linked   members of the largest declared linked group (one IT provider serving several members)
    """
    return max(1 if n < SMALL_COHORT else 2, largest_linked)


def width(k: int) -> int:
    return k + 2


def minimum_cohort(k: int) -> int:
    """The fewest firms about whom anything is published: two bands."""
    return 2 * width(k) - 1
