"""Sessions, kept at the server under the digest of their id: who reads the database cannot take one over."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Row, insert, select, update

from aggregator.database.schema import desk_session as table

ID_BYTES: Final = 32
IDLE_SECONDS: Final = 30 * 60
"""A lunch break with the door open is too long."""
LIFE_SECONDS: Final = 12 * 3600
"""A working day."""
FRESH_SECONDS: Final = 15 * 60
"""How long after signing in somebody may change keys and people without proving it anew."""
TOUCH_SECONDS: Final = 60
"""Last use is written down at most this often."""


@dataclass(frozen=True, slots=True)
class Session:
    digest: str
    person: str
    whole: bool
    """Both steps were taken; otherwise it is good for setting up the second one and nothing else."""
    created_at: int
    seen_at: int

    def fresh(self, now: int) -> bool:
        return now - self.created_at < FRESH_SECONDS


def new_id() -> str:
    return secrets.token_urlsafe(ID_BYTES)


def digest_of(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()


def form_token(visitor: str) -> str:
    """What a form of this visitor carries; follows from the cookie's value, and the cookie's value not from it."""
    return hmac.digest(visitor.encode(), b"form token", hashlib.sha256).hex()


def begin(connection: Connection, cluster: str, person: str, *, whole: bool, now: int) -> str:
    """A new session; answers its id, which only the cookie carries. Those that ran out are swept away."""
    connection.execute(
        table.delete().where(
            table.c.cluster == cluster,
            (table.c.created_at < now - LIFE_SECONDS) | (table.c.seen_at < now - IDLE_SECONDS),
        )
    )  # fmt: skip
    made = new_id()
    connection.execute(
        insert(table).values(
            cluster=cluster, digest=digest_of(made), person=person, whole=int(whole), created_at=now, seen_at=now
        )
    )
    return made


def find(connection: Connection, cluster: str, session_id: str, now: int) -> Session | None:
    """None for an id that was never given, has ended or ran out."""
    row = connection.execute(
        select(table).where(table.c.cluster == cluster, table.c.digest == digest_of(session_id))
    ).one_or_none()
    if row is None:
        return None
    session = _session(row)
    alive = now - session.seen_at < IDLE_SECONDS and now - session.created_at < LIFE_SECONDS
    return session if alive else None


def touch(connection: Connection, cluster: str, session: Session, now: int) -> None:
    connection.execute(
        update(table).where(table.c.cluster == cluster, table.c.digest == session.digest).values(seen_at=now)
    )


def end(connection: Connection, cluster: str, digest: str) -> None:
    connection.execute(table.delete().where(table.c.cluster == cluster, table.c.digest == digest))


def end_all(connection: Connection, cluster: str, person: str, *, but: str = "") -> int:
    """Every session of a person except the one with digest `but`; answers how many ended."""
    return connection.execute(
        table.delete().where(table.c.cluster == cluster, table.c.person == person, table.c.digest != but)
    ).rowcount


def of_person(connection: Connection, cluster: str, person: str) -> tuple[Session, ...]:
    rows = connection.execute(
        select(table).where(table.c.cluster == cluster, table.c.person == person).order_by(table.c.created_at)
    )
    return tuple(_session(row) for row in rows)


def _session(row: Row[tuple[object, ...]]) -> Session:
    return Session(row.digest, row.person, bool(row.whole), row.created_at, row.seen_at)
