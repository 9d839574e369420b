"""Freezing a period: its sums are written, its rows deleted and its key destroyed, and nobody can bring them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from aggregator.database import log
from aggregator.database.engine import outside, writing
from aggregator.database.schema import host_period, statement
from aggregator.ledger import packs, periods, rows
from aggregator.ledger.packs import KnownPack
from aggregator.ledger.periods import Period, PeriodState
from aggregator.ledger.rows import FirmRows
from aggregator.ledger.seal import KeyRing
from shieldwall.errors import UsageError
from shieldwall.log import merkle


@dataclass(frozen=True, slots=True)
class OpenRows:
    """All there is to know of a period, at the moment of its freeze."""

    cluster: str
    period: str
    firms: tuple[FirmRows, ...]
    """By firm id; firms without a statement are absent."""
    packs: dict[str, KnownPack]
    """By digest; every pack a row names is here."""
    log_size: int
    log_root: bytes
    now: int


SumUp = Callable[[Connection, OpenRows], bytes]
"""The document to keep: group sums and manifest, in the caller's own form. Runs inside the freezing transaction."""


def freeze(engine: Engine, ring: KeyRing, cluster: str, name: str, now: int, sum_up: SumUp) -> Period:
    """Raises UsageError when the period does not exist, is frozen already, or has earlier ones still open."""
    with writing(engine) as connection:
        # The log's row is the lock of every writer: no statement slips in between the sums and the deletion.
        size = log.size(connection, cluster, lock=True)
        _may_freeze(connection, cluster, name)
        # Rows whose key was lost count for nobody; without this the period could never be closed.
        readable = ring.exists(name)
        document = sum_up(
            connection,
            OpenRows(
                cluster=cluster,
                period=name,
                firms=tuple(rows.read_firms(connection, ring.seal(name), cluster, name)) if readable else (),
                packs={pack.digest: pack for pack in packs.known(connection, cluster)},
                log_size=size,
                log_root=merkle.root(size, log.Nodes(connection, cluster)),
                now=now,
            ),
        )
        periods.mark_frozen(connection, cluster, name, now, document)
        rows.drop(connection, cluster, name)
    finish(engine, ring, cluster)
    with writing(engine) as connection:
        return periods.find(connection, cluster, name)


def finish(engine: Engine, ring: KeyRing, cluster: str) -> tuple[str, ...]:
    """Destroy what a frozen period leaves behind; run at every start, as a crash may have come in between.

    Answers the periods whose key was still there.
    """
    with writing(engine) as connection:
        frozen = {period.name for period in periods.every(connection, cluster) if period.state is PeriodState.FROZEN}
    leftover = tuple(name for name in ring.periods() if name in frozen)
    for name in leftover:
        ring.destroy(name)
    if leftover:
        _scrub(engine)
    return leftover


def _scrub(engine: Engine) -> None:
    """Take the deleted ciphertext out of the database's files as well; its key is gone already."""
    with outside(engine) as connection:
        if engine.dialect.name == "sqlite":
            # secure_delete has zeroed the pages; old ones still stand in the write-ahead log until it is truncated.
            for order in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                connection.exec_driver_sql(order)
        else:
            for table in (statement, host_period):
                connection.exec_driver_sql(f"VACUUM FULL {table.name}")


def _may_freeze(connection: Connection, cluster: str, name: str) -> None:
    if periods.find(connection, cluster, name).state is PeriodState.FROZEN:
        raise UsageError(f"period {name} is frozen already; its release is built by `release build {name}`.")
    for other in periods.every(connection, cluster):
        if other.name < name and other.state is PeriodState.OPEN:
            raise UsageError(f"period {other.name} is still open; freeze it first: trends read periods in order.")
