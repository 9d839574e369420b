"""The packs this cluster knows: which checks a statement may name and the order its bits are stored in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, Engine, insert, select

from aggregator.database.engine import reading
from aggregator.database.schema import pack as table
from aggregator.ledger.packing import places


@dataclass(frozen=True)
class KnownPack:
    digest: str
    name: str
    version: str
    checks: tuple[str, ...]
    """Check ids in the pack's own order: position i owns bits 2i and 2i+1 of a packed outcome."""

    @cached_property
    def places(self) -> dict[str, int]:
        """Check id -> position."""
        return places(self.checks)


def register(connection: Connection, cluster: str, pack: KnownPack) -> None:
    """Remember a pack for good; known ones are left alone, so that older rows stay readable."""
    if find(connection, cluster, pack.digest) is None:
        connection.execute(
            insert(table).values(
                cluster=cluster,
                digest=pack.digest,
                name=pack.name,
                version=pack.version,
                checks=json.dumps(pack.checks),
            )
        )


def find(connection: Connection, cluster: str, digest: str) -> KnownPack | None:
    row = connection.execute(select(table).where(table.c.cluster == cluster, table.c.digest == digest)).one_or_none()
    return None if row is None else KnownPack(row.digest, row.name, row.version, tuple(json.loads(row.checks)))


def known(connection: Connection, cluster: str) -> tuple[KnownPack, ...]:
    rows = connection.execute(select(table.c.digest).where(table.c.cluster == cluster).order_by(table.c.digest))
    found = (find(connection, cluster, row.digest) for row in rows.all())
    return tuple(pack for pack in found if pack is not None)


class PackShelf:
    """Packs by digest, each read once: they never change and never go. For one thread at a time."""

    def __init__(self, engine: Engine, cluster: str) -> None:
        self._engine, self._cluster = engine, cluster
        self._known: dict[str, KnownPack] = {}

    def __call__(self, digest: str) -> KnownPack | None:
        if digest not in self._known:
            with reading(self._engine) as connection:
                found = find(connection, self._cluster, digest)
            if found is None:
                return None
            self._known[digest] = found
        return self._known[digest]
