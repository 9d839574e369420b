"""A snapshot for a reader: each fact with its value or why there is none."""

from __future__ import annotations

from collections.abc import Iterator

from agent.records.evidence import shown
from agent.render.plain import one_line
from agent.scan.snapshot import Snapshot
from shieldwall.checks.fact import Fact

VALUE_CHARS = 160


def listing(snapshot: Snapshot, probes: frozenset[str], *, wide: bool) -> str:
    """probes: only these; empty for all. wide: do not shorten values."""
    lines = list(_lines(snapshot, probes, None if wide else VALUE_CHARS))
    return "\n".join(lines or ["no facts"]) + "\n"


def _lines(snapshot: Snapshot, probes: frozenset[str], limit: int | None) -> Iterator[str]:
    for key, fact in sorted(snapshot.facts.items(), key=lambda item: str(item[0])):
        if probes and key.probe not in probes:
            continue
        yield one_line(str(key))
        yield "    " + one_line(_value(fact), limit)
    for name, text in snapshot.defects.items():
        yield one_line(f"{name}: DEFECT {text}")


def _value(fact: Fact) -> str:
    if fact.reason is not None:
        return f"unknown ({fact.reason}) {fact.detail}"
    where = f"   from {fact.source}" if fact.source else ""
    return f"not there{where}" if fact.missing else f"{shown(fact.value)}{where}"
