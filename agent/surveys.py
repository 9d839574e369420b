"""What looks at the network found last, part by part, and which public ranges somebody confirmed to be the firm's."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from agent.store import Schema, writing
from shieldwall.fact import MARK, Fact, unseen
from shieldwall.outcome import Reason

SCHEMA: Final = Schema(
    "surveys",
    (
        (
            "first",
            """
CREATE TABLE survey_part (
    part TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    seen INTEGER NOT NULL CHECK (seen IN (0, 1)),
    value TEXT NOT NULL
);
CREATE TABLE confirmed_range (
    network TEXT PRIMARY KEY,
    by TEXT NOT NULL,
    at TEXT NOT NULL
);
""",
        ),
    ),
)
COUNTS_FOR: Final = timedelta(days=92)
"""A network changes within a quarter; an older look says nothing about today."""


def record(db: sqlite3.Connection, value: dict[str, Any], at: datetime) -> None:
    """Keep the parts that were looked at. A part nobody looked at this time keeps what was seen before."""
    with writing(db):
        for part, found in value.items():
            seen = not (isinstance(found, dict) and MARK in found)
            db.execute(
                "INSERT INTO survey_part (part, at, seen, value) VALUES (?, ?, ?, ?) ON CONFLICT (part) DO UPDATE "
                "SET at = excluded.at, seen = excluded.seen, value = excluded.value WHERE excluded.seen OR NOT seen",
                (part, at.astimezone(UTC).isoformat(timespec="seconds"), int(seen), json.dumps(found)),
            )


def latest(db: sqlite3.Connection, now: datetime) -> Fact | None:
    """The fact `netscan` of the last looks, None when there was none. A part seen too long ago is stale."""
    rows = db.execute("SELECT part, at, seen, value FROM survey_part ORDER BY part").fetchall()
    if not rows:
        return None
    value: dict[str, Any] = {}
    for row in rows:
        old = row["seen"] and now - datetime.fromisoformat(row["at"]) > COUNTS_FOR
        value[row["part"]] = unseen(Reason.STALE) if old else json.loads(row["value"])
    newest = max(row["at"] for row in rows)
    return Fact.known(value, source=f"look at the network of {newest[:10]}")


def confirm(db: sqlite3.Connection, networks: Sequence[str], by: str, at: datetime) -> None:
    """Record that somebody said: these public ranges belong to the firm. The first word counts."""
    with writing(db):
        db.executemany(
            "INSERT OR IGNORE INTO confirmed_range (network, by, at) VALUES (?, ?, ?)",
            [(network, by, at.astimezone(UTC).isoformat(timespec="seconds")) for network in networks],
        )


def confirmed(db: sqlite3.Connection) -> tuple[str, ...]:
    return tuple(row["network"] for row in db.execute("SELECT network FROM confirmed_range ORDER BY network"))
