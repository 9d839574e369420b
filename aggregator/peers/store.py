"""Offers and wishes of firms, each with the day the firm agreed to it. Apart from everything that was measured.

Nothing here is judged, counted or published. Rows go when the firm takes them back, and when it leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from aggregator.database.schema import peer_topic as table
from shieldwall.errors import UsageError
from shieldwall.language import gettext as _

TOPIC: Final = re.compile(r"T-[A-Z]{2,12}")


class Side(StrEnum):
    OFFER = "offer"
    """Can help."""
    WISH = "wish"
    """Would like help."""


@dataclass(frozen=True, slots=True)
class Entry:
    firm: str
    topic: str
    """`T-…`, a training topic."""
    side: Side
    agreed_on: str
    """The day the firm agreed, YYYY-MM-DD."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """The firms of one topic. Names in alphabetical order, which says nothing."""

    topic: str
    offers: tuple[str, ...]
    wishes: tuple[str, ...]

    @property
    def possible(self) -> bool:
        """Whether somebody could help somebody else."""
        return any(offer != wish for offer in self.offers for wish in self.wishes)


def add(connection: Connection, cluster: str, entry: Entry, now: int) -> None:
    """Write down what a firm said; saying it again renews the day. Raises UsageError."""
    if not TOPIC.fullmatch(entry.topic):
        raise UsageError(_("`%(topic)s` is no topic; choose one from the list.") % {"topic": entry.topic[:40]})
    try:
        agreed = date.fromisoformat(entry.agreed_on)
    except ValueError:
        raise UsageError(_("The day the firm agreed is missing; write it as 2026-11-30.")) from None
    if agreed > datetime.fromtimestamp(now, UTC).date():
        raise UsageError(_("The day the firm agreed lies in the future; only what was agreed is written down."))
    remove(connection, cluster, entry)
    connection.execute(
        insert(table).values(
            cluster=cluster, firm=entry.firm, topic=entry.topic, side=entry.side.value,
            agreed_on=agreed.isoformat(), recorded_at=now,
        )
    )  # fmt: skip


def remove(connection: Connection, cluster: str, entry: Entry) -> None:
    connection.execute(
        delete(table).where(
            table.c.cluster == cluster, table.c.firm == entry.firm, table.c.topic == entry.topic,
            table.c.side == entry.side.value,
        )
    )  # fmt: skip


def forget(connection: Connection, cluster: str, firm: str) -> None:
    """Everything a firm ever said, when it leaves."""
    connection.execute(delete(table).where(table.c.cluster == cluster, table.c.firm == firm))


def everything(connection: Connection, cluster: str) -> tuple[Entry, ...]:
    """By firm, topic and side."""
    query = select(table).where(table.c.cluster == cluster).order_by(table.c.firm, table.c.topic, table.c.side)
    return tuple(Entry(row.firm, row.topic, Side(row.side), row.agreed_on) for row in connection.execute(query))


def meetings(entries: Iterable[Entry]) -> tuple[Meeting, ...]:
    """By topic alone. `firm` of the entries may be an id or a name; whatever it is comes back in order."""
    found: dict[str, dict[Side, set[str]]] = {}
    for entry in entries:
        found.setdefault(entry.topic, {side: set() for side in Side})[entry.side].add(entry.firm)
    return tuple(
        Meeting(topic, tuple(sorted(sides[Side.OFFER])), tuple(sorted(sides[Side.WISH])))
        for topic, sides in sorted(found.items())
    )
