"""Keeping a scan: outcomes and evidence in one transaction, so a kill in between leaves all of it or nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Final

from agent.home.config import Home
from agent.home.store import Schema, opened, writing
from agent.records import answers, evidence, history, surveys, waivers
from agent.records.history import PastItem, PastRun
from agent.scan.result import ItemResult, ScanResult

SCHEMAS: Final[tuple[Schema, ...]] = (
    history.SCHEMA, evidence.SCHEMA, answers.SCHEMA, waivers.SCHEMA, surveys.SCHEMA,
)  # fmt: skip


def keep(
    home: Home, result: ScanResult, *, trigger: str, scans_kept: int, fresh: Callable[[int], bytes] = os.urandom
) -> Mapping[str, evidence.Item]:
    """Record a scan, forget those past `scans_kept`, and return the salted evidence that a statement commits to.

    Raises ConfigError when the home cannot be written.
    """
    items = {item.check.id: evidence.encode(item.check, item.judgement) for item in result.items}
    salted = evidence.salted(items, fresh)
    with opened(home, *SCHEMAS) as db, writing(db):
        history.record(db, past(result, trigger))
        evidence.record(db, result.run, salted)
        old = history.surplus(db, scans_kept)
        evidence.forget(db, old)
        history.forget(db, old)
    return salted


def past(result: ScanResult, trigger: str) -> PastRun:
    """The scan as history remembers it."""
    subject = result.identity.subject
    return PastRun(
        run=result.run,
        started=result.started,
        finished=result.finished,
        trigger=trigger,
        policy=result.policy.id,
        policy_rev=result.policy.rev,
        pack_version=result.pack.version,
        pack_digest=result.pack.digest,
        family=subject.family,
        role=subject.role,
        elevated=result.elevated,
        clock_synced=result.clock_synced,
        items=tuple(_item(item) for item in result.items),
    )


def _item(item: ItemResult) -> PastItem:
    check = item.check
    return PastItem(
        check.id, check.rev, check.theme, check.severity, item.weight, item.gate, check.attested, item.outcome,
        item.reason, item.waived,
    )  # fmt: skip
