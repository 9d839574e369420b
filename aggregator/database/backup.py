"""Copies of the database while it is in use. Rows in them are ciphertext, and period keys are never among them."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from aggregator.config import Config, sync_folder
from aggregator.database import portable
from aggregator.database.engine import connect
from shieldwall.errors import ConfigError

KEPT: Final = 14
"""A fortnight of nights; agents keep what they sent for 35 days."""
PREFIX: Final = "ledger-"


def backup(config: Config, folder: Path, now: int, *, kept: int = KEPT) -> Path:
    """A checked copy in `folder`, 0600; older ones beyond `kept` are removed. The same form for both databases.

    Raises ConfigError when the copy cannot be made or is damaged.
    """
    target = folder / f"{PREFIX}{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}.sqlite"
    if target.exists():
        raise ConfigError(f"{target} exists already; wait a second and try again.")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in folder.glob(f"{PREFIX}*.part*"):
            left.unlink()
        part = target.with_suffix(".part")
        part.touch(mode=0o600)
        _copy(config, part)
        check(part)
        _sync(part)
        part.rename(target)
        sync_folder(folder)
        for old in sorted(folder.glob(f"{PREFIX}*.sqlite"))[:-kept]:
            old.unlink()
    except (OSError, sqlite3.Error, SQLAlchemyError) as error:
        raise ConfigError(f"no backup in {folder}: {error}. Make room, or name another folder.") from error
    return target


def restore(config: Config, copy: Path) -> str:
    """Put a backup in the database's place; answers where what it replaced was set aside.

    Only while no server runs. Raises ConfigError as `backup`.
    """
    check(copy)
    source = _file(config)
    if source is not None:
        return str(_put_back(source, copy))
    engine = connect(config.database_url)
    try:
        portable.load(engine, copy)
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise ConfigError(f"{copy} was not restored: {error}.") from error
    finally:
        engine.dispose()
    return f"the schema {portable.ASIDE}"


def _copy(config: Config, part: Path) -> None:
    source = _file(config)
    if source is not None:
        with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
        return
    engine = connect(config.database_url)
    try:
        portable.dump(engine, part)
    finally:
        engine.dispose()


def _put_back(source: Path, copy: Path) -> Path:
    aside = source.with_name(f"{source.name}.before-restore")
    try:
        if aside.exists() and source.exists() and aside.samefile(source):
            # A restore that was interrupted before anything was replaced.
            aside.unlink()
        if aside.exists():
            raise ConfigError(f"{aside} is left from an earlier restore; look at it, then move it away.")
        staged = source.with_suffix(".restoring")
        shutil.copyfile(copy, staged)
        staged.chmod(0o600)
        _sync(staged)
        if source.exists():
            _fold_in(source)
            # A second name first: at no moment is there no database, which the next start would take for a new one.
            os.link(source, aside)
        for leftover in ("-wal", "-shm"):
            if (beside := source.with_name(source.name + leftover)).exists():
                beside.replace(aside.with_name(aside.name + leftover))
        staged.replace(source)
        sync_folder(source.parent)
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(f"{copy} was not restored: {error}.") from error
    return aside


def _fold_in(source: Path) -> None:
    """Empty the write-ahead log, which belongs to this file alone and must not be taken for that of the next."""
    try:
        with closing(sqlite3.connect(source)) as connection:
            # Leaving this mode needs the file for oneself: an idle server is noticed as well as a busy one.
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise ConfigError(f"{source} is in use; stop the server first.") from error
        # A damaged database is what restores are for; its log goes aside with it.


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


def _file(config: Config) -> Path | None:
    """The database's file; None for a database server."""
    url = make_url(config.database_url)
    return Path(url.database).absolute() if url.get_backend_name() == "sqlite" and url.database else None


def _sync(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def made_at(folder: Path) -> list[int]:
    """When the copies in `folder` were made, from their names: a file that was copied on has another time."""
    found = []
    for path in folder.glob(f"{PREFIX}*.sqlite"):
        try:
            moment = datetime.strptime(path.stem.removeprefix(PREFIX), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        except ValueError:
            continue
        found.append(int(moment.timestamp()))
    return sorted(found)
