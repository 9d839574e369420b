"""A PostgreSQL that was restarted between two transactions is noticed by nobody."""

from __future__ import annotations

from pathlib import Path

import aggregating
import postgresql
import psycopg
import pytest
from aggregating import fresh, running

from aggregator.database import engine as engines
from aggregator.database.engine import connect, writing


@pytest.fixture
def database(postgresql_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(postgresql.NAME, postgresql_server)
    return aggregating.empty_database()


def cut_all(url: str) -> int:
    """Ends every other connection to this database, as a restart does; answers how many."""
    with psycopg.connect(url, autocommit=True) as connection:
        return len(
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            ).fetchall()
        )


def test_a_connection_that_rested_is_tried_before_it_is_used(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "REST_SECONDS", -1.0)
    engine = connect(database)
    for _ in range(3):
        with writing(engine) as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
        assert cut_all(database) == 1
    engine.dispose()


def test_one_cut_while_in_use_costs_one_answer_and_the_next_is_taken(
    tmp_path: Path, postgresql_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(postgresql.NAME, postgresql_server)
    config = fresh(tmp_path / "data")
    with running(config, apart=True) as live:
        agent = live.agent()
        assert agent.send(agent.prepare()).status == 201
        assert cut_all(config.database) >= 1
        signed = agent.prepare()
        statuses = [agent.send(signed).status for _ in range(4)]
        assert statuses[-1] in (200, 201), statuses
        assert set(statuses) <= {200, 201, 503}
