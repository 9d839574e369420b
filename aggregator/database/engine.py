"""Connecting: SQLite with every write durable and every transaction explicit, or PostgreSQL by URL."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from shieldwall.errors import ConfigError

REST_SECONDS = 1.0
BUSY_MILLISECONDS = 15_000
"""A writer waits this long for another process, such as a freeze, before it gives up."""


def connect(url: str) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql+psycopg://...`. Raises ConfigError for any other URL."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise ConfigError(f"database `{parsed.get_backend_name()}` is not supported; use sqlite or postgresql.")
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        # Without parameters: an error's text goes to the journal, and they are members' data.
        engine = create_engine(parsed, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigError(f"database URL not understood ({error}); write sqlite:////path/ledger.sqlite") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        # SQLite's own waiting polls with sleeps of up to 100 ms; threads of one process need not.
        engine.update_execution_options(shieldwall_writers=threading.Lock())
    else:
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", partial(_ask_after_rest, engine))
    return engine


def untouched(file: Path) -> Engine:
    """An engine for a copy that is looked at and stays as it is, byte for byte."""
    return create_engine(f"sqlite:///file:{file.absolute()}?mode=ro&immutable=1&uri=true", hide_parameters=True)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One durable transaction that holds the write lock from its first statement."""
    turn = engine.get_execution_options().get("shieldwall_writers", nullcontext())
    with turn, engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent snapshot that blocks no writer."""
    options: dict[str, Any] = {"shieldwall_read": True}
    if engine.dialect.name == "postgresql":
        # Its default shows every statement of a transaction another moment.
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def outside(engine: Engine) -> Iterator[Connection]:
    """No transaction: for VACUUM and checkpoints."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


def _note_use(_dbapi: object, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _ask_after_rest(engine: Engine, dbapi: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A restarted server is noticed before work is given to it. With every batch, that would cost a twentieth."""
    if time.monotonic() - record.info.get("used", time.monotonic()) > REST_SECONDS:
        try:
            engine.dialect.do_ping(dbapi)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error


def _prepare_sqlite(dbapi: Any, _record: object) -> None:
    # The driver's own transaction handling leaves DDL outside a transaction: a failed migration would half apply.
    dbapi.isolation_level = None
    cursor = dbapi.cursor()
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "trusted_schema=OFF",
        # Without it INSERT OR REPLACE takes a row of the audit log away and no trigger hears of it.
        "recursive_triggers=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") == "AUTOCOMMIT":
        return
    connection.exec_driver_sql("BEGIN" if options.get("shieldwall_read") else "BEGIN IMMEDIATE")
