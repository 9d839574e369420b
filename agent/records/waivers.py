"""Accepted risks: who accepts which finding, why, and until when. A waiver never turns a finding into a pass."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from agent.home.store import Schema, writing
from shieldwall.errors import ConfigError, UsageError
from shieldwall.language import gettext as _
from shieldwall.language import ngettext

SCHEMA: Final = Schema(
    "waivers",
    (
        (
            "first",
            """
CREATE TABLE waiver (
    id INTEGER PRIMARY KEY,
    check_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    until TEXT NOT NULL,
    ended TEXT
);
CREATE INDEX waiver_check ON waiver (check_id, id);
""",
        ),
    ),
)
MAX_DAYS: Final = 365
"""A risk that nobody looked at for a year is not accepted, it is forgotten."""
REASON_CHARS: Final = 10, 500
OWNER_CHARS: Final = 80
WARN_DAYS: Final = 30
"""So long before its end a waiver begins to say so: time to mend the thing, or to decide again."""


@dataclass(frozen=True, slots=True)
class Waiver:
    check_id: str
    owner: str
    reason: str
    at: datetime
    until: date
    """The last day on which it counts."""

    def active(self, now: datetime) -> bool:
        return now.astimezone(UTC).date() <= self.until

    def ending(self, now: datetime) -> str:
        """`ends in 12 days` from 30 days ahead, else ""."""
        days = (self.until - now.astimezone(UTC).date()).days
        if not 0 <= days <= WARN_DAYS:
            return ""
        if days == 0:
            return _("ends today")
        return ngettext("ends in %(days)s day", "ends in %(days)s days", days) % {"days": days}


def new_waiver(check_id: str, owner: str, reason: str, until: date, now: datetime) -> Waiver:
    """Raises UsageError for an end in the past or more than a year away, and for empty words."""
    at = now.astimezone(UTC).replace(microsecond=0)
    days = (until - at.date()).days
    low, high = REASON_CHARS
    if days < 0:
        raise UsageError(f"{check_id}: {until} is already past; give a later day with --until")
    if days > MAX_DAYS:
        raise UsageError(f"{check_id}: a waiver lasts at most {MAX_DAYS} days; choose a day up to a year from now")
    if not low <= len(reason.strip()) <= high:
        raise UsageError(f"{check_id}: give a reason of {low} to {high} characters that the next person understands")
    if not 0 < len(owner.strip()) <= OWNER_CHARS:
        raise UsageError(f"{check_id}: say who owns this risk: --owner NAME")
    return Waiver(check_id, owner.strip(), reason.strip(), at, until)


def read_list(file: Path, known: Collection[str], now: datetime) -> list[Waiver]:
    """A firm's central list: `waivers:` with check, owner, reason and until in each item.

    Those past their last day are left out, so that an old list does no harm. Raises ConfigError with file, line and
    key for what it does not understand, UsageError as new_waiver.
    """
    from shieldwall.packs.library import read_yaml

    try:
        data = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from error
    out = []
    for item in read_yaml(data, str(file)).fields(["waivers"])["waivers"].items():
        at = item.fields(["check", "owner", "reason", "until"])
        check = at["check"].choice(sorted(known))
        try:
            until = date.fromisoformat(at["until"].text())
        except ValueError as error:
            raise at["until"].error("write a day like 2027-03-31") from error
        if until >= now.astimezone(UTC).date():
            out.append(new_waiver(check, at["owner"].text(), at["reason"].text(), until, now))
    return out


def record_list(db: sqlite3.Connection, waivers: Sequence[Waiver]) -> int:
    """Those that say something new; how many. Waivers of other checks stay as they are."""
    before, new = current(db), 0
    for waiver in waivers:
        if waiver.check_id not in before or replace(before[waiver.check_id], at=waiver.at) != waiver:
            record(db, waiver)
            new += 1
    return new


def record(db: sqlite3.Connection, waiver: Waiver) -> None:
    """The newest waiver of a check counts."""
    with writing(db):
        db.execute(
            "UPDATE waiver SET ended = ? WHERE check_id = ? AND ended IS NULL", (_text(waiver.at), waiver.check_id)
        )
        db.execute(
            "INSERT INTO waiver (check_id, owner, reason, at, until) VALUES (?, ?, ?, ?, ?)",
            (waiver.check_id, waiver.owner, waiver.reason, _text(waiver.at), waiver.until.isoformat()),
        )


def end(db: sqlite3.Connection, check_id: str, now: datetime) -> None:
    """Raises UsageError when there is nothing to end."""
    with writing(db):
        changed = db.execute(
            "UPDATE waiver SET ended = ? WHERE check_id = ? AND ended IS NULL", (_text(now), check_id)
        ).rowcount
    if not changed:
        raise UsageError(f"{check_id} is not waived; `shieldwall waive --list` shows what is")


def current(db: sqlite3.Connection) -> Mapping[str, Waiver]:
    """The waivers nobody ended, by check id; those past their last day too."""
    rows = db.execute("SELECT * FROM waiver WHERE ended IS NULL ORDER BY check_id")
    return {
        row["check_id"]: Waiver(
            row["check_id"], row["owner"], row["reason"], datetime.fromisoformat(row["at"]),
            date.fromisoformat(row["until"]),
        )
        for row in rows
    }  # fmt: skip


def _text(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat()
