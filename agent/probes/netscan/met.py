"""What looks at the network leave behind: batches of one that was cut short, and every device and door ever met."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from agent.home.store import Schema, writing
from agent.probes.netscan.report import Device, Report, Service

SCHEMA: Final = Schema(
    "met",
    (
        (
            "first",
            """
CREATE TABLE look_batch (
    look TEXT NOT NULL,
    batch INTEGER NOT NULL,
    at TEXT NOT NULL,
    report TEXT NOT NULL,
    PRIMARY KEY (look, batch)
);
CREATE TABLE asked_host (
    how TEXT NOT NULL,
    host TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (how, host)
);
CREATE TABLE met_door (
    how TEXT NOT NULL,
    host TEXT NOT NULL,
    door TEXT NOT NULL,
    first TEXT NOT NULL,
    last TEXT NOT NULL,
    PRIMARY KEY (how, host, door)
);
""",
        ),
    ),
)
GOES_ON_FOR: Final = timedelta(hours=24)
"""A look that was cut short longer ago begins anew, because the network has changed."""
DEVICE: Final = ""
"""The door of a device itself."""
News = Mapping[tuple[str, str], bool]
"""(host, door) -> whether it was never met before; nothing for a host that was not asked before."""


def name_of(targets: Sequence[object], ports: Sequence[int], industrial: bool) -> str:
    """Two looks with the same name ask the same of the same addresses, so one can go on where the other stopped."""
    asked = json.dumps([[str(target) for target in targets], list(ports), industrial])
    return hashlib.sha256(asked.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Batches:
    """The journal of one look."""

    db: sqlite3.Connection
    look: str
    now: datetime

    def seen(self, batch: int) -> Report | None:
        row = self.db.execute(
            "SELECT report FROM look_batch WHERE look = ? AND batch = ? AND at > ?",
            (self.look, batch, _text(self.now - GOES_ON_FOR)),
        ).fetchone()
        return None if row is None else _report(json.loads(row["report"]))

    def keep(self, batch: int, report: Report) -> None:
        with writing(self.db):
            self.db.execute(
                "INSERT OR REPLACE INTO look_batch (look, batch, at, report) VALUES (?, ?, ?, ?)",
                (self.look, batch, _text(datetime.now(UTC)), json.dumps(asdict(report))),
            )


def forget(db: sqlite3.Connection) -> None:
    """No look is under way any more."""
    with writing(db):
        db.execute("DELETE FROM look_batch")


def meet(db: sqlite3.Connection, how: str, asked: Sequence[object], report: Report, at: datetime) -> News:
    """Remember who answered, and say what is new.

    how   which looks are compared; one that asks for other ports, or a report made elsewhere, would be full of news
    """
    when, hosts = _text(at), {str(address) for address in asked}
    # what nobody could look at completely must neither count as asked nor make the next look full of news
    hosts -= {device.host for device in report.devices if not device.finished}
    met = [(d.host, DEVICE) for d in report.devices if d.answered] + [
        (s.host, f"{s.port}/{s.proto}") for s in report.services
    ]
    with writing(db):
        before = {row["host"] for row in db.execute("SELECT host FROM asked_host WHERE how = ?", (how,))}
        doors = db.execute("SELECT host, door FROM met_door WHERE how = ?", (how,))
        last = {(row["host"], row["door"]) for row in doors}
        news = {(host, door): (host, door) not in last for host, door in met if host in before}
        db.executemany(
            "INSERT INTO met_door (how, host, door, first, last) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (how, host, door) DO UPDATE SET last = excluded.last",
            [(how, host, door, when, when) for host, door in met],
        )
        db.executemany(
            "INSERT OR REPLACE INTO asked_host (how, host, at) VALUES (?, ?, ?)", [(how, host, when) for host in hosts]
        )
    return news


def _report(read: Mapping[str, Any]) -> Report:
    return Report(
        tuple(Device(**device) for device in read["devices"]),
        tuple(Service(**service) for service in read["services"]),
        None if read["tls"] is None else tuple(read["tls"]),
        None if read["pages"] is None else tuple(read["pages"]),
    )


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
