"""The audit log: who did what, when. Rows are only ever added; the digest of each covers the one before.

The database refuses changes by a trigger. Whoever owns the whole disk could still write a new chain; a head digest
noted elsewhere (the page shows it) tells that, see `verify`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, Row, func, insert, select

from aggregator.database.schema import audit_entry as table
from shieldwall.encoding.canonical import digest, encode
from shieldwall.errors import IntegrityError
from shieldwall.language import gettext as _

COMMAND_LINE: Final = "command line"
SUBJECT_CHARS: Final = 200


class Action(StrEnum):
    LINK_MADE = "made a set-up link"
    PERSON_ADDED = "entered for the first time"
    PERSON_RESET = "set up signing in anew"
    ROLE_CHANGED = "changed a role"
    PERSON_DISABLED = "closed the door for"
    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    SIGN_IN_REFUSED = "was refused at the door"
    PASSWORD_CHANGED = "changed the password"  # noqa: S105
    APP_SET = "set up an authenticator app"
    PASSKEY_ADDED = "added a passkey"
    PASSKEY_REMOVED = "removed a passkey"
    CODES_RENEWED = "made new recovery codes"
    CODE_USED = "used a recovery code"
    SESSIONS_ENDED = "ended other sessions"
    FIRM_ADDED = "added a firm"
    FIRM_INVITED = "made invitations"
    FIRM_UNINVITED = "withdrew invitations"
    TOPIC_RECORDED = "wrote down a topic for"
    TOPIC_REMOVED = "took out a topic of"
    FIRM_LEFT = "let a firm leave"
    AGENT_APPROVED = "approved an agent"
    AGENT_REVOKED = "revoked an agent"
    FREEZE_ASKED = "asked for a freeze"
    FROZEN = "froze a period"
    BUILD_ASKED = "asked for a release to be built"
    BUILT = "built a release"
    PUBLISHED = "published a release"
    COURSE_OFFERED = "offered the course"
    COURSE_WITHDRAWN = "took off the list the course"
    REFUSED = "was refused"


@dataclass(frozen=True, slots=True)
class Entry:
    number: int
    """From 1, without gaps."""
    at: int
    who: str
    action: str
    subject: str
    digest: str


def append(connection: Connection, cluster: str, who: str, action: Action, subject: str, now: int) -> Entry:
    """Inside the caller's writing transaction, so that the deed and its entry stand or fall together."""
    last = head(connection, cluster)
    entry = _sealed(last, now, who[:60], action.value, subject[:SUBJECT_CHARS])
    connection.execute(
        insert(table).values(
            cluster=cluster, number=entry.number, at=entry.at, who=entry.who, action=entry.action,
            subject=entry.subject, digest=entry.digest,
        )
    )  # fmt: skip
    return entry


def head(connection: Connection, cluster: str) -> Entry | None:
    query = select(table).where(table.c.cluster == cluster).order_by(table.c.number.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else _entry(row)


def count(connection: Connection, cluster: str) -> int:
    return int(connection.execute(select(func.count()).where(table.c.cluster == cluster)).scalar_one())


def newest(connection: Connection, cluster: str, limit: int, before: int | None = None) -> tuple[Entry, ...]:
    """The newest entries first, numbered below `before` when given."""
    query = select(table).where(table.c.cluster == cluster).order_by(table.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(table.c.number < before)
    return tuple(_entry(row) for row in connection.execute(query))


def verify(connection: Connection, cluster: str, noted: str = "") -> Entry | None:
    """Follow the chain from its start; answers its head, None for an empty log.

    noted   a digest somebody wrote down earlier, which must be in the chain
    Raises IntegrityError naming the first entry that does not hold.
    """
    last: Entry | None = None
    seen = not noted
    for entry in _all(connection, cluster):
        expected = _sealed(last, entry.at, entry.who, entry.action, entry.subject)
        if expected != entry:
            raise IntegrityError(
                _(
                    "entry %(number)s of the audit log does not follow from the one before: it was changed, or one is "
                    "missing. Compare with a backup."
                )
                % {"number": entry.number}
            )
        seen = seen or entry.digest == noted
        last = entry
    if not seen:
        raise IntegrityError(
            f"the audit log no longer holds the entry {noted[:80]}: its end was cut, or all rewritten."
        )
    return last


def _all(connection: Connection, cluster: str) -> Iterator[Entry]:
    query = select(table).where(table.c.cluster == cluster).order_by(table.c.number)
    return (_entry(row) for row in connection.execute(query))


def _sealed(last: Entry | None, at: int, who: str, action: str, subject: str) -> Entry:
    number, previous = (1, "") if last is None else (last.number + 1, last.digest)
    words = {"number": number, "at": at, "who": who, "action": action, "subject": subject, "previous": previous}
    return Entry(number, at, who, action, subject, digest(encode(words)))


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    return Entry(row.number, row.at, row.who, row.action, row.subject, row.digest)
