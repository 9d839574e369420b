"""Databases of released schemas: dumps of real ones, made by the program of their time.

`aggregator/database/released/VERSION/ENGINE/` holds `ledger.sql` (sqlite3's iterdump, pg_dump --inserts), the log's key
and the key of the open period: a firm, two agents, four statements; from 0002 on a manager with an audit log, in 0003 a
noisy figure, in 0004 an offer to peers.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from aggregating import empty_database

from aggregator.config import Config, new, prepare_folders, save

FOLDER = Path(__file__).parent / "aggregator" / "database" / "released"
RELEASED = sorted(folder.name for folder in FOLDER.iterdir())


def revived(version: str, kind: str, folder: Path) -> Config:
    """The aggregator of a dump, as its operator has it before the update."""
    source = FOLDER / version / kind
    config = new(folder, name="Valley Metal", url="http://127.0.0.1:8440", database=empty_database())
    prepare_folders(config)
    save(config)
    shutil.copyfile(source / "log.key", config.log_key)
    config.log_key.chmod(0o600)
    shutil.copyfile(source / "2026-Q3.key", config.period_keys / "2026-Q3.key")
    script = (source / "ledger.sql").read_text()
    if kind == "sqlite":
        with closing(sqlite3.connect(config.folder / "ledger.sqlite")) as connection:
            connection.executescript(script)
    else:
        import psycopg

        with psycopg.connect(config.database) as connection:
            connection.execute(script)
    return config
