"""Rows written together are those written one by one, however many."""

from __future__ import annotations

from pathlib import Path

import pytest
from aggregating import fresh
from sqlalchemy import func, select

from aggregator.database import bulk
from aggregator.database.engine import connect, reading, writing
from aggregator.database.schema import log_node

pytestmark = pytest.mark.usefixtures("either_database")


@pytest.mark.parametrize("count", [0, 1, 3, 4, 7, 63, 64, 65, 150, 300])
def test_any_number_of_rows(tmp_path: Path, count: int) -> None:
    config = fresh(tmp_path / "data")
    engine = connect(config.database_url)
    rows = [(config.cluster, 40, place, bytes([place % 256]) * 32) for place in range(count)]
    with writing(engine) as connection:
        bulk.insert(connection, log_node, rows)
        bulk.replace(connection, log_node, [(*row[:3], b"\1" * 32) for row in rows[::2]])
    mine = select(log_node).where(log_node.c.level == 40).order_by(log_node.c.position)
    with reading(engine) as connection:
        found = [tuple(row) for row in connection.execute(mine)]
        assert connection.execute(select(func.count()).where(log_node.c.level == 40)).scalar_one() == count
    assert found == [(*row[:3], b"\1" * 32) if row[2] % 2 == 0 else row for row in rows]
    engine.dispose()
