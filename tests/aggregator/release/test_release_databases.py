"""The same answers make the same figures on either database."""

from pathlib import Path

import numpy as np
import postgresql
import pytest
from releasing import cluster, random_hosts

from aggregator.database.engine import reading
from aggregator.database.schema import host_period, statement

NAMES = [f"Firm {number:02}" for number in range(14)]


def figures(folder: Path, dialect: str) -> object:
    found = cluster(folder)
    assert found.engine.dialect.name == dialect
    for name in NAMES:
        found.join(name)
    release = found.release(random_hosts(np.random.default_rng(1), NAMES, len(found.pack.order))).release
    with reading(found.engine) as connection:
        assert [connection.execute(table.select()).all() for table in (host_period, statement)] == [[], []]
    found.engine.dispose()
    assert release.cohort.n == len(NAMES)
    return release.checks, release.themes, release.scores


def test_both_databases_give_the_same_figures(
    tmp_path: Path, postgresql_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(postgresql.NAME, raising=False)
    here = figures(tmp_path / "sqlite", "sqlite")
    monkeypatch.setenv(postgresql.NAME, postgresql_server)
    assert figures(tmp_path / "postgresql", "postgresql") == here
