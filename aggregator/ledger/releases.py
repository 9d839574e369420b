"""Published releases: signed bytes, written once, read by the next gate and by trends."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from aggregator.database.schema import release as table
from shieldwall.errors import UsageError


@dataclass(frozen=True, slots=True)
class StoredRelease:
    name: str
    period: str
    published_at: int
    document: bytes
    """The signed release as it was published."""


def publish(connection: Connection, cluster: str, release: StoredRelease) -> None:
    """Raises UsageError when the name is taken: what was published never changes."""
    if any(known.name == release.name for known in published(connection, cluster)):
        raise UsageError(f"release {release.name} was published already and cannot change; build it under a new name.")
    connection.execute(
        insert(table).values(
            cluster=cluster,
            release=release.name,
            period=release.period,
            published_at=release.published_at,
            document=release.document,
        )
    )


def names(connection: Connection, cluster: str) -> tuple[str, ...]:
    """Of the published releases, oldest first: enough for whoever has read the documents before."""
    query = select(table.c.release).where(table.c.cluster == cluster).order_by(table.c.published_at, table.c.release)
    return tuple(connection.execute(query).scalars())


def dates(connection: Connection, cluster: str) -> dict[str, int]:
    """Period -> when its release was published, without opening any."""
    query = select(table.c.period, table.c.published_at).where(table.c.cluster == cluster)
    return {row.period: row.published_at for row in connection.execute(query)}


def published(connection: Connection, cluster: str) -> tuple[StoredRelease, ...]:
    """Oldest first."""
    rows = connection.execute(
        select(table).where(table.c.cluster == cluster).order_by(table.c.published_at, table.c.release)
    )
    return tuple(StoredRelease(row.release, row.period, row.published_at, row.document) for row in rows)
