"""Periods: calendar quarters, each open until it is frozen, never open again.

A message counts in the first period, from the quarter it was received in, that is not frozen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from aggregator.database.schema import period as table
from aggregator.ledger.seal import KeyRing
from shieldwall.errors import UsageError

NAME: Final = re.compile(r"(20\d\d)-Q([1-4])")

STATES: Final = select(table.c.period, table.c.state).where(table.c.cluster == bindparam("c"))
"""Not `every`: this is asked with each batch, and the documents of frozen periods are large."""


class PeriodState(StrEnum):
    OPEN = "open"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Period:
    name: str
    """Such as 2026-Q4; names sort in time."""
    state: PeriodState
    opened_at: int
    frozen_at: int | None
    document: bytes
    """What the freeze kept: group sums and manifest as the caller wrote them; empty while open."""


def quarter(moment: int) -> str:
    """The quarter a time in seconds since 1970 falls in."""
    at = datetime.fromtimestamp(moment, UTC)
    return f"{at.year}-Q{(at.month + 2) // 3}"


def following(name: str) -> str:
    match = NAME.fullmatch(name)
    if match is None:
        raise UsageError(f"`{name}` is not a period. Periods look like 2026-Q4.")
    year, number = int(match[1]), int(match[2])
    return f"{year}-Q{number + 1}" if number < 4 else f"{year + 1}-Q1"


def every(connection: Connection, cluster: str) -> tuple[Period, ...]:
    rows = connection.execute(select(table).where(table.c.cluster == cluster).order_by(table.c.period))
    return tuple(_period(row) for row in rows)


def find(connection: Connection, cluster: str, name: str) -> Period:
    """Raises UsageError when nothing was ever received in it."""
    row = connection.execute(select(table).where(table.c.cluster == cluster, table.c.period == name)).one_or_none()
    if row is None:
        raise UsageError(f"there is no period `{name}`. Type `shieldwall-aggregator period show` to see them.")
    return _period(row)


def oldest_open(connection: Connection, cluster: str) -> str:
    """The period a freeze takes next. Raises UsageError when none is open."""
    for period in every(connection, cluster):
        if period.state is PeriodState.OPEN:
            return period.name
    raise UsageError("no period is open: nothing was received since the last freeze.")


def receiving(
    connection: Connection, ring: KeyRing, cluster: str, received: int, known: Sequence[Sequence[Any]] | None = None
) -> str:
    """The name of the period a message received now counts in; opens it, with a fresh data key, when it is new.

    known   what was answered to STATES in this transaction
    """
    name = quarter(received)
    rows = connection.execute(STATES, {"c": cluster}).all() if known is None else known
    states = {period: PeriodState(state) for period, state in rows}
    while states.get(name) is PeriodState.FROZEN:
        name = following(name)
    if name not in states:
        # The key is durable before the row: a row without a key could not be read.
        ring.create(name)
        connection.execute(
            insert(table).values(cluster=cluster, period=name, state=PeriodState.OPEN.value, opened_at=received)
        )
    return name


def mark_frozen(connection: Connection, cluster: str, name: str, now: int, document: bytes) -> None:
    connection.execute(
        update(table)
        .where(table.c.cluster == cluster, table.c.period == name)
        .values(state=PeriodState.FROZEN.value, frozen_at=now, document=document)
    )


def _period(row: Row[tuple[object, ...]]) -> Period:
    return Period(row.period, PeriodState(row.state), row.opened_at, row.frozen_at, row.document or b"")
