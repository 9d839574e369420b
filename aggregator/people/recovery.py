"""Recovery codes: ten of them, each good once in place of the second step."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from sqlalchemy import Connection, func, insert, select, update

from aggregator.database.schema import recovery_code as table

CODES: Final = 10
ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters people mistake for one another."""
CHARS: Final = 12
"""59 bits, at the rate the door allows: never guessed, so a plain digest is enough."""


def renew(connection: Connection, cluster: str, person: str) -> tuple[str, ...]:
    """Ten new codes; the old ones no longer work. Shown once, kept as digests."""
    connection.execute(table.delete().where(table.c.cluster == cluster, table.c.person == person))
    codes = tuple("".join(secrets.choice(ALPHABET) for _ in range(CHARS)) for _ in range(CODES))
    connection.execute(
        insert(table), [{"cluster": cluster, "person": person, "digest": _digest(person, code)} for code in codes]
    )
    return tuple(f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes)


def use(connection: Connection, cluster: str, person: str, typed: str, now: int) -> bool:
    """Whether it was one of the person's unused codes; now it is used."""
    done = connection.execute(
        update(table)
        .where(
            table.c.cluster == cluster, table.c.person == person, table.c.digest == _digest(person, typed),
            table.c.used_at.is_(None),
        )
        .values(used_at=now)
    )  # fmt: skip
    return done.rowcount == 1


def left(connection: Connection, cluster: str, person: str) -> int:
    query = select(func.count()).where(table.c.cluster == cluster, table.c.person == person, table.c.used_at.is_(None))
    return int(connection.execute(query).scalar_one())


def _digest(person: str, typed: str) -> str:
    plain = typed.lower().replace("-", "").replace(" ", "")
    return hashlib.sha256(f"{person}:{plain}".encode()).hexdigest()
