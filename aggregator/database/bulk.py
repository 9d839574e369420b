"""Many rows by one prepared statement, or one COPY: what a batch of messages costs is then the rows, not the calls."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import cache
from itertools import chain
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Table

Row: TypeAlias = tuple[Any, ...]
"""A value for every column, in the order the table has them."""
TOGETHER: Final = {"sqlite": (64, 16), "postgresql": (64, 16, 4)}
"""Rows a statement takes, the most first. For fewer, the calls around more statements cost more than they save."""
COPY_FROM: Final = 8
"""Below, two round trips more cost what a COPY saves."""


def insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """New rows; one that is there already raises the driver's own error."""
    if len(rows) >= COPY_FROM and _copies(connection):
        cursor: Any = connection.connection.cursor()
        with closing(cursor), cursor.copy(_copy(table)) as copy:
            for row in rows:
                copy.write_row(row)
    else:
        _each(connection, table, rows, "")


def replace(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """As insert, and a row takes the place of one with the same primary key. No key twice in `rows`."""
    _each(connection, table, rows, _on_conflict(table))


def _each(connection: Connection, table: Table, rows: Sequence[Row], ending: str) -> None:
    dialect, start = connection.dialect.name, 0
    mark = "?" if dialect == "sqlite" else "%s"
    for count in TOGETHER[dialect]:
        while start + count <= len(rows):
            values = tuple(chain.from_iterable(rows[start : start + count]))
            connection.exec_driver_sql(_insert(table, mark, count) + ending, values)
            start += count
    if start < len(rows):
        connection.exec_driver_sql(_insert(table, mark, 1) + ending, list(rows[start:]))


def _copies(connection: Connection) -> bool:
    """PostgreSQL does, but not amid other statements that it has yet to answer."""
    driver: Any = connection.connection.driver_connection
    return connection.dialect.name == "postgresql" and not driver.info.pipeline_status


# The words below are those of aggregator.database.schema and nobody else's.
@cache
def _insert(table: Table, mark: str, count: int) -> str:
    values = ", ".join([f"({', '.join([mark] * len(table.columns))})"] * count)
    return f"INSERT INTO {table.name} ({_names(table.columns.keys())}) VALUES {values}"  # noqa: S608


@cache
def _copy(table: Table) -> str:
    return f"COPY {table.name} ({_names(table.columns.keys())}) FROM STDIN"


@cache
def _on_conflict(table: Table) -> str:
    key = [column.name for column in table.primary_key]
    rest = [column.name for column in table.columns if column.name not in key]
    new = ", ".join(f'"{name}" = excluded."{name}"' for name in rest)
    return f" ON CONFLICT ({_names(key)}) DO UPDATE SET {new}"


def _names(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
