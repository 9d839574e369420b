"""A backup is whole, holds no key, and can be put back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from aggregating import fresh, running

from aggregator.database.backup import backup, restore
from shieldwall.errors import ConfigError, UsageError

NOW = 1_790_000_000


def test_a_backup_under_a_running_server_comes_back_whole(tmp_path: Path) -> None:
    config = fresh(tmp_path / "data", database="")
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
    aside = restore(config, copy)
    assert aside.exists()
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


def test_another_database_has_its_own_tools(tmp_path: Path) -> None:
    config = replace(fresh(tmp_path / "data"), database="postgresql://cluster@localhost/ledger")
    with pytest.raises(UsageError, match="pg_dump"):
        backup(config, tmp_path, NOW)
