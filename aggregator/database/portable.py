"""One form of backup for both databases: a SQLite file with every table as of one moment.

What was backed up on one engine can be put back on the other; so a cluster moves from SQLite to PostgreSQL by a backup
and a restore.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData, inspect, text

from aggregator.database import bulk, versions
from aggregator.database.engine import connect, reading, untouched, writing
from shieldwall.errors import ConfigError

AT_ONCE: Final = 2_000
"""Rows in memory; a sealed statement is the largest with 2 KB."""
ASIDE: Final = "before_restore"
"""The PostgreSQL schema that keeps what a restore replaced."""
VERSION_TABLE: Final = "alembic_version"


def dump(engine: Engine, file: Path) -> None:
    """Copy every table of a PostgreSQL database into a new SQLite file. Blocks no writer."""
    target = connect(f"sqlite:///{file}")
    try:
        with reading(engine) as source, writing(target) as out:
            _pour(source.execution_options(stream_results=True), out)
    finally:
        target.dispose()


def load(engine: Engine, file: Path) -> None:
    """Put a backup in the place of a PostgreSQL database's tables, all or nothing.

    What was there before is kept in the schema ASIDE. Raises ConfigError when that is taken, when a server is
    connected, or when the file is of no version this program knows.
    """
    backup = untouched(file)
    try:
        with writing(engine) as connection, backup.connect() as source:
            _make_room(connection)
            _pour(source, connection)
    finally:
        backup.dispose()


def _pour(source: Connection, target: Connection) -> None:
    """Make the source's tables in an empty target and copy their rows, those first that others refer to."""
    version = MigrationContext.configure(source).get_current_revision()
    if version is None:
        raise ConfigError("the database holds no tables of an aggregator.")
    versions.upgrade_within(target, version)
    made = MetaData()
    made.reflect(target)
    for table in made.sorted_tables:
        if table.name == VERSION_TABLE:
            continue
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        found = source.exec_driver_sql(f'SELECT {names} FROM "{table.name}"')  # noqa: S608  names of our migrations
        for rows in _batches(found):
            bulk.insert(target, table, rows)


def _make_room(connection: Connection) -> None:
    busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    if connection.execute(text(busy)).scalar():
        raise ConfigError("the database is in use; stop every server first.")
    if ASIDE in inspect(connection).get_schema_names():
        raise ConfigError(
            f"the schema {ASIDE} is left from an earlier restore; look at it, then `DROP SCHEMA {ASIDE} CASCADE`."
        )
    connection.execute(text(f"ALTER SCHEMA public RENAME TO {ASIDE}"))
    connection.execute(text("CREATE SCHEMA public"))


def _batches(found: Iterable[Any]) -> Iterator[list[bulk.Row]]:
    rows = iter(found)
    while batch := [tuple(row) for row in islice(rows, AT_ONCE)]:
        yield batch
