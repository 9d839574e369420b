"""Every released schema moves forward with all that is in it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from aggregating import empty_database, running
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from revived import RELEASED, revived

from aggregator.config import Config
from aggregator.database import found, notary, versions
from aggregator.database.backup import backup, restore
from aggregator.database.engine import connect, reading
from aggregator.database.schema import metadata
from aggregator.ledger.seal import KeyRing
from aggregator.ledger.verifying import Verified, verify
from aggregator.peers import store as peers
from aggregator.people import audit, persons
from shieldwall.errors import ConfigError

NOW = 1_790_000_100
"""In the quarter the dumps were made in."""


def verified(config: Config) -> Verified:
    engine = connect(config.database_url)
    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    try:
        return verify(engine, config, notary.load(config), KeyRing(config.period_keys))
    finally:
        engine.dispose()


def manager_and_peers(config: Config) -> tuple[bool, bool]:
    """Whether the people, with a whole audit log, and the offers of a dump came along."""
    engine = connect(config.database_url)
    with reading(engine) as connection:
        found = persons.by_name(connection, config.cluster, "anna")
        audit.verify(connection, config.cluster)
        entries = peers.everything(connection, config.cluster)
        known = bool(found and audit.count(connection, config.cluster) >= 2)
    engine.dispose()
    return known, [entry.topic for entry in entries] == ["T-BKP"]


def test_every_version_has_its_dump() -> None:
    """A new migration brings a dump of the version before it, made by the program of its time."""
    assert RELEASED[-1] == versions.newest() or int(versions.newest()) == int(RELEASED[-1]) + 1
    assert [int(version) for version in RELEASED] == list(range(1, len(RELEASED) + 1))


@pytest.mark.parametrize("version", RELEASED)
def test_an_update_brings_everything_along(version: str, either_database: str, tmp_path: Path) -> None:
    config = revived(version, either_database, tmp_path / "data")
    if version != versions.newest():
        with pytest.raises(ConfigError, match="init --upgrade"), running(config):
            raise AssertionError("a server ran on tables of another version")
    assert found.upgrade(config, NOW) == (version, versions.newest())
    whole = verified(config)
    assert (whole.leaves, whole.statements, whole.unreadable) == (6, 4, ())
    assert found.upgrade(config, NOW) == (versions.newest(), versions.newest())
    with running(config, clock=lambda: float(NOW)) as live:
        agent = live.agent()
        assert agent.send(agent.prepare()).status == 201
    assert verified(config).statements == 5
    assert manager_and_peers(config) == (version >= "0002", version >= "0004")
    if version == versions.newest():
        return
    (copy,) = (config.folder / "backups").iterdir()
    restore(config, copy)
    engine = connect(config.database_url)
    assert versions.current(engine) == version, "the update can be taken back"
    engine.dispose()


@pytest.mark.parametrize("version", RELEASED)
def test_an_old_backup_can_be_brought_back_by_a_newer_program(
    version: str, either_database: str, tmp_path: Path
) -> None:
    config = revived(version, either_database, tmp_path / "data")
    copy = backup(config, tmp_path / "copies", NOW)
    other = replace(config, folder=tmp_path / "other", database=empty_database())
    shutil.copytree(config.folder / "keys", other.folder / "keys")
    restore(other, copy)
    assert found.upgrade(other, NOW) == (version, versions.newest())
    assert verified(other).statements == 4
