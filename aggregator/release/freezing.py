"""At the freeze: who is counted, their bands, and nothing else that could be kept.

Runs inside the freezing transaction of aggregator.ledger.freeze, the last moment at which the rows can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection

from aggregator.config import Config
from aggregator.database import log, notary
from aggregator.database.notary import Notary
from aggregator.disclosure.frozen import Frozen, band_groups, encode_frozen, parse_frozen
from aggregator.disclosure.gate import WINDOW_DAYS, Candidates, Past
from aggregator.disclosure.groups import Frame, Group
from aggregator.disclosure.noise import NOISE_FROM, draw_noisy
from aggregator.disclosure.wider import Progress, decide_wider
from aggregator.ledger import periods, releases
from aggregator.ledger.freeze import OpenRows
from aggregator.ledger.noise import Spent, spend
from aggregator.ledger.rows import HostRow
from aggregator.members import firms as members
from aggregator.members.firms import Firm
from aggregator.release.policy import DEFAULT_PARTITION, Partition, load_policy
from aggregator.tally.outcomes import FirmOutcomes, Subject, reorder, unpack_hosts
from aggregator.tally.sums import Sums, add_up
from aggregator.tally.vectors import firm_vectors
from aggregator.trust.known import current_pack
from shieldwall.errors import RefusedError
from shieldwall.manifest import counted_root
from shieldwall.pack import Pack
from shieldwall.release import ALL, CountedLog, GateAnswer, PackReference

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
class Summary:
    """Callable as aggregator.ledger.freeze.SumUp."""

    pack: Pack
    notary: Notary
    partition: Partition
    despite_wait: bool = False
    """Freeze although nothing can be published: the period's rows are gone afterwards and no release follows."""
    noise: int = 0
    """Budget of noisy figures, millionths of epsilon."""
    progress: Progress | None = None
    """Told while the gate searches widely."""

    def __call__(self, connection: Connection, rows: OpenRows) -> bytes:
        """The frozen document. Raises RefusedError when the gate says wait; the period then stays open."""
        units = units_of(members.roster(connection, rows.cluster))
        present = _present(units, rows)
        question = asked(connection, rows.cluster, rows.now, units, frozenset(present), self.partition)
        decision = decide_wider(*question, self.progress)
        if decision.answer == "wait" and not self.despite_wait:
            raise RefusedError(
                f"the gate says wait: {decision.reason}. Period {rows.period} stays open. Ask firms that are missing "
                "to submit; `shieldwall-aggregator release explain` says how many, and what the gate would answer now."
            )
        subjects = subjects_of(self.pack)
        outcomes = [_outcomes(unit, hosts, rows, self.pack) for unit, hosts in present.items()]
        vectors = firm_vectors(outcomes, subjects)
        names = [each.firm for each in outcomes]

        def total(group: Group) -> Sums:
            return add_up(vectors, names, subjects, group.members)

        checks, themes = band_groups(decision, subjects, total)
        if self.noise and decision.answer != "wait" and len(decision.members) >= NOISE_FROM:
            whole = Group(ALL, decision.members, decision.k, decision.w)
            drawn = draw_noisy(total(whole), subjects, len(decision.members), self.noise)
            values = [Spent(rows.period, each.output, each.value, each.epsilon, rows.now) for each in drawn]
            spend(connection, rows.cluster, values)
        note = self.notary.checkpoint(rows.log_size, log.Nodes(connection, rows.cluster))
        counted = sorted(host.log_index for unit in decision.members for host in present[unit])
        return encode_frozen(
            Frozen(
                schema="shieldwall-frozen/1",
                period=rows.period,
                pack=PackReference(self.pack.name, self.pack.version, self.pack.digest),
                subjects=subjects,
                revisions=tuple(check.rev for check in self.pack.all_checks()),
                members=tuple(sorted(decision.members)),
                k=decision.k,
                w=decision.w,
                partition=self.partition,
                gate=GateAnswer(decision.answer, decision.reason),
                checks=checks,
                themes=themes,
                log=CountedLog(note, len(counted), counted_root(counted)),
                counted=tuple(counted),
            )
        )


def sum_up_with(config: Config, *, despite_wait: bool = False, progress: Progress | None = None) -> Summary:
    """The summary `freeze` calls: the pack this cluster judges by and its log key.

    Raises ConfigError when either cannot be read.
    """
    signer = notary.load(config)
    policy = load_policy(config, signer)
    return Summary(current_pack(config), signer, policy.partition, despite_wait, policy.noise, progress)


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


def subjects_of(pack: Pack) -> tuple[Subject, ...]:
    """In the pack's order."""
    return tuple(
        Subject(check.id, check.title, check.theme, check.weight, check.gate, check.attested)
        for check in pack.all_checks()
    )


def _present(units: Sequence[Unit], rows: OpenRows) -> dict[str, tuple[HostRow, ...]]:
    hosts = {firm.firm: firm.hosts for firm in rows.firms}
    found = {unit.id: tuple(host for firm in unit.firms for host in hosts.get(firm, ())) for unit in units}
    return {unit: listed for unit, listed in found.items() if listed}


def _outcomes(unit: str, hosts: Sequence[HostRow], rows: OpenRows, pack: Pack) -> FirmOutcomes:
    import numpy as np

    parts = []
    for digest in sorted({host.pack for host in hosts}):
        have = rows.packs[digest].checks
        codes = unpack_hosts([host.outcomes for host in hosts if host.pack == digest], len(have))
        parts.append(codes if digest == pack.digest else reorder(codes, have, pack.order))
    return FirmOutcomes(unit, np.concatenate(parts))


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
