"""Why a release looks as it does, and what the gate would say now. Reads public data only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from aggregator.config import Config
from aggregator.database import notary
from aggregator.database.engine import connect, reading
from aggregator.database.schema import host_period
from aggregator.disclosure.gate import Decision
from aggregator.ledger import periods
from aggregator.ledger.periods import PeriodState
from aggregator.members import firms
from aggregator.release.build import Built
from aggregator.release.freezing import decide_period, kept_partition, past_frames, units_of
from aggregator.release.policy import Partition, load_policy

MEANING: Final = {
    "release": "That means: figures of these firms can be published. Nobody could subtract them from earlier ones to "
    "learn how a single firm stands.",
    "coarser": "That means: figures can be published, less precise than usual, because the precise ones could be "
    "subtracted from earlier releases to learn how a single firm stands.",
    "wait": "That means: whatever is published now could be subtracted from earlier releases to learn how a single "
    "firm stands. It helps when missing members submit, or when newcomers are enough for a whole batch; otherwise "
    "it passes as earlier releases grow two years old.",
}
"""The gate's answer for people who did not read docs/disclosure.md. It hangs on who is a member, never on results."""


def explain_release(built: Built) -> Iterator[str]:
    release = built.release
    cohort = release.cohort
    yield f"{release.gate.answer}: {release.gate.reason}"
    yield MEANING[release.gate.answer]
    yield (
        f"A figure is a band of {cohort.w} firms: {cohort.k} to subtract their own answers, one that may need action "
        "and one that may not."
    )
    if cohort.margin:
        yield f"Figures are held: a count may lie up to {cohort.margin} firms outside its band."
    if cohort.categories:
        yield f"Broken down by {cohort.partition}: {', '.join(cohort.categories)}. Totals are sums of the intervals."
    for result in built.certificate.results:
        yield (
            f"Attack {result.attack}: {result.trials} coalitions on {result.reports} releases read together, "
            f"{result.claims} certain inferences"
        )
    for limit in release.limits:
        yield f"Limit: {limit}"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a freeze would find now."""

    period: str
    """The oldest open one; empty when none is open."""
    sent: int
    """Counted units that have sent results."""
    units: int
    published: int
    """Releases that count for the gate."""
    decision: Decision


def outlook(connection: Connection, cluster: str, now: int, partition: Partition | None = None) -> Outlook:
    """What the gate would answer if the oldest open period were frozen now.

    partition   of the release policy; None: as in the last frozen period
    """
    if partition is None:
        partition = kept_partition(connection, cluster)
    units = units_of(firms.roster(connection, cluster))
    period = _oldest_open(connection, cluster)
    sent = _senders(connection, cluster, period) if period else frozenset()
    present = frozenset(unit.id for unit in units if sent.intersection(unit.firms))
    decision = decide_period(connection, cluster, now, units, present, partition)
    return Outlook(period, len(present), len(units), len(past_frames(connection, cluster, now)), decision)


def explain_now(config: Config, now: int) -> Iterator[str]:
    """The outlook in words."""
    partition = load_policy(config, notary.load(config)).partition
    with reading(connect(config.database_url)) as connection:
        seen = outlook(connection, config.cluster, now, partition)
    yield f"{seen.period or 'No open period'}: {seen.sent} of {seen.units} members have sent results"
    yield f"{seen.published} releases within two years count for the gate"
    yield f"{seen.decision.answer}: {seen.decision.reason}"
    yield MEANING[seen.decision.answer]


def _oldest_open(connection: Connection, cluster: str) -> str:
    opened = (p.name for p in periods.every(connection, cluster) if p.state is PeriodState.OPEN)
    return next(opened, "")


def _senders(connection: Connection, cluster: str, period: str) -> frozenset[str]:
    """Who reported, not what."""
    query = select(host_period.c.firm).where(host_period.c.cluster == cluster, host_period.c.period == period)
    return frozenset(row.firm for row in connection.execute(query.distinct()))
