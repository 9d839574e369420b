"""Sums of vectors over groups of firms: the last exact numbers, which live only between the rows and the bands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.tally.outcomes import Subject
from aggregator.tally.vectors import BINS, EDGES
from shieldwall.checks.vocabulary import THEMES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


SUBJECTS_SCORED = ("", *THEMES)
"""The overall score, then each theme."""


@dataclass(frozen=True, slots=True)
class Sums:
    """How many firms of one group need action, in the order of the vector."""

    checks: tuple[int, ...]
    """One a check."""
    bins: tuple[int, ...]
    """Kind by kind (measured, attested), overall and theme by theme, BINS each."""

    def below(self, line: int) -> tuple[int, ...]:
        """Firms whose score is below `line` percent (one of EDGES): kind by kind, overall and theme by theme."""
        bins = EDGES.index(line) + 1
        return tuple(sum(self.bins[start : start + bins]) for start in range(0, len(self.bins), BINS))


def add_up(vectors: NDArray[np.uint8], firms: Sequence[str], subjects: Sequence[Subject], group: Iterable[str]) -> Sums:
    """Sum the rows of a group. Raises ValueError when a member of the group has no row."""
    import numpy as np

    place = {firm: index for index, firm in enumerate(firms)}
    missing = [firm for firm in group if firm not in place]
    if missing:
        raise ValueError(f"{len(missing)} firms of the group have no outcomes")
    total = vectors[sorted(place[firm] for firm in group)].sum(axis=0, dtype=np.int64)
    checks = len(subjects)
    return Sums(tuple(int(v) for v in total[:checks]), tuple(int(v) for v in total[checks:]))
