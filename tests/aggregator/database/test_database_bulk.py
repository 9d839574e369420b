"""Rows written together are those written one by one, however many."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from aggregating import fresh
from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import DBAPIError

from aggregator.database import bulk, straight
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


def test_written_together_they_are_there_and_after_a_mistake_none_of_them_is(tmp_path: Path) -> None:
    config = fresh(tmp_path / "data")
    engine = connect(config.database_url)
    first = [(config.cluster, 41, place, bytes(32)) for place in range(20)]
    with writing(engine) as connection, straight.together(connection, last=True):
        bulk.insert(connection, log_node, first)
        bulk.replace(connection, log_node, first[:3])
    others = [(config.cluster, 42, place, bytes(32)) for place in range(20)]
    with (
        pytest.raises((DBAPIError, psycopg.Error)),
        writing(engine) as connection,
        straight.together(connection, last=True),
    ):
        bulk.insert(connection, log_node, others)
        bulk.insert(connection, log_node, first[:1])
        bulk.replace(connection, log_node, first)
    with reading(engine) as connection:
        counted = select(log_node.c.level, func.count()).where(log_node.c.level > 40).group_by(log_node.c.level)
        assert [tuple(row) for row in connection.execute(counted)] == [(41, 20)]
    some = select(log_node.c.position).where(
        straight.OneOf(log_node.c.position, "p"), log_node.c.level == bindparam("l")
    )
    with writing(engine) as connection:
        asked = straight.ask(connection, (some, {"p": [3, 4, 99], "l": 41}), (some, {"p": [], "l": 41}))
        assert [sorted(rows) for rows in asked] == [[(3,), (4,)], []]
    engine.dispose()
