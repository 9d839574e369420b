"""Persons with a role. A name is what somebody types at the door; it is not secret and not an address."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, Row, insert, select, update

from aggregator.database.schema import desk_session, passkey, recovery_code
from aggregator.database.schema import person as table
from shieldwall.errors import UsageError
from shieldwall.language import gettext as _

NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9._@-]{0,58}[a-z0-9])?")


class Role(StrEnum):
    READER = "reader"
    """Reads what was released."""
    OPERATOR = "operator"
    """Looks after members and their hosts as well."""
    MANAGER = "manager"
    """Decides: freezes, builds, publishes, and says who else may enter."""

    def may(self, needed: Role) -> bool:
        """Whether this role includes the needed one."""
        return ORDER.index(self) >= ORDER.index(needed)


ORDER: Final = (Role.READER, Role.OPERATOR, Role.MANAGER)


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    role: Role
    password: str
    """argon2id, in its own encoding."""
    totp: bytes | None
    """The authenticator app's secret, sealed (aggregator.people.vault); None while there is none."""
    totp_step: int
    """The last time step a code was taken of: no code works twice."""
    created_at: int
    disabled_at: int | None
    passkeys: int

    @property
    def second_step(self) -> bool:
        """Whether there is more than a password."""
        return self.totp is not None or self.passkeys > 0


def add(connection: Connection, cluster: str, *, name: str, role: Role, password: str, now: int) -> Person:
    """Raises UsageError for a name that is taken or cannot be one."""
    if not NAME.fullmatch(name):
        raise UsageError(
            _("A name has 1 to 60 small letters, digits and . _ @ - and begins and ends with a letter or digit.")
        )
    if by_name(connection, cluster, name) is not None:
        raise UsageError(_("The name %(name)s is taken; choose another.") % {"name": name})
    person = Person(f"person_{secrets.token_hex(8)}", name, role, password, None, 0, now, None, 0)
    connection.execute(
        insert(table).values(
            cluster=cluster, person=person.id, name=name, role=role.value, password=password, totp_step=0,
            created_at=now,
        )
    )  # fmt: skip
    return person


def by_name(connection: Connection, cluster: str, name: str) -> Person | None:
    return _one(connection, cluster, table.c.name == name)


def by_id(connection: Connection, cluster: str, person: str) -> Person | None:
    return _one(connection, cluster, table.c.person == person)


def everyone(connection: Connection, cluster: str) -> tuple[Person, ...]:
    rows = connection.execute(select(table).where(table.c.cluster == cluster).order_by(table.c.name)).all()
    return tuple(_person(connection, cluster, row) for row in rows)


def nobody_yet(connection: Connection, cluster: str) -> bool:
    """Whether the first manager has still to come."""
    query = select(table.c.person).where(table.c.cluster == cluster, table.c.role == Role.MANAGER.value)
    return connection.execute(query.limit(1)).first() is None


def set_password(connection: Connection, cluster: str, person: str, password: str) -> None:
    _change(connection, cluster, person, password=password)


def set_totp(connection: Connection, cluster: str, person: str, sealed: bytes | None, step: int = 0) -> None:
    _change(connection, cluster, person, totp=sealed, totp_step=step)


def use_totp_step(connection: Connection, cluster: str, person: str, step: int) -> bool:
    """Note that the code of this step was taken; False when it, or a later one, was before."""
    done = connection.execute(
        update(table)
        .where(table.c.cluster == cluster, table.c.person == person, table.c.totp_step < step)
        .values(totp_step=step)
    )
    return done.rowcount == 1


def set_role(connection: Connection, cluster: str, person: str, role: Role) -> None:
    """Raises UsageError when no manager would be left."""
    if role is not Role.MANAGER:
        _keep_a_manager(connection, cluster, person)
    _change(connection, cluster, person, role=role.value)


def disable(connection: Connection, cluster: str, person: str, now: int) -> None:
    """Close the door for a person and end all sessions. Raises UsageError when no manager would be left."""
    _keep_a_manager(connection, cluster, person)
    _change(connection, cluster, person, disabled_at=now)
    connection.execute(desk_session.delete().where(desk_session.c.cluster == cluster, desk_session.c.person == person))


def start_anew(connection: Connection, cluster: str, person: str, password: str) -> None:
    """A new password and nothing else: app, passkeys, recovery codes and sessions of before are gone."""
    _change(connection, cluster, person, password=password, totp=None, totp_step=0, disabled_at=None)
    for held in (passkey, recovery_code, desk_session):
        connection.execute(held.delete().where(held.c.cluster == cluster, held.c.person == person))


def _keep_a_manager(connection: Connection, cluster: str, person: str) -> None:
    others = [
        each
        for each in everyone(connection, cluster)
        if each.role is Role.MANAGER and each.disabled_at is None and each.id != person
    ]
    if not others:
        raise UsageError(_("This is the only manager; make somebody else manager first."))


def _change(connection: Connection, cluster: str, person: str, **values: object) -> None:
    connection.execute(update(table).where(table.c.cluster == cluster, table.c.person == person).values(**values))


def _one(connection: Connection, cluster: str, which: object) -> Person | None:
    row = connection.execute(select(table).where(table.c.cluster == cluster, which)).one_or_none()  # type: ignore[arg-type]
    return None if row is None else _person(connection, cluster, row)


def _person(connection: Connection, cluster: str, row: Row[tuple[object, ...]]) -> Person:
    held = connection.execute(
        select(passkey.c.passkey).where(passkey.c.cluster == cluster, passkey.c.person == row.person)
    ).all()
    return Person(
        row.person, row.name, Role(row.role), row.password, row.totp, row.totp_step, row.created_at, row.disabled_at,
        len(held),
    )  # fmt: skip
