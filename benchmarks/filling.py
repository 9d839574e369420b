"""A ledger that has been in use for long: stored at once, in the structure and sizes that real statements leave.

Leaves, nodes and rows are what ingest writes, appended by the ledger's own code. What is invented is only what nobody
can read anyway: digests and ciphertext are random bytes of the length real ones have.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table

from aggregator.config import Config
from aggregator.database import bulk, log
from aggregator.database.engine import connect, writing
from aggregator.database.log import Leaf, Nodes
from aggregator.database.schema import agent, firm, host_period, statement
from aggregator.ledger import periods
from aggregator.ledger.seal import KeyRing
from shieldwall.log.receipt import Kind

SEALED_BYTES = 1_840
"""A compressed, sealed envelope of 150 outcomes."""
HOST_BYTES = 107
"""Two bits an outcome and an overlay, with header, nonce and tag."""
HOSTS_A_FIRM = 10
STATEMENTS_A_HOST = 90
"""A quarter of daily statements."""
AT_ONCE = 5_000


def fill(config: Config, statements: int, now: int) -> None:
    """Store so many statements, of hosts that report daily."""
    engine = connect(config.database_url)
    nodes: dict[tuple[int, int], bytes] = {}
    hosts = [f"agt_{number:026}" for number in range(max(1, statements // STATEMENTS_A_HOST))]
    with writing(engine) as connection:
        period = periods.receiving(connection, KeyRing(config.period_keys), config.cluster, now)
        _members(connection, config.cluster, hosts, period, now)
    for start in range(0, statements, AT_ONCE):
        count = min(AT_ONCE, statements - start)
        with writing(engine) as connection:
            leaves = [Leaf(secrets.token_hex(32), now, Kind.STATEMENT) for _ in range(count)]
            placed = log.append(connection, config.cluster, leaves, Nodes(connection, config.cluster, nodes))
            rows = []
            for item in placed:
                # A day's round through all hosts after the other, as they come in.
                turn, host = divmod(item.index, len(hosts))
                values = {
                    "cluster": config.cluster, "firm": _firm(host), "period": period, "digest": item.leaf.digest,
                    "agent": hosts[host], "epoch": 1, "seq": turn + 1, "log_index": item.index, "received_at": now,
                    "sealed": os.urandom(SEALED_BYTES),
                }  # fmt: skip
                rows.append(_row(statement, values))
            bulk.insert(connection, statement, rows)
        if len(nodes) > 200_000:
            nodes.clear()
    if engine.dialect.name == "postgresql":
        with writing(engine) as connection:
            connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _members(connection: Connection, cluster: str, hosts: Sequence[str], period: str, now: int) -> None:
    common = {
        "cluster": cluster, "period": period,
        "joined_at": now, "enrolled_at": now, "last_seen": now, "received_at": now,
        "sector": "metal", "size_band": "10-49", "epoch": 1, "clock_suspect": 0, "last_seq": STATEMENTS_A_HOST,
        "pack": "ab" * 32,
    }  # fmt: skip
    names = sorted({_firm(number) for number in range(len(hosts))})
    bulk.insert(
        connection, firm, [_row(firm, common | {"firm": name, "name": name, "status": "member"}) for name in names]
    )
    each = [
        common
        | {
            "firm": _firm(number), "agent": name, "slot": name, "status": "active", "public_key": os.urandom(32),
            "last_digest": secrets.token_hex(32), "log_index": number, "sealed": os.urandom(HOST_BYTES),
        }
        for number, name in enumerate(hosts)
    ]  # fmt: skip
    bulk.insert(connection, agent, [_row(agent, values) for values in each])
    bulk.insert(connection, host_period, [_row(host_period, values) for values in each])


def _firm(host: int) -> str:
    return f"firm_{host // HOSTS_A_FIRM:016x}"


def _row(table: Table, values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(values.get(column.name) for column in table.columns)
