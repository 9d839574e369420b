"""One-time links: whoever holds one may set up a person with the role it names, once, within a day."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, insert, select, update

from aggregator.database.schema import one_time_link as table
from aggregator.people.persons import Role

HOURS: Final = 24
TOKEN_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class Link:
    digest: str
    role: Role
    person: str | None
    """Whose ways of signing in start anew; None for somebody new."""
    expires_at: int


def make(connection: Connection, cluster: str, role: Role, now: int, *, person: str | None = None) -> str:
    """The token; only its digest is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    connection.execute(
        insert(table).values(
            cluster=cluster, digest=_digest(token), role=role.value, person=person, expires_at=now + HOURS * 3600
        )
    )
    return token


def find(connection: Connection, cluster: str, token: str, now: int) -> Link | None:
    """None for a link that never was, was used, withdrawn, or ran out."""
    row = connection.execute(
        select(table).where(
            table.c.cluster == cluster, table.c.digest == _digest(token), table.c.used_at.is_(None),
            table.c.expires_at > now,
        )
    ).one_or_none()  # fmt: skip
    return None if row is None else Link(row.digest, Role(row.role), row.person, row.expires_at)


def use(connection: Connection, cluster: str, link: Link, now: int) -> bool:
    """False when somebody was faster."""
    done = connection.execute(
        update(table)
        .where(table.c.cluster == cluster, table.c.digest == link.digest, table.c.used_at.is_(None))
        .values(used_at=now)
    )
    return done.rowcount == 1


def withdraw_unused(connection: Connection, cluster: str) -> int:
    return connection.execute(table.delete().where(table.c.cluster == cluster, table.c.used_at.is_(None))).rowcount


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
