"""Copies of the database while it is in use. Rows in them are ciphertext, and period keys are never among them."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from aggregator.config import Config, sync_folder
from shieldwall.errors import ConfigError, UsageError

KEPT: Final = 14
"""A fortnight of nights; agents keep what they sent for 35 days."""
PREFIX: Final = "ledger-"


def backup(config: Config, folder: Path, now: int, *, kept: int = KEPT) -> Path:
    """A checked copy in `folder`, 0600; older ones beyond `kept` are removed.

    Raises UsageError for a PostgreSQL database and ConfigError when the copy cannot be made or is damaged.
    """
    source = _file(config)
    target = folder / f"{PREFIX}{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}.sqlite"
    if target.exists():
        raise ConfigError(f"{target} exists already; wait a second and try again.")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = target.with_suffix(".part")
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
        part.chmod(0o600)
        check(part)
        _sync(part)
        part.rename(target)
        sync_folder(folder)
        for old in sorted(folder.glob(f"{PREFIX}*.sqlite"))[:-kept]:
            old.unlink()
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(f"no backup in {folder}: {error}. Make room, or name another folder.") from error
    return target


def restore(config: Config, copy: Path) -> Path:
    """Put a backup in the database's place; answers where the database it replaced was set aside.

    Only while no server runs. Raises UsageError and ConfigError as `backup`.
    """
    source = _file(config)
    check(copy)
    aside = source.with_name(f"{source.name}.before-restore")
    if aside.exists():
        raise ConfigError(f"{aside} is left from an earlier restore; look at it, then move it away.")
    try:
        staged = source.with_suffix(".restoring")
        staged.write_bytes(copy.read_bytes())
        staged.chmod(0o600)
        _sync(staged)
        if source.exists():
            # Its write-ahead log belongs to the old file; folded in, it cannot be taken for the new one's.
            with closing(sqlite3.connect(source)) as connection:
                busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            if busy:
                raise ConfigError(f"{source} is in use; stop the server first.")
            source.rename(aside)
        for leftover in ("-wal", "-shm"):
            source.with_name(source.name + leftover).unlink(missing_ok=True)
        staged.rename(source)
        sync_folder(source.parent)
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(f"{copy} was not restored: {error}.") from error
    return aside


def check(copy: Path) -> None:
    """Raises ConfigError unless the file is a whole SQLite database."""
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise ConfigError(f"{copy} is no backup of an aggregator: {error}.") from error
    if verdict != "ok":
        raise ConfigError(f"{copy} is damaged: {verdict}. Take an older one.")


def _file(config: Config) -> Path:
    url = make_url(config.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise UsageError(
            "this cluster's database is PostgreSQL: back it up with pg_dump, bring it back with pg_restore."
        )
    return Path(url.database).absolute()


def _sync(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
