"""Safety of long histories without enumerating worlds: certain answers are saturated cuts of a flow network.

Put the rows in an order in which every atom's rows stand next to each other (firms that join and leave once always
allow one). With a node before, between and after the rows, atom [s, e] is an arc s -> e + 1 that carries its firms in
need, and row i an arc i + 1 -> i that carries its count; a world is a circulation. An atom's rest can be forced to 0
or to full exactly when no residual path can change it (augmenting paths), that is when some set U of nodes has every
arc that leaves it full and every arc that enters it empty: atoms at all or nothing but for the coalition's own
answers, rows at the upper or the lower edge of their band. Summed over U the flow cancels, so what is left to search
is one equation over the edges of the rows that cross, and a circulation that meets them (Hoffman's condition).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from aggregator.disclosure.bands import Layout

ROWS: Final = 11
"""Different rows that share firms; the cuts double with each."""
STEPS: Final = 200_000
"""Edges of rows tried in one search, about half a second."""
_ORDERS: Final = 2_000
"""Rows tried in the search for an order."""
_CHUNK: Final = 256


class Undecided(Exception):
    """The steps were not enough."""


class Steps:
    """Edges of rows that may still be tried: counted, not timed, so that the same question gets the same answer."""

    def __init__(self, left: int = STEPS) -> None:
        self.left = left

    def take(self) -> None:
        """Raises Undecided."""
        self.left -= 1
        if self.left < 0:
            raise Undecided


@dataclass(frozen=True, slots=True)
class Forced:
    """An exposed atom, by its place in the arguments."""

    atom: int
    value: int


def consecutive(patterns: Sequence[tuple[bool, ...]]) -> tuple[int, ...] | None:
    """An order of the rows in which each pattern's rows are neighbours; None when there is none, or none is found."""
    rows = len(patterns[0]) if patterns else 0
    tries = 0

    def extend(order: tuple[int, ...], closed: frozenset[int]) -> tuple[int, ...] | None:
        nonlocal tries
        if len(order) == rows:
            return order
        for row in range(rows):
            tries += 1
            if tries > _ORDERS or row in order or any(patterns[atom][row] for atom in closed):
                continue
            ended = {a for a, p in enumerate(patterns) if order and p[order[-1]] and not p[row]}
            found = extend((*order, row), closed | ended)
            if found is not None:
                return found
        return None

    return extend((), frozenset())


def find_forced(
    sizes: Sequence[int],
    patterns: Sequence[tuple[bool, ...]],
    layouts: Sequence[Layout],
    order: Sequence[int],
    k: int,
    steps: Steps | None = None,
) -> Forced | None:
    """An atom some coalition of at most k could be certain about, or None when there is none.

    sizes     firms of each atom, with these `patterns` over the rows
    layouts   of each row
    order     of the rows, as `consecutive` gives it
    Raises Undecided.
    """
    network = _Network(sizes, patterns, [layouts[row] for row in order], order, k, steps or Steps())
    return network.search()


class _Network:
    def __init__(
        self,
        sizes: Sequence[int],
        patterns: Sequence[tuple[bool, ...]],
        layouts: Sequence[Layout],
        order: Sequence[int],
        k: int,
        steps: Steps,
    ) -> None:
        import numpy as np

        self._k, self._layouts, self._steps = k, layouts, steps
        self._sizes = np.array(sizes)
        places = [[place for place, row in enumerate(order) if pattern[row]] for pattern in patterns]
        self._start = np.array([found[0] for found in places])
        self._end = np.array([found[-1] + 1 for found in places])
        self._inside = np.array([(self._start <= row) & (row < self._end) for row in range(len(layouts))])
        nodes = len(layouts) + 1
        sets = ((np.arange(2**nodes)[:, None] >> np.arange(nodes)) & 1).astype(bool)
        self._leaves = sets[:, self._start] & ~sets[:, self._end]
        self._enters = ~sets[:, self._start] & sets[:, self._end]
        self._high = sets[:, 1:] & ~sets[:, :-1]
        self._low = ~sets[:, 1:] & sets[:, :-1]

    def search(self) -> Forced | None:
        import numpy as np

        full = self._leaves @ self._sizes
        slack = np.minimum(self._k, full + self._enters @ self._sizes - 1)
        possible = (slack >= 0) & self._residues(full, slack)
        for cut in np.flatnonzero(possible):
            if self._met(int(cut), int(full[cut]), int(slack[cut])):
                atom = max(np.flatnonzero(self._leaves[cut] | self._enters[cut]), key=lambda a: self._sizes[a])
                return Forced(int(atom), int(self._leaves[cut, atom]))
        return None

    def _residues(self, full: Any, slack: Any) -> Any:
        """Which cuts can balance modulo the common divisor of the widths: a cheap necessary condition."""
        import math

        import numpy as np

        common = math.gcd(*(layout.w for layout in self._layouts))
        reach = np.zeros((len(full), common), dtype=bool)
        reach[np.arange(len(full)), full % common] = True
        for row, layout in enumerate(self._layouts):
            high = np.roll(reach, -1, axis=1) | np.roll(reach, layout.n % common, axis=1)
            reach = np.where(self._high[:, row, None], high, reach)
        return (reach & (np.arange(common) <= slack[:, None])).any(axis=1)

    def _met(self, cut: int, full: int, slack: int) -> bool:
        """Whether some world has every arc across the cut at its edge, with at most `slack` left to a coalition."""
        import numpy as np

        leaves, enters = self._leaves[cut], self._enters[cut]
        floor = np.where(leaves, np.maximum(self._sizes - self._k, 0), 0)
        ceiling = np.where(enters, np.minimum(self._sizes, self._k), self._sizes)
        rows = [row for row in range(len(self._layouts)) if self._high[cut, row] or self._low[cut, row]]
        chunk: list[tuple[int, ...]] = []
        for edges in self._edges(cut, rows, floor, ceiling, full, slack):
            chunk.append(edges)
            if len(chunk) == _CHUNK:
                if self._circulates(rows, chunk, floor, ceiling):
                    return True
                chunk = []
        return bool(chunk) and self._circulates(rows, chunk, floor, ceiling)

    def _edges(
        self, cut: int, rows: list[int], floor: Any, ceiling: Any, full: int, slack: int
    ) -> Iterator[tuple[int, ...]]:
        """Edges of the crossing rows that balance over the cut and lie as far apart as the atoms between allow."""
        inside = self._inside[rows]
        signs = [1 if self._high[cut, row] else -1 for row in rows]
        values = [
            [edge for edge in _band_edges(self._layouts[row], upper=sign > 0) if low <= edge <= high]
            for row, sign, low, high in zip(
                rows, signs, (inside @ floor).tolist(), (inside @ ceiling).tolist(), strict=True
            )
        ]
        if any(not found for found in values):
            return
        apart = {
            (a, b): (_least(inside[b], inside[a], floor, ceiling), -_least(inside[a], inside[b], floor, ceiling))
            for b in range(len(rows))
            for a in range(b)
        }
        ends = [sorted((sign * found[0], sign * found[-1])) for sign, found in zip(signs, values, strict=True)]
        after = [[sum(end[side] for end in ends[place:]) for side in (0, 1)] for place in range(len(rows) + 1)]
        yield from self._choose((), full, values, signs, apart, after, slack)

    def _choose(
        self,
        chosen: tuple[int, ...],
        balance: int,
        values: list[list[int]],
        signs: list[int],
        apart: dict[tuple[int, int], tuple[int, int]],
        after: list[list[int]],
        slack: int,
    ) -> Iterator[tuple[int, ...]]:
        place = len(chosen)
        if balance + after[place][1] < 0 or balance + after[place][0] > slack:
            return
        if place == len(values):
            yield chosen
            return
        low = max((edge + apart[a, place][0] for a, edge in enumerate(chosen)), default=values[place][0])
        high = min((edge + apart[a, place][1] for a, edge in enumerate(chosen)), default=values[place][-1])
        for edge in values[place]:
            if low <= edge <= high:
                self._steps.take()
                more = balance + signs[place] * edge
                yield from self._choose((*chosen, edge), more, values, signs, apart, after, slack)

    def _circulates(self, rows: list[int], chunk: list[tuple[int, ...]], floor: Any, ceiling: Any) -> bool:
        """Whether a circulation exists for one of these choices: no cut asks more out than can come in (Hoffman)."""
        import numpy as np

        least = np.zeros((len(self._layouts), len(chunk)), dtype=np.int64)
        most = np.repeat(np.array([[layout.n] for layout in self._layouts]), len(chunk), axis=1)
        least[rows] = most[rows] = np.array(chunk, dtype=np.int64).reshape(len(chunk), len(rows)).T
        out = (self._leaves @ floor)[:, None] + self._high @ least
        into = (self._enters @ ceiling)[:, None] + self._low @ most
        return bool((out <= into).all(axis=0).any())


def _band_edges(layout: Layout, *, upper: bool) -> list[int]:
    return [layout.interval(band)[upper] for band in range(layout.q)]


def _least(one: Any, other: Any, floor: Any, ceiling: Any) -> int:
    """The least that the count of `one` can exceed that of `other`."""
    return int((one & ~other) @ floor - (other & ~one) @ ceiling)
