"""A backup is whole, holds no key, and can be put back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import postgresql
import pytest
from aggregating import empty_database, fresh, running
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from aggregator.config import Config
from aggregator.database.backup import backup, restore
from aggregator.database.engine import connect, reading
from aggregator.database.schema import metadata
from shieldwall.errors import ConfigError

NOW = 1_790_000_000


@pytest.mark.usefixtures("either_database")
def test_a_backup_under_a_running_server_comes_back_whole(tmp_path: Path) -> None:
    config = fresh(tmp_path / "data")
    with running(config) as live:
        agent = live.agent()
        kept = agent.prepare()
        assert agent.send(kept).status == 201
        copy = backup(config, tmp_path / "backups", NOW)
        later = agent.prepare()
        assert agent.send(later).status == 201
    assert copy.stat().st_mode & 0o777 == 0o600
    for key in config.folder.rglob("*.key"):
        assert key.read_bytes() not in copy.read_bytes()
    with reading(live.service.engine) as connection, pytest.raises(ConfigError, match="in use"):
        # As a server that still runs.
        connection.exec_driver_sql("SELECT 1 FROM log")
        restore(config, copy)
    live.service.engine.dispose()
    assert "before" in restore(config, copy)
    with running(config) as live:
        agent.port = live.port
        assert agent.send(kept).status == 200
        assert agent.send(later).status == 201, "what the backup did not hold can be sent again"
    with pytest.raises(ConfigError, match="earlier restore"):
        restore(config, copy)


def test_old_backups_make_room_for_new_ones(tmp_path: Path) -> None:
    config = fresh(tmp_path / "data", database="")
    made = [backup(config, tmp_path / "b", NOW + day * 86_400, kept=3) for day in range(5)]
    assert sorted((tmp_path / "b").iterdir()) == made[2:]
    with pytest.raises(ConfigError, match="exists already"):
        backup(config, tmp_path / "b", NOW + 4 * 86_400)


@pytest.mark.parametrize("damage", ["empty", "cut", "foreign"])
def test_a_damaged_backup_changes_nothing(tmp_path: Path, damage: str) -> None:
    config = fresh(tmp_path / "data", database="")
    copy = backup(config, tmp_path, NOW)
    whole = copy.read_bytes()
    copy.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "foreign": b"nonsense" * 1000}[damage])
    before = (config.folder / "ledger.sqlite").read_bytes()
    with pytest.raises(ConfigError):
        restore(config, copy)
    assert (config.folder / "ledger.sqlite").read_bytes() == before


def content(config: Config) -> dict[str, list[tuple[object, ...]]]:
    engine = connect(config.database_url)
    with reading(engine) as connection:
        found = {
            table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for table in metadata.sorted_tables
        }
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()
    return found


@pytest.mark.parametrize("way", ["sqlite to postgresql", "postgresql to sqlite"])
def test_a_cluster_moves_to_the_other_database(
    tmp_path: Path, postgresql_server: str, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv(postgresql.NAME, postgresql_server)
    urls = {"sqlite": "", "postgresql": empty_database()}
    first, second = (urls[name] for name in way.split(" to "))
    config = fresh(tmp_path / "data", database=first)
    with running(config) as live:
        agent = live.agent()
        sent = [agent.prepare() for _ in range(3)]
        assert [agent.send(one).status for one in sent] == [201] * 3
    before = content(config)
    copy = backup(config, tmp_path / "copies", NOW)
    moved = replace(config, database=second)
    restore(moved, copy)
    assert content(moved) == before
    with running(moved) as live:
        agent.port = live.port
        assert [agent.send(one).status for one in sent] == [200] * 3
        assert agent.send(agent.prepare()).status == 201


def test_a_restore_into_postgresql_is_whole_or_not_at_all(
    tmp_path: Path, postgresql_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(postgresql.NAME, postgresql_server)
    config = fresh(tmp_path / "data")
    before = content(config)
    copy = backup(config, tmp_path / "copies", NOW)
    with closing(sqlite3.connect(copy)) as broken:
        broken.execute("PRAGMA foreign_keys=OFF")
        broken.execute("DROP TABLE log_node")
        broken.commit()
    with pytest.raises(ConfigError, match="not restored"):
        restore(config, copy)
    assert content(config) == before
