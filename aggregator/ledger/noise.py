"""The ledger of noisy values: what was drawn, once, and what it cost. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from aggregator.database.schema import noisy_value as table


@dataclass(frozen=True, slots=True)
class Spent:
    period: str
    output: str
    value: str
    epsilon: int
    """Millionths."""
    drawn_at: int


def spend(connection: Connection, cluster: str, values: Sequence[Spent]) -> None:
    """Raises sqlalchemy.exc.IntegrityError for an output that was drawn before: none is drawn twice."""
    for place, value in enumerate(values):
        connection.execute(
            insert(table).values(
                cluster=cluster, period=value.period, output=value.output, place=place, value=value.value,
                epsilon=value.epsilon, drawn_at=value.drawn_at,
            )
        )  # fmt: skip


def spent(connection: Connection, cluster: str) -> tuple[Spent, ...]:
    """Everything ever drawn, by period and in the order of drawing."""
    query = select(table).where(table.c.cluster == cluster).order_by(table.c.period, table.c.place)
    return tuple(
        Spent(row.period, row.output, row.value, row.epsilon, row.drawn_at) for row in connection.execute(query)
    )
