"""From a kept scan to its place in the outbox. Outcomes cross here; evidence goes no further than its commitment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from agent import outbox
from agent.compose import Audit, compose
from agent.config import Home
from agent.evidence import Item
from agent.identity import load_identity, read_machine
from agent.outbox import Outbox
from agent.scan.result import ItemResult, ScanResult
from agent.scan.snapshot import Snapshot
from agent.store import opened
from shieldwall import __version__
from shieldwall.commitment import evidence_commitment
from shieldwall.fact import FactKey
from shieldwall.outcome import Outcome, Overlay

TIME_SYNC: Final = FactKey.of("time_sync", {})


def prepare(
    home: Home, result: ScanResult, snapshot: Snapshot, evidence: Mapping[str, Item], *, scheduled: bool, now: datetime
) -> None:
    """Place the statement about this scan in the outbox of an enrolled agent.

    Raises ShieldwallError when this agent may not speak: another machine, a damaged key, a chain that is blocked.
    """
    identity = load_identity(home, read_machine(home))
    draft = compose(audit(result, snapshot, evidence, scheduled=scheduled), __version__)
    with opened(home, outbox.SCHEMA) as db:
        Outbox(db, identity).place(result.run, draft.at, int(now.timestamp()))


def audit(result: ScanResult, snapshot: Snapshot, evidence: Mapping[str, Item], *, scheduled: bool) -> Audit:
    """What of a scan may be said. Evidence becomes one digest here."""
    commitment = evidence_commitment(
        {check_id: item.evidence for check_id, item in evidence.items()},
        {check_id: item.salt for check_id, item in evidence.items()},
    )
    subject = result.identity.subject
    overlays = {item.check.id: overlay for item in result.items if (overlay := _overlay(item)) is not None}
    return Audit(
        run=result.run,
        started=result.started,
        finished=result.finished,
        scheduled=scheduled,
        family=subject.family,
        role=subject.role,
        verdicts={item.check.id: item.judgement.verdict for item in result.items},
        overlays=overlays,
        commitment=commitment.root,
        clock_synced=_clock(snapshot),
        pack=result.pack.name,
        pack_version=result.pack.version,
        pack_digest=result.pack.digest,
    )


def _overlay(item: ItemResult) -> Overlay | None:
    if item.waived:
        return Overlay.WAIVED
    answered = item.check.attested and item.outcome in (Outcome.PASS, Outcome.FAIL)
    return Overlay.ATTESTED if answered else None


def _clock(snapshot: Snapshot) -> bool | None:
    """None when nobody looked, or nothing could be seen."""
    fact = snapshot.facts.get(TIME_SYNC)
    value = fact.value if fact is not None else None
    synced = value.get("synchronized") if isinstance(value, dict) else None
    return synced if isinstance(synced, bool) else None
