"""At the freeze: who is counted, their bands, and nothing else that could be kept.

The gate is asked while nothing is held, for it may search for seconds. Its answer hangs on public data alone, so the
freezing transaction asks the same question anew and takes the answer only for that one; sums are added up there.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, Engine

from aggregator.config import Config
from aggregator.database import log, notary
from aggregator.database.engine import reading
from aggregator.database.notary import Notary
from aggregator.disclosure.frozen import Frozen, band_groups, encode_frozen
from aggregator.disclosure.gate import Decision
from aggregator.disclosure.groups import Group
from aggregator.disclosure.noise import NOISE_FROM, draw_noisy
from aggregator.ledger.freeze import OpenRows, freeze
from aggregator.ledger.noise import Spent, spend
from aggregator.ledger.periods import Period
from aggregator.ledger.rows import HostRow
from aggregator.ledger.seal import KeyRing
from aggregator.members import firms as members
from aggregator.release.policy import Partition, load_policy
from aggregator.release.question import Question, Unit, asked, question, units_of
from aggregator.tally.outcomes import FirmOutcomes, Subject, reorder, unpack_hosts
from aggregator.tally.sums import Sums, add_up
from aggregator.tally.vectors import firm_vectors
from aggregator.trust.known import current_pack
from shieldwall.errors import RefusedError
from shieldwall.packs.pack import Pack
from shieldwall.published.manifest import counted_root
from shieldwall.published.release import ALL, CountedLog, GateAnswer, PackReference

TRIES: Final = 3
"""Times the gate is asked beside the database; whoever first reports, leaves or publishes meanwhile changes what is
asked. After these it is asked once more while all writers wait, so that every freeze ends."""

Answer = Callable[[Question], Decision]


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
    answer: Answer = Question.answer
    """The gate."""

    def __call__(self, connection: Connection, rows: OpenRows) -> bytes:
        """The frozen document. Raises RefusedError when the gate says wait; the period then stays open."""
        units = units_of(members.roster(connection, rows.cluster))
        present = _present(units, rows)
        found = asked(connection, rows.cluster, rows.now, units, frozenset(present), self.partition)
        decision = self.answer(Question(rows.period, len(present), len(units), *found))
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


class _Changed(Exception):
    """The gate was asked something else."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The answer to one question; raises _Changed for any other."""

    key: Hashable
    decision: Decision

    def __call__(self, asked: Question) -> Decision:
        if asked.key != self.key:
            raise _Changed
        return self.decision


def freeze_period(config: Config, engine: Engine, name: str, now: int, summary: Summary) -> Period:
    """Freeze; the database is held only to count and to write. Raises as `Summary` and aggregator.ledger.freeze do."""
    ring = KeyRing(config.period_keys)
    for _ in range(TRIES):
        with reading(engine) as connection:
            seen = question(connection, config.cluster, now, summary.partition)
        if seen.period != name or not ring.exists(name):
            # It will be refused, or counts nobody: there is nothing to search.
            break
        known = replace(summary, answer=_Known(seen.key, summary.answer(seen)))
        with suppress(_Changed):
            return freeze(engine, ring, config.cluster, name, now, known)
    return freeze(engine, ring, config.cluster, name, now, summary)


def sum_up_with(config: Config, *, despite_wait: bool = False, answer: Answer = Question.answer) -> Summary:
    """What this cluster freezes with: the pack it judges by, its log key and its policy.

    Raises ConfigError when one cannot be read.
    """
    signer = notary.load(config)
    policy = load_policy(config, signer)
    return Summary(current_pack(config), signer, policy.partition, despite_wait, policy.noise, answer)


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
