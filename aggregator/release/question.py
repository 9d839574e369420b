"""What the gate is asked: who could be counted, and what was published within its window. Public data only."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, select

from aggregator.database.schema import host_period
from aggregator.disclosure.frozen import parse_frozen
from aggregator.disclosure.gate import WINDOW_DAYS, Candidates, Decision, Past
from aggregator.disclosure.groups import Frame
from aggregator.disclosure.wider import Progress, decide_wider
from aggregator.ledger import periods, releases
from aggregator.ledger.periods import PeriodState
from aggregator.members import firms
from aggregator.members.firms import Firm
from aggregator.release.policy import DEFAULT_PARTITION, Partition

DAY: Final = 86_400
FRAMES: Final = 32
"""Frames of releases held in memory: eight years of quarters, some tens of kilobytes each."""
HOLDING: Final = "holding-"
"""A linked group whose word begins so is one holding: its firms count as one unit."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One counted unit: a firm, or the firms of a declared holding."""

    id: str
    firms: tuple[str, ...]
    joined_at: int
    linked: str | None
    sector: str
    size: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the gate would be asked, were the oldest open period frozen now: public data, and all of it."""

    period: str
    """The oldest open one; empty when none is open."""
    sent: int
    """Counted units that have sent results."""
    units: int
    candidates: Candidates
    history: tuple[Past, ...]
    """Releases that count for the gate."""

    @property
    def published(self) -> int:
        return len(self.history)

    @property
    def key(self) -> Hashable:
        """Equal for two questions exactly when the gate is asked the same."""
        who = self.candidates
        words = (tuple(sorted(who.linked.items())), tuple(sorted(who.categories.items())))
        return (who.present, who.cohort, words, self.history)

    def answer(self, progress: Progress | None = None) -> Decision:
        """Pure; of a tangled history some seconds' work."""
        return decide_wider(self.candidates, self.history, progress)


def question(connection: Connection, cluster: str, now: int, partition: Partition | None = None) -> Question:
    """partition   of the release policy; None: as in the last frozen period"""
    if partition is None:
        partition = kept_partition(connection, cluster)
    units = units_of(firms.roster(connection, cluster))
    period = _oldest_open(connection, cluster)
    sent = _senders(connection, cluster, period) if period else frozenset()
    present = frozenset(unit.id for unit in units if sent.intersection(unit.firms))
    return Question(period, len(present), len(units), *asked(connection, cluster, now, units, present, partition))


def asked(
    connection: Connection, cluster: str, now: int, units: Sequence[Unit], present: frozenset[str], partition: Partition
) -> tuple[Candidates, tuple[Past, ...]]:
    """All that the gate's answer hangs on: who could be counted, and what was published within its window.

    Members and published frames, never a result.
    """
    published = [(at, kept) for at, kept in _published(connection, cluster) if kept.frame.checks]
    ordered = sorted(units, key=lambda unit: (unit.joined_at, unit.id))
    categories = {} if not partition else {u.id: u.sector if partition == "sector" else u.size for u in units}
    candidates = Candidates(
        present=tuple(unit.id for unit in ordered if unit.id in present),
        cohort=published[-1][1].members if published else frozenset(),
        linked={unit.id: unit.linked for unit in units if unit.linked},
        categories=categories,
    )
    return candidates, tuple(Past(kept.period, kept.frame) for at, kept in published if _counts(at, now))


def kept_partition(connection: Connection, cluster: str) -> Partition:
    """By what the last frozen period is broken down."""
    frozen = [period for period in periods.every(connection, cluster) if period.document]
    return _kept(frozen[-1].document).partition if frozen else DEFAULT_PARTITION


def past_breakdowns(connection: Connection, cluster: str, now: int) -> set[str]:
    """By what releases that count for the gate are broken down."""
    found = _published(connection, cluster)
    shown = (kept for at, kept in found if _counts(at, now) and kept.frame.checks)
    return {kept.partition for kept in shown if len(kept.frame.themes) > 1}


def units_of(roster: Sequence[Firm]) -> tuple[Unit, ...]:
    """Counted units by id: a holding stands where its firms stood, with the earliest one's sector and size."""
    out: dict[str, Unit] = {}
    for firm in sorted(roster, key=lambda firm: (firm.joined_at, firm.id)):
        holding = firm.linked_group if firm.linked_group and firm.linked_group.startswith(HOLDING) else None
        name = holding or firm.id
        if name in out:
            known = out[name]
            out[name] = Unit(name, (*known.firms, firm.id), known.joined_at, known.linked, known.sector, known.size)
        else:
            linked = None if holding else firm.linked_group
            out[name] = Unit(name, (firm.id,), firm.joined_at, linked, firm.sector, firm.size_band.value)
    return tuple(sorted(out.values(), key=lambda unit: unit.id))


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the gate needs of a frozen document."""

    period: str
    members: frozenset[str]
    partition: Partition
    frame: Frame


@lru_cache(maxsize=FRAMES)
def _kept(document: bytes) -> _Kept:
    """Found by its bytes: a frozen document never changes."""
    frozen = parse_frozen(document)
    return _Kept(frozen.period, frozenset(frozen.members), frozen.partition, frozen.frame)


def _published(connection: Connection, cluster: str) -> list[tuple[int, _Kept]]:
    """Time of publication and frame, oldest period first."""
    at = releases.dates(connection, cluster)
    known = periods.every(connection, cluster)
    return [(at[period.name], _kept(period.document)) for period in known if period.name in at]


def _counts(published_at: int, now: int) -> bool:
    return now - published_at <= WINDOW_DAYS * DAY


def _oldest_open(connection: Connection, cluster: str) -> str:
    opened = (p.name for p in periods.every(connection, cluster) if p.state is PeriodState.OPEN)
    return next(opened, "")


def _senders(connection: Connection, cluster: str, period: str) -> frozenset[str]:
    """Who reported, not what."""
    query = select(host_period.c.firm).where(host_period.c.cluster == cluster, host_period.c.period == period)
    return frozenset(row.firm for row in connection.execute(query.distinct()))
