"""What looks at the network and at domains found last, and which public ranges somebody confirmed to be the firm's."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from agent.home.store import Schema, writing
from shieldwall.checks.fact import MARK, Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

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
        (
            "domains",
            """
CREATE TABLE domain_fact (
    probe TEXT NOT NULL,
    args TEXT NOT NULL,
    at TEXT NOT NULL,
    fact TEXT NOT NULL,
    PRIMARY KEY (probe, args)
);
""",
        ),
    ),
)
COUNTS_FOR: Final = timedelta(days=92)
"""A network changes within a quarter; an older look says nothing about today."""

DOMAINS_COUNT_FOR: Final = timedelta(days=14)
"""A certificate that had two weeks left when somebody looked may have ended since."""


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


def record_domains(db: sqlite3.Connection, facts: Mapping[FactKey, Fact], at: datetime) -> None:
    """Keep a look at the domains in place of the one before."""
    with writing(db):
        db.execute("DELETE FROM domain_fact")
        db.executemany(
            "INSERT INTO domain_fact (probe, args, at, fact) VALUES (?, ?, ?, ?)",
            [
                (
                    key.probe, json.dumps(dict(key.args)), at.astimezone(UTC).isoformat(timespec="seconds"),
                    json.dumps(fact.to_json()),
                )
                for key, fact in facts.items()
            ],
        )  # fmt: skip


def latest_domains(db: sqlite3.Connection, now: datetime) -> Mapping[FactKey, Fact]:
    """The facts of the last look at the domains, stale ones as such; {} when there was none."""
    found = {}
    for row in db.execute("SELECT probe, args, at, fact FROM domain_fact"):
        fact = Fact.from_json(json.loads(row["fact"]))
        if now - datetime.fromisoformat(row["at"]) > DOMAINS_COUNT_FOR:
            fact = Fact.unknown(Reason.STALE, f"last looked at on {row['at'][:10]}; run `shieldwall domain` again")
        found[FactKey.of(row["probe"], json.loads(row["args"]))] = fact
    return found
