"""Invitations: one secret for one slot of one firm, used once, for 72 hours, revocable.

The secret is stored as it is: both sides prove its knowledge by an HMAC, which a hash of it could not check. It binds
one key and is worthless afterwards; who reads the database before that could enrol in the firm's place, which the
firm then notices, because its own attempt answers token-already-bound and raises an alarm here.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Row, insert, select, update

from aggregator.database.schema import invitation as table
from aggregator.members.firms import Firm, FirmStatus
from shieldwall.encoding.envelope import raw_public
from shieldwall.errors import UsageError
from shieldwall.language import gettext as _
from shieldwall.limits import INVITATION_HOURS
from shieldwall.membership.invitation import ID_BYTES, SECRET_BYTES, Invitation

AT_ONCE: Final = 500
"""Slots in one go; more hosts than any member firm has."""


@dataclass(frozen=True, slots=True)
class StoredInvitation:
    id: str
    """Hex of the id the invitation carries."""
    firm: str
    slot: str
    secret: bytes
    expires_at: int
    revoked_at: int | None
    used_at: int | None
    agent: str | None
    """Whom it became."""
    last_try_at: int | None
    alarms: int
    """Attempts with another key after it was used: somebody else holds the text."""


def invite(
    connection: Connection, cluster: str, firm: Firm, *, url: str, log_key: Ed25519PublicKey, now: int,
    count: int = 1, slot: str | None = None, root: bytes | None = None,
) -> tuple[Invitation, ...]:  # fmt: skip
    """New invitations, a slot each; with `slot`, one that replaces the agent of that slot. Raises UsageError.

    root: SHA-256 of the trust root the agent is to begin with.
    """
    if firm.status is not FirmStatus.MEMBER:
        raise UsageError(
            _("%(firm)s has left the cluster. Add it again before inviting its hosts.") % {"firm": firm.name}
        )
    if not 1 <= count <= AT_ONCE or (slot is not None and count != 1):
        raise UsageError(f"--count must be 1 to {AT_ONCE}, and 1 for a given slot.")
    pin = hashlib.sha256(raw_public(log_key)).digest()
    made: list[Invitation] = []
    for _each in range(count):
        invitation = Invitation(url, pin, secrets.token_bytes(ID_BYTES), secrets.token_bytes(SECRET_BYTES), root)
        connection.execute(
            insert(table).values(
                cluster=cluster,
                firm=firm.id,
                invitation=invitation.id.hex(),
                slot=slot or f"slot_{secrets.token_hex(8)}",
                secret=invitation.secret,
                expires_at=now + INVITATION_HOURS * 3600,
                alarms=0,
            )
        )
        made.append(invitation)
    return tuple(made)


def by_id(connection: Connection, cluster: str, invitation: str) -> StoredInvitation | None:
    row = connection.execute(
        select(table).where(table.c.cluster == cluster, table.c.invitation == invitation)
    ).one_or_none()
    return None if row is None else _stored(row)


def of_firm(connection: Connection, cluster: str, firm: str) -> tuple[StoredInvitation, ...]:
    rows = connection.execute(
        select(table).where(table.c.cluster == cluster, table.c.firm == firm).order_by(table.c.expires_at)
    )
    return tuple(_stored(row) for row in rows)


def revoke_unused(connection: Connection, cluster: str, firm: str, now: int) -> int:
    """Withdraw every invitation of a firm that was not used; answers how many."""
    return connection.execute(
        update(table)
        .where(
            table.c.cluster == cluster, table.c.firm == firm, table.c.used_at.is_(None), table.c.revoked_at.is_(None)
        )
        .values(revoked_at=now)
    ).rowcount


def mark_used(connection: Connection, cluster: str, stored: StoredInvitation, agent: str, now: int) -> None:
    _change(connection, cluster, stored, used_at=now, agent=agent, last_try_at=now)


def mark_tried(connection: Connection, cluster: str, stored: StoredInvitation, now: int, *, alarm: bool) -> None:
    _change(connection, cluster, stored, last_try_at=now, alarms=stored.alarms + alarm)


def _change(connection: Connection, cluster: str, stored: StoredInvitation, **values: object) -> None:
    connection.execute(
        update(table)
        .where(table.c.cluster == cluster, table.c.firm == stored.firm, table.c.invitation == stored.id)
        .values(**values)
    )


def _stored(row: Row[tuple[object, ...]]) -> StoredInvitation:
    return StoredInvitation(
        id=row.invitation,
        firm=row.firm,
        slot=row.slot,
        secret=row.secret,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        used_at=row.used_at,
        agent=row.agent,
        last_try_at=row.last_try_at,
        alarms=row.alarms,
    )
