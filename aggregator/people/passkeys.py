"""Passkeys as the database keeps them: a public key each, of no use to whoever reads it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, Row, insert, select, update

from aggregator.database.schema import passkey as table


@dataclass(frozen=True, slots=True)
class Passkey:
    id: str
    """SHA-256 of the credential's id, hex."""
    person: str
    credential: bytes
    public_key: bytes
    """COSE."""
    sign_count: int
    label: str
    created_at: int
    used_at: int | None


def identity(credential: bytes) -> str:
    return hashlib.sha256(credential).hexdigest()


def add(connection: Connection, cluster: str, key: Passkey) -> None:
    connection.execute(
        insert(table).values(
            cluster=cluster, passkey=key.id, person=key.person, credential=key.credential, public_key=key.public_key,
            sign_count=key.sign_count, label=key.label, created_at=key.created_at,
        )
    )  # fmt: skip


def by_id(connection: Connection, cluster: str, identity: str) -> Passkey | None:
    row = connection.execute(select(table).where(table.c.cluster == cluster, table.c.passkey == identity)).one_or_none()
    return None if row is None else _passkey(row)


def of_person(connection: Connection, cluster: str, person: str) -> tuple[Passkey, ...]:
    rows = connection.execute(
        select(table).where(table.c.cluster == cluster, table.c.person == person).order_by(table.c.created_at)
    )
    return tuple(_passkey(row) for row in rows)


def mark_used(connection: Connection, cluster: str, identity: str, sign_count: int, now: int) -> None:
    connection.execute(
        update(table)
        .where(table.c.cluster == cluster, table.c.passkey == identity)
        .values(sign_count=sign_count, used_at=now)
    )


def remove(connection: Connection, cluster: str, person: str, identity: str) -> bool:
    """Whether the person had it."""
    done = connection.execute(
        table.delete().where(table.c.cluster == cluster, table.c.person == person, table.c.passkey == identity)
    )
    return done.rowcount == 1


def _passkey(row: Row[tuple[object, ...]]) -> Passkey:
    return Passkey(
        row.passkey, row.person, row.credential, row.public_key, row.sign_count, row.label, row.created_at, row.used_at
    )
