"""What is kept of a period when its rows are destroyed: the public frame and the band of every figure, no exact count.

Everything a release shows is computed from this document, so the operator who keeps it holds no more about any firm
than a reader of the release does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from aggregator.disclosure.gate import Decision
from aggregator.disclosure.groups import Frame, Group
from aggregator.tally.outcomes import Subject
from aggregator.tally.sums import Sums
from shieldwall.canonical import decode, encode
from shieldwall.record import from_value, to_value
from shieldwall.release import CountedLog, GateAnswer, PackReference

LINES: Final = (70,)
"""Percent; the border between the bands B and C. One line only: several lines, like a histogram, would together let
readers rule out the stretch between two of them for single firms once members change (docs/disclosure.md)."""


@dataclass(frozen=True, slots=True)
class Banded:
    """A group and the band numbers of its figures; empty where the frame shows none."""

    name: str
    members: tuple[str, ...]
    """Sorted."""
    k: int
    w: int
    checks: tuple[int, ...]
    themes: tuple[int, ...]
    scores: tuple[int, ...]
    """Line by line, kind by kind, overall and theme by theme."""

    @property
    def group(self) -> Group:
        return Group(self.name, frozenset(self.members), self.k, self.w)


@dataclass(frozen=True, slots=True)
class Frozen:
    schema: Literal["shieldwall-frozen/1"]
    period: str
    pack: PackReference
    subjects: tuple[Subject, ...]
    revisions: tuple[int, ...]
    """Revision of each subject, for comparing like with like."""
    members: tuple[str, ...]
    k: int
    w: int
    partition: str
    gate: GateAnswer
    checks: tuple[Banded, ...]
    """Groups with figures for single checks and scores."""
    themes: tuple[Banded, ...]
    """Groups with figures for themes."""
    log: CountedLog

    @property
    def frame(self) -> Frame:
        return Frame(tuple(part.group for part in self.checks), tuple(part.group for part in self.themes))


def band_groups(decision: Decision, total: Callable[[Group], Sums]) -> tuple[tuple[Banded, ...], tuple[Banded, ...]]:
    """Bands of the groups for checks and scores, and of the groups for themes.

    total   the exact sums of a group; they go no further than this call
    """
    checks = tuple(_banded(group, total(group), single=True) for group in decision.frame.checks)
    themes = tuple(_banded(group, total(group), single=False) for group in decision.frame.themes)
    return checks, themes


def encode_frozen(frozen: Frozen) -> bytes:
    return encode(to_value(frozen))


def parse_frozen(data: bytes) -> Frozen:
    """Raises IntegrityError."""
    return from_value(Frozen, decode(data))


def _banded(group: Group, sums: Sums, *, single: bool) -> Banded:
    band = group.layout.band
    return Banded(
        group.name,
        tuple(sorted(group.members)),
        group.k,
        group.w,
        checks=tuple(band(count) for count in sums.checks) if single else (),
        themes=() if single else tuple(band(count) for count in sums.themes),
        scores=tuple(band(count) for line in LINES for count in sums.below(line)) if single else (),
    )
