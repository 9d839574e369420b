"""Founding a cluster: key, tables, an empty log. Interrupted, it may be run again; the configuration comes last."""

from __future__ import annotations

from sqlalchemy import Engine, select

from aggregator.config import FILE_NAME, Config, prepare_folders, save
from aggregator.database import log, notary, versions
from aggregator.database.backup import backup
from aggregator.database.engine import connect, writing
from aggregator.database.notary import Notary
from aggregator.database.schema import log as log_table
from shieldwall.errors import ConfigError


def found(config: Config) -> Notary:
    """Raises ConfigError when the folder holds an aggregator already."""
    if (config.folder / FILE_NAME).exists():
        raise ConfigError(
            f"{config.folder} holds an aggregator already. To bring its database to this version type "
            f"`shieldwall-aggregator --data {config.folder} init --upgrade`."
        )
    prepare_folders(config)
    if not config.log_key.exists():
        notary.create_key(config)
    signer = notary.load(config)
    engine = connect(config.database_url)
    try:
        versions.upgrade(engine)
        _ensure_log(engine, config.cluster)
    finally:
        engine.dispose()
    save(config)
    return signer


def upgrade(config: Config, now: int) -> tuple[str, str]:
    """Bring the database to this program's version; answers the versions before and after. It is backed up first."""
    engine = connect(config.database_url)
    try:
        before = versions.current(engine)
        if before not in ("", versions.newest()):
            backup(config, config.folder / "backups", now)
        return before, versions.upgrade(engine)
    finally:
        engine.dispose()


def _ensure_log(engine: Engine, cluster: str) -> None:
    with writing(engine) as connection:
        if connection.execute(select(log_table.c.size).where(log_table.c.cluster == cluster)).first() is None:
            log.create(connection, cluster)
