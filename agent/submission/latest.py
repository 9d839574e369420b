"""From the history to the outbox: the latest audit becomes the next statement, its evidence only a commitment."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Final

from agent.delivery import outbox
from agent.delivery.outbox import Item, Outbox
from agent.home.store import Schema
from agent.records import evidence, history
from agent.scan.record import SCHEMAS as KEPT
from agent.submission.compose import Audit, Draft, compose
from shieldwall import __version__
from shieldwall.checks.outcome import Outcome, Overlay, Verdict
from shieldwall.errors import UsageError
from shieldwall.messages.commitment import evidence_commitment
from shieldwall.messages.statement import Position
from shieldwall.packs import pack

SCHEMAS: Final[tuple[Schema, ...]] = (*KEPT, outbox.SCHEMA)
NOWHERE: Final = Position("no.cluster/joined/yet", "agt_" + "0" * 26, 1, 1, "0" * 64)
"""Where a statement stands in a preview of an agent that belongs to no cluster."""


def latest_draft(db: sqlite3.Connection) -> Draft:
    """Raises UsageError when no audit was kept."""
    runs = history.recent(db, 1)
    if not runs:
        raise UsageError("no audit of this host is kept yet, so there is nothing to send; run `shieldwall scan`")
    run, kept = runs[0], evidence.of_run(db, runs[0].run)
    if kept.keys() != {item.id for item in run.items}:
        raise UsageError("the evidence of the latest audit is not kept any more; run `shieldwall scan` again")
    return compose(audit_of(run, kept), __version__)


def place_latest(db: sqlite3.Connection, box: Outbox, now: int) -> Item:
    """The latest audit in the outbox, placed now or before. Raises as latest_draft and Outbox.place."""
    draft = latest_draft(db)
    return box.place(draft.run.id, draft.at, now)


def audit_of(run: history.PastRun, kept: Mapping[str, evidence.Item]) -> Audit:
    """Evidence enters as a salted root and in no other way."""
    ids = [item.id for item in run.items]
    items = {check: kept[check].evidence for check in ids}
    salts = {check: kept[check].salt for check in ids}
    return Audit(
        run=run.run,
        started=run.started,
        finished=run.finished,
        scheduled=run.trigger == "schedule",
        family=run.family,
        role=run.role,
        verdicts={item.id: Verdict(item.outcome, item.reason) for item in run.items},
        overlays={item.id: overlay for item in run.items if (overlay := _overlay(item)) is not None},
        commitment=evidence_commitment(items, salts).root,
        clock_synced=run.clock_synced,
        pack=pack.NAME,
        pack_version=run.pack_version,
        pack_digest=run.pack_digest,
    )


def _overlay(item: history.PastItem) -> Overlay | None:
    if item.waived:
        return Overlay.WAIVED
    said = item.attested and item.outcome in (Outcome.PASS, Outcome.FAIL)
    return Overlay.ATTESTED if said else None
