"""Which worlds are possible, given published bands: the exhaustive enumeration behind the release gate.

A row is one banded figure's public frame: which firms are counted and how wide its bands are. Firms with the same
membership in every row are exchangeable and form an atom; a world is how many of each atom need action. The same
answer is assumed to hold for a firm in every row, which is the worst case: change over time only adds doubt.

A coalition knows its own answers. An outcome (one band a row) is a breach when, in every world that fits it and
those answers, the rest of some atom is all 0 or all 1: then the answer of a firm outside the coalition is certain.
Every outcome, every known value and every largest coalition is enumerated. Smaller coalitions need not be: knowing
more never makes a certain answer uncertain.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from typing import TYPE_CHECKING, Any, Final

from aggregator.disclosure.bands import Layout
from aggregator.disclosure.cuts import ROWS, STEPS, Forced, Steps, Undecided, consecutive, find_forced

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

BUDGET: Final = 20_000_000
"""World evaluations one decision of the gate may take where cuts do not apply, about a second; a history more tangled
than this is refused."""
WORLDS: Final = 4_000_000
"""Worlds held in memory at once, some 100 MB."""


class TooTangled(Exception):
    """More worlds than WORLDS or the effort allows: safety could not be shown."""


class Effort:
    """World evaluations left to one decision: counted, not timed, so that the same question gets the same answer."""

    def __init__(self, left: int = BUDGET, steps: int | None = None) -> None:
        """steps   of all searches by cuts together; None: STEPS for each"""
        self._left, self._steps = left, steps
        self.found: dict[tuple[tuple[Row, ...], int], Breach | None] = {}
        """Parts searched already: cohorts that differ in one category share the others."""

    def spend(self, evaluations: int) -> None:
        """Raises TooTangled."""
        if evaluations > self._left:
            raise TooTangled
        self._left -= evaluations

    @property
    def spent(self) -> bool:
        """Whether no step of a search by cuts is left."""
        return self._steps is not None and self._steps < 1

    def forced(
        self,
        sizes: Sequence[int],
        patterns: Sequence[tuple[bool, ...]],
        layouts: Sequence[Layout],
        order: Sequence[int],
        k: int,
    ) -> Forced | None:
        """find_forced within the steps left. Raises TooTangled."""
        steps = Steps(STEPS if self._steps is None else min(STEPS, self._steps))
        before = steps.left
        try:
            return find_forced(sizes, patterns, layouts, order, k, steps)
        except Undecided:
            raise TooTangled from None
        finally:
            if self._steps is not None:
                self._steps -= before - steps.left


@dataclass(frozen=True, slots=True)
class Row:
    members: frozenset[str]
    w: int
    """Band width in firms."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A coalition, what it holds, and the firms whose answer it would then know."""

    rows: tuple[bool, ...]
    """The exposed atom: in which rows its firms are counted."""
    exposed: int
    """How many firms of the atom are outside the coalition."""
    value: int
    """What becomes certain about each of them: 1 needs action, 0 does not."""


def find_breach(rows: Sequence[Row], k: int, effort: Effort | None = None) -> Breach | None:
    """A breach of the published frames by at most k members, or None when there is none.

    By cuts where the rows can be ordered for them, else by enumeration. Raises TooTangled when that would exceed
    WORLDS or the effort.
    """
    effort = effort or Effort()
    frames = [row for row in dict.fromkeys(rows) if Layout(len(row.members), row.w).publishable]
    for part in _connected(frames):
        key = (tuple(part), k)
        if key not in effort.found:
            effort.found[key] = search(part, k, effort)
        breach = effort.found[key]
        if breach is not None:
            whole = dict(zip(part, breach.rows, strict=True))
            return Breach(tuple(whole.get(row, False) for row in rows), breach.exposed, breach.value)
    return None


def atoms(rows: Sequence[Row]) -> dict[tuple[bool, ...], int]:
    """Number of firms of each membership pattern."""
    firms = frozenset[str]().union(*(row.members for row in rows))
    return dict(Counter(tuple(firm in row.members for row in rows) for firm in sorted(firms)))


def _connected(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows that share firms, directly or through others; separate parts say nothing about each other."""
    left = list(rows)
    while left:
        part = [left.pop(0)]
        for row in part:
            near = [other for other in left if other.members & row.members]
            part.extend(near)
            left = [other for other in left if other not in near]
        yield part


def search(rows: list[Row], k: int, effort: Effort) -> Breach | None:
    """find_breach for rows that share firms."""
    found = atoms(rows)
    patterns = list(found)
    sizes = _reduced(rows, patterns, [found[pattern] for pattern in patterns])
    layouts = [
        Layout(sum(size for size, pattern in zip(sizes, patterns, strict=True) if pattern[index]), row.w)
        for index, row in enumerate(rows)
    ]
    order = consecutive(patterns) if len(rows) <= ROWS else None
    if order is None:
        return enumerate_worlds(patterns, sizes, layouts, k, effort)
    forced = effort.forced(sizes, patterns, layouts, order, k)
    return None if forced is None else Breach(patterns[forced.atom], sizes[forced.atom], forced.value)


def enumerate_worlds(
    patterns: list[tuple[bool, ...]], sizes: list[int], layouts: list[Layout], k: int, effort: Effort
) -> Breach | None:
    """Every coalition, every value it may hold, every outcome. Raises TooTangled."""
    import numpy as np

    table = np.array(patterns, dtype=np.int64)
    worlds = math.prod(size + 1 for size in sizes)
    if worlds > WORLDS:
        raise TooTangled
    coalitions = list(_coalitions(sizes, k))
    effort.spend(worlds * sum(math.prod(c + 1 for c in held) for held in coalitions))
    for held in coalitions:
        rest = [size - c for size, c in zip(sizes, held, strict=True)]
        for knows in {tuple(int(v) for v in np.array(s) @ table) for s in product(*(range(c + 1) for c in held))}:
            breach = _forced(rest, table, layouts, knows)
            if breach is not None:
                atom, value = breach
                return Breach(patterns[atom], rest[atom], value)
    return None


def _forced(rest: list[int], table: Ints, layouts: list[Layout], knows: tuple[int, ...]) -> tuple[int, int] | None:
    """(atom, value) of the first atom whose rest is all `value` in every world of some outcome.

    rest     firms of each atom outside the coalition
    knows    per row, how many of the coalition's firms need action
    """
    import numpy as np

    code: Any = np.zeros((1,) * len(rest), dtype=np.int64)
    for row, (layout, known) in enumerate(zip(layouts, knows, strict=True)):
        count: Any = known
        for atom, firms in enumerate(rest):
            if table[atom, row]:
                count = count + np.arange(firms + 1).reshape(_axis(atom, len(rest)))
        code = code * layout.q + np.minimum(count // layout.w, layout.q - 1)
    code = np.broadcast_to(code, [firms + 1 for firms in rest])
    codes, space = _dense(code, math.prod(layout.q for layout in layouts))
    for atom, firms in enumerate(rest):
        if not firms:
            continue
        along = np.moveaxis(codes, atom, 0)
        for value, some in ((0, along[1:]), (1, along[:-1])):
            possible = np.zeros(space, dtype=bool)
            possible[some.ravel()] = True
            if not possible[along[0 if value == 0 else -1].ravel()].all():
                return atom, value
    return None


def _dense(code: Any, space: int) -> tuple[Any, int]:
    """Outcome codes small enough to index an array with."""
    import numpy as np

    if space <= 8 * code.size + 4096:
        return code, space
    known, inverse = np.unique(code, return_inverse=True)
    return inverse.reshape(code.shape), len(known)


def _axis(atom: int, count: int) -> list[int]:
    return [-1 if index == atom else 1 for index in range(count)]


def _coalitions(sizes: Sequence[int], k: int) -> Iterator[tuple[int, ...]]:
    """How many members a coalition has in each atom: all ways to place min(k, firms - 1) of them."""
    most = min(k, sum(sizes) - 1)
    for places in combinations_with_replacement(range(len(sizes)), most):
        held = tuple(places.count(atom) for atom in range(len(sizes)))
        if all(c <= size for c, size in zip(held, sizes, strict=True)):
            yield held


def _reduced(rows: list[Row], patterns: list[tuple[bool, ...]], sizes: list[int]) -> list[int]:
    """Atoms no larger than they need to be.

    Adding a common multiple of the widths to one atom moves every band of its rows by whole bands. The worlds of one
    outcome span fewer than (two widths + the other atoms) values of that atom, so once an atom is so large that no
    outcome touches both of its ends, larger ones only repeat the outcomes in between.
    """
    out = list(sizes)
    for atom, pattern in enumerate(patterns):
        widths = [row.w for row, inside in zip(rows, pattern, strict=True) if inside]
        step = math.lcm(*widths)
        others = sum(out) - out[atom]
        enough = 2 * (2 * max(widths) + others) + step
        if out[atom] > enough:
            out[atom] -= (out[atom] - enough) // step * step
    return out
