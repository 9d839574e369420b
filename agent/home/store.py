"""The agent's one database file: opened here, its schema kept up to date here.

Each module that stores something owns a `Schema` (a named list of steps, as SQL) and gives it to `opened`. What is
due is told by one query of the standard library; sqlite-utils, which applies the steps in transactions and keeps the
record of them, is imported only when something is due.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from agent.home.config import HOME_VARIABLE, Home
from agent.home.locking import locked
from shieldwall.errors import ConfigError

BUSY_SECONDS: Final = 20
"""A writer waits this long for another one; a scan holds the file for milliseconds."""
RECORD: Final = "_sqlite_migrations"
"""The table in which sqlite-utils records applied steps."""

FILE_TROUBLES: Final = tuple(
    f"SQLITE_{kind}" for kind in ("NOTADB", "CORRUPT", "FULL", "IOERR", "READONLY", "CANTOPEN", "BUSY")
)
"""The file or the disk is at fault; with every other name our own SQL is."""


@dataclass(frozen=True, slots=True)
class Schema:
    name: str
    steps: tuple[tuple[str, str], ...]
    """(step name, SQL script without its own BEGIN or COMMIT); append only, never edit one that was released."""


@contextlib.contextmanager
def opened(home: Home, *schemas: Schema) -> Iterator[sqlite3.Connection]:
    """The database with these schemas in place: WAL, synchronous=FULL, mode 0600, rows by name, autocommit.

    Write inside `with writing(connection)`. Raises ConfigError when the file cannot be opened or is not a database.
    """
    home.create()
    _touch(home.database)
    connection = _connect(home.database)
    try:
        if _due(connection, schemas):
            with locked(home.path / "schema.lock", wait=True):
                _migrate(connection, [schema for schema in schemas if _due(connection, (schema,))])
        yield connection
    except sqlite3.DatabaseError as error:
        if not _is_file_trouble(error):
            raise
        raise ConfigError(f"{home.database}: {error}; `shieldwall doctor` says what to do about it") from error
    finally:
        connection.close()


@contextlib.contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One durable transaction: all of it or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _touch(path: Path) -> None:
    """A new file is private from its first moment. One that is there is not opened here: to close it would drop the
    locks that another connection of this process holds on it, and SQLite would take the file for nobody's.
    """
    try:
        if not path.exists():
            with contextlib.suppress(FileExistsError):
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        elif not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, "not readable and writable for this user, or on a read-only disk")
    except OSError as error:
        raise ConfigError(
            f"cannot write {path}: {error.strerror}; make it yours, or set {HOME_VARIABLE} to a folder you own"
        ) from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
    except sqlite3.DatabaseError as error:
        connection.close()
        raise ConfigError(f"{path}: {error}; `shieldwall doctor` says what to do about it") from error
    return connection


def _due(connection: sqlite3.Connection, schemas: tuple[Schema, ...]) -> bool:
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (RECORD,)).fetchone()
    if known is None:
        return bool(schemas)
    applied = {
        (row["migration_set"], row["name"])
        for row in connection.execute(f"SELECT migration_set, name FROM {RECORD}")  # noqa: S608
    }
    return any((schema.name, name) not in applied for schema in schemas for name, _ in schema.steps)


def _migrate(connection: sqlite3.Connection, schemas: list[Schema]) -> None:
    from sqlite_utils import Database, Migrations

    database = Database(connection)
    for schema in schemas:
        steps = Migrations(schema.name)
        for name, script in schema.steps:
            steps(name=name)(_step(script))
        steps.apply(database)


def _step(script: str) -> Any:
    def run(database: Any) -> None:
        # executescript would commit the surrounding transaction first, and a half-applied step must roll back
        for statement in _statements(script):
            database.execute(statement)

    return run


def _statements(script: str) -> Iterator[str]:
    part = ""
    for line in script.splitlines():
        part += line + "\n"
        if sqlite3.complete_statement(part):
            yield part
            part = ""
    if part.strip():
        yield part


def disk_at_fault(error: BaseException, path: Path) -> bool:
    """Whether this file could not be used for want of room, rights or a turn, and is not damaged itself."""
    cause = error.__cause__ or error
    if isinstance(cause, sqlite3.DatabaseError):
        return not getattr(cause, "sqlite_errorname", "").startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT"))
    return isinstance(cause, OSError) and str(path) in str(error)


def _is_file_trouble(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorname", "").startswith(FILE_TROUBLES)
