"""What is kept of a period when its rows are destroyed: the public frame and the band of every figure, no exact count.

Everything a release shows is computed from this document, so the operator who keeps it holds no more about any firm
than a reader of the release does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from aggregator.disclosure.gate import Decision
from aggregator.disclosure.groups import Frame, Group, lined
from aggregator.tally.outcomes import Subject
from aggregator.tally.sums import SUBJECTS_SCORED, Sums
from aggregator.tally.vectors import KINDS
from shieldwall.checks.vocabulary import THEMES
from shieldwall.encoding.canonical import decode, encode
from shieldwall.encoding.record import from_value, to_value
from shieldwall.published.release import LINE, CountedLog, GateAnswer, PackReference


@dataclass(frozen=True, slots=True)
class Banded:
    """A group and the band numbers of its figures; empty where the frame shows none."""

    name: str
    members: tuple[str, ...]
    """Sorted."""
    k: int
    w: int
    checks: tuple[int, ...]
    overall: tuple[int, ...]
    """Overall score below LINE, kind by kind (measured, attested)."""
    themes: tuple[int, ...]
    """Theme score below LINE, kind by kind, theme by theme."""

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
    partition: Literal["", "sector", "size"]
    gate: GateAnswer
    checks: tuple[Banded, ...]
    """Groups with figures for single checks and the overall score."""
    themes: tuple[Banded, ...]
    """Groups with figures for themes."""
    log: CountedLog
    counted: tuple[int, ...] = ()
    """Log indices behind it, ascending; they tell of no firm."""

    @property
    def frame(self) -> Frame:
        return Frame(tuple(part.group for part in self.checks), tuple(part.group for part in self.themes))


def band_groups(
    decision: Decision, subjects: Sequence[Subject], total: Callable[[Group], Sums]
) -> tuple[tuple[Banded, ...], tuple[Banded, ...]]:
    """Bands of the groups for checks and the overall score, and of the groups for themes.

    total   the exact sums of a group; they go no further than this call
    """
    checks = tuple(_banded(group, total(group), subjects, single=True) for group in decision.frame.checks)
    themes = tuple(_banded(group, total(group), subjects, single=False) for group in decision.frame.themes)
    return checks, themes


def encode_frozen(frozen: Frozen) -> bytes:
    return encode(to_value(frozen))


def parse_frozen(data: bytes) -> Frozen:
    """Raises IntegrityError."""
    found = decode(data)
    # Documents frozen before indices were kept lack them.
    return from_value(Frozen, {"counted": [], **found} if isinstance(found, dict) else found)


def _banded(group: Group, sums: Sums, subjects: Sequence[Subject], *, single: bool) -> Banded:
    """A score without a figure is kept as band 0, whatever it was."""
    band = group.layout.band
    places = [(attested, subject) for attested in KINDS for subject in SUBJECTS_SCORED]
    scored = {
        (attested, subject): band(count) if lined(subjects, subject, attested) else 0
        for (attested, subject), count in zip(places, sums.below(LINE), strict=True)
    }
    return Banded(
        group.name,
        tuple(sorted(group.members)),
        group.k,
        group.w,
        checks=tuple(band(count) for count in sums.checks) if single else (),
        overall=tuple(scored[attested, ""] for attested in KINDS) if single else (),
        themes=() if single else tuple(scored[attested, theme] for attested in KINDS for theme in THEMES),
    )
