"""The append-only log: leaves and the hashes of perfect subtrees, so that a proof costs log2(size) look-ups.

Every writer appends inside its own transaction; the row of table `log` is the lock that keeps indices gapless.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from aggregator.database import bulk
from aggregator.database.schema import log, log_leaf, log_node
from aggregator.database.straight import OneOf, Row
from shieldwall.errors import IntegrityError
from shieldwall.log import merkle
from shieldwall.log.receipt import Kind, leaf_hash

_SIZE: Final = select(log.c.size).where(log.c.cluster == bindparam("c"))
LOCKED_SIZE: Final = _SIZE.with_for_update()
_GROW: Final = update(log).where(log.c.cluster == bindparam("c")).values(size=bindparam("s"))
_NODE: Final = select(log_node.c.hash).where(
    log_node.c.cluster == bindparam("c"), log_node.c.level == bindparam("l"), log_node.c.position == bindparam("p")
)
BY_DIGESTS: Final = select(log_leaf).where(log_leaf.c.cluster == bindparam("c"), OneOf(log_leaf.c.digest, "d"))


@dataclass(frozen=True, slots=True)
class Leaf:
    digest: str
    """Of the payload bytes (statements) or of the event (keys, freezes)."""
    received: int
    """Seconds since 1970, UTC."""
    kind: Kind


@dataclass(frozen=True, slots=True)
class Placed:
    index: int
    leaf: Leaf


class Nodes:
    """Hashes of perfect subtrees by (level, position), read once each; callable as shieldwall.log.merkle wants it."""

    def __init__(self, connection: Connection, cluster: str, known: dict[tuple[int, int], bytes] | None = None) -> None:
        """known   a cache to share; it holds uncommitted nodes after an append, so drop it when that is rolled back"""
        self.connection, self._cluster = connection, cluster
        self._known: dict[tuple[int, int], bytes] = {} if known is None else known

    def __call__(self, level: int, position: int) -> bytes:
        found = self._known.get((level, position))
        if found is None:
            place = {"c": self._cluster, "l": level, "p": position}
            found = self.connection.execute(_NODE, place).scalar_one_or_none()
            if found is None:
                raise IntegrityError(f"the log lacks node {level}/{position}: restore the database from its backup.")
            self._known[level, position] = found
        return found

    def remember(self, level: int, position: int, value: bytes) -> None:
        self._known[level, position] = value


def create(connection: Connection, cluster: str) -> None:
    connection.execute(insert(log).values(cluster=cluster, size=0))


def size(connection: Connection, cluster: str, *, lock: bool = False) -> int:
    """Leaves in the log; with `lock` no other transaction appends before this one ends."""
    return size_of(connection.execute(LOCKED_SIZE if lock else _SIZE, {"c": cluster}).all(), cluster)


def size_of(rows: Sequence[Sequence[Any]], cluster: str) -> int:
    """What was answered to LOCKED_SIZE."""
    if not rows:
        raise IntegrityError(f"the database holds no log for cluster {cluster}: type `shieldwall-aggregator init`.")
    return int(rows[0][0])


@dataclass(frozen=True, slots=True)
class Growth:
    """Leaves that are hashed and not stored yet."""

    placed: tuple[Placed, ...]
    nodes: tuple[bulk.Row, ...]


def append(connection: Connection, cluster: str, leaves: Sequence[Leaf], nodes: Nodes) -> tuple[Placed, ...]:
    """Add leaves at the end, in order; answers where they stand. `nodes` afterwards knows the new ones."""
    growth = grown(cluster, leaves, nodes, size(connection, cluster, lock=True))
    store(connection, cluster, growth)
    return growth.placed


def grown(cluster: str, leaves: Sequence[Leaf], nodes: Nodes, first: int) -> Growth:
    """Where leaves stand after the first so many, read with the lock, and which hashes they complete."""
    rows: list[bulk.Row] = []
    standing: list[Placed] = []
    for index, leaf in enumerate(leaves, start=first):
        value, level = leaf_hash(leaf.digest, leaf.received, leaf.kind), 0
        while True:
            nodes.remember(level, index >> level, value)
            rows.append((cluster, level, index >> level, value))
            if not index >> level & 1:
                break
            value = merkle.node_hash(nodes(level, (index >> level) - 1), value)
            level += 1
        standing.append(Placed(index, leaf))
    return Growth(tuple(standing), tuple(rows))


def store(connection: Connection, cluster: str, growth: Growth) -> None:
    """Writes, and reads nothing."""
    if growth.placed:
        bulk.insert(connection, log_node, growth.nodes)
        bulk.insert(connection, log_leaf, [_row(cluster, item) for item in growth.placed])
        connection.execute(_GROW, {"c": cluster, "s": growth.placed[-1].index + 1})


def find(connection: Connection, cluster: str, digest: str) -> Placed | None:
    row = connection.execute(
        select(log_leaf).where(log_leaf.c.cluster == cluster, log_leaf.c.digest == digest)
    ).one_or_none()
    return None if row is None else placed(tuple(row))


def placed(row: Row) -> Placed:
    """Of a row of the leaves, all its columns in their order."""
    _, index, digest, received, kind = row
    return Placed(index, Leaf(digest, received, Kind(kind)))


def at(connection: Connection, cluster: str, index: int) -> Placed:
    """The leaf at an index. Raises IntegrityError when the log is shorter."""
    row = connection.execute(
        select(log_leaf).where(log_leaf.c.cluster == cluster, log_leaf.c.log_index == index)
    ).one_or_none()
    if row is None:
        raise IntegrityError(f"the log has no leaf {index}.")
    return placed(tuple(row))


def _row(cluster: str, item: Placed) -> bulk.Row:
    return cluster, item.index, item.leaf.digest, item.leaf.received, item.leaf.kind.value
