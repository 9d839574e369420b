"""The lines docs/scale.md gives for partitions do what it says, and everything goes on upon them."""

from __future__ import annotations

import re
from pathlib import Path

import postgresql
import psycopg
import pytest
from aggregating import fresh, running

from aggregator.database import notary
from aggregator.database.backup import backup, restore
from aggregator.database.engine import connect
from aggregator.ledger import freeze
from aggregator.ledger.seal import KeyRing
from aggregator.ledger.verifying import verify

PAGE = Path(__file__).parents[3] / "docs" / "scale.md"
IN_QUARTER = 1_794_000_000
"""In 2026-Q4."""


def test_statements_partitioned_by_period(
    tmp_path: Path, postgresql_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(postgresql.NAME, postgresql_server)
    config = fresh(tmp_path / "data")

    def live_at(moment: int):  # type: ignore[no-untyped-def]
        return running(config, clock=lambda: float(moment))

    with live_at(IN_QUARTER - 90 * 86_400) as live:
        agent = live.agent()
        assert agent.send(agent.prepare()).status == 201
    with psycopg.connect(config.database) as connection:
        for block in re.findall(r"^```sql\n(.*?)^```$", PAGE.read_text(), re.M | re.S):
            connection.execute(block)
    with live_at(IN_QUARTER) as live:
        agent.port = live.port
        for _ in range(3):
            assert agent.send(agent.prepare()).status == 201
    with psycopg.connect(config.database) as connection:
        where = "SELECT tableoid::regclass::text, count(*) FROM statement GROUP BY 1 ORDER BY 1"
        assert connection.execute(where).fetchall() == [("statement_2026_q4", 3), ("statement_rest", 1)]
    engine = connect(config.database_url)
    ring = KeyRing(config.period_keys)
    assert verify(engine, config, notary.load(config), ring).statements == 4
    copy = backup(config, tmp_path / "copies", IN_QUARTER)
    for name in ("2026-Q3", "2026-Q4"):
        freeze.freeze(engine, ring, config.cluster, name, IN_QUARTER, lambda connection, rows: b"sums")
    assert verify(engine, config, notary.load(config), ring).statements == 0
    engine.dispose()
    restore(config, copy)
    engine = connect(config.database_url)
    assert verify(engine, config, notary.load(config), KeyRing(tmp_path)).leaves == 5
    engine.dispose()
