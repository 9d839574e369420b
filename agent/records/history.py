"""The scans of this host: outcomes without evidence, so that a year of them stays small."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from agent.home.store import Schema
from shieldwall.checks.outcome import Outcome, Reason
from shieldwall.checks.score import Score, Scored, score
from shieldwall.errors import ConfigError, UsageError

SCHEMA: Final = Schema(
    "history",
    (
        (
            "first",
            """
CREATE TABLE run (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL UNIQUE,
    started TEXT NOT NULL,
    finished TEXT NOT NULL,
    trigger TEXT NOT NULL CHECK (trigger IN ('schedule', 'manual')),
    policy TEXT NOT NULL,
    policy_rev INTEGER NOT NULL,
    pack_version TEXT NOT NULL,
    pack_digest TEXT NOT NULL,
    family TEXT NOT NULL,
    role TEXT NOT NULL,
    elevated INTEGER NOT NULL,
    clock_synced INTEGER,
    items TEXT NOT NULL
);
""",
        ),
    ),
)
"""items: JSON list of PastItem; a scan is always read whole."""


@dataclass(frozen=True, slots=True)
class PastItem:
    id: str
    rev: int
    theme: str
    severity: str
    weight: int
    gate: bool
    attested: bool
    outcome: Outcome
    reason: Reason | None
    waived: bool

    def scored(self) -> Scored:
        return Scored(self.id, self.theme, self.weight, self.gate, self.attested, self.outcome, self.waived)


@dataclass(frozen=True, slots=True)
class PastRun:
    run: str
    """UUIDv4."""
    started: datetime
    finished: datetime
    trigger: str
    """schedule | manual"""
    policy: str
    policy_rev: int
    pack_version: str
    pack_digest: str
    family: str
    role: str
    elevated: bool
    items: tuple[PastItem, ...]
    number: int = 0
    """Counts up on this host; 0 before it is recorded."""
    clock_synced: bool | None = None
    """None when nobody could tell."""

    def score(self) -> Score:
        return score(item.scored() for item in self.items)


def record(db: sqlite3.Connection, run: PastRun) -> None:
    """Inside the caller's transaction."""
    db.execute(
        "INSERT INTO run (run, started, finished, trigger, policy, policy_rev, pack_version, pack_digest, family, role,"
        " elevated, clock_synced, items) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run.run, run.started.isoformat(), run.finished.isoformat(), run.trigger, run.policy, run.policy_rev,
            run.pack_version, run.pack_digest, run.family, run.role, run.elevated,
            run.clock_synced, json.dumps([asdict(item) for item in run.items], separators=(",", ":")),
        ),
    )  # fmt: skip


def recent(db: sqlite3.Connection, most: int) -> list[PastRun]:
    """Newest first."""
    return [_run(row) for row in db.execute("SELECT * FROM run ORDER BY number DESC LIMIT ?", (most,))]


def last_scheduled(db: sqlite3.Connection) -> datetime | None:
    """When the newest audit that a schedule began was begun; None before the first."""
    row = db.execute("SELECT started FROM run WHERE trigger = 'schedule' ORDER BY number DESC LIMIT 1").fetchone()
    return datetime.fromisoformat(row["started"]) if row else None


def find(db: sqlite3.Connection, name: str) -> PastRun:
    """A scan by number, `latest`, `previous`, or the beginning of its id. Raises UsageError when there is none."""
    back = {"latest": 0, "previous": 1}.get(name)
    if back is not None:
        rows = db.execute("SELECT * FROM run ORDER BY number DESC LIMIT 1 OFFSET ?", (back,)).fetchall()
    elif name.isdigit() and len(name) < 19:
        rows = db.execute("SELECT * FROM run WHERE number = ?", (int(name),)).fetchall()
    else:
        rows = db.execute("SELECT * FROM run WHERE substr(run, 1, ?) = ? LIMIT 2", (len(name), name)).fetchall()
    if len(rows) != 1 or not name:
        raise UsageError(f"no scan is called '{name}' here; `shieldwall history` lists them")
    return _run(rows[0])


def surplus(db: sqlite3.Connection, keep: int) -> list[str]:
    """Ids of the scans older than the newest `keep`."""
    return [row["run"] for row in db.execute("SELECT run FROM run ORDER BY number DESC LIMIT -1 OFFSET ?", (keep,))]


def forget(db: sqlite3.Connection, runs: list[str]) -> None:
    db.executemany("DELETE FROM run WHERE run = ?", [(run,) for run in runs])


def _run(row: sqlite3.Row) -> PastRun:
    """Raises ConfigError for a row that is not as it was written."""
    try:
        return _read(row)
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigError(
            f"scan {row['number']} in the agent's database is damaged; `shieldwall doctor` says what to do about it"
        ) from error


def _read(row: sqlite3.Row) -> PastRun:
    items = tuple(
        PastItem(
            **{
                **item,
                "outcome": Outcome(item["outcome"]),
                "reason": Reason(item["reason"]) if item["reason"] else None,
            }
        )
        for item in json.loads(row["items"])
    )
    return PastRun(
        row["run"], datetime.fromisoformat(row["started"]), datetime.fromisoformat(row["finished"]), row["trigger"],
        row["policy"], row["policy_rev"], row["pack_version"], row["pack_digest"], row["family"], row["role"],
        bool(row["elevated"]), items, row["number"],
        None if row["clock_synced"] is None else bool(row["clock_synced"]),
    )  # fmt: skip
