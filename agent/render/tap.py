"""Test Anything Protocol, version 14."""

from __future__ import annotations

import json
from typing import assert_never

from agent.render import summary
from agent.render.base import Style
from agent.render.plain import one_line
from agent.scan.result import ItemResult, ScanResult
from shieldwall.checks.outcome import Outcome


def render(result: ScanResult, style: Style) -> str:
    lines = ["TAP version 14", f"1..{len(result.items)}"]
    for number, item in enumerate(result.items, 1):
        good = "not ok" if item.outcome in (Outcome.FAIL, Outcome.ERROR) else "ok"
        lines.append(f"{good} {number} - {_escape(f'{item.check.id}: {item.check.title}')}{_directive(item)}")
        if good == "not ok":
            lines += _diagnostic(item)
    return "\n".join(lines) + "\n"


def _directive(item: ItemResult) -> str:
    match item.outcome:
        case Outcome.UNKNOWN:
            return f" # SKIP not seen ({item.reason})"
        case Outcome.NOT_APPLICABLE:
            return " # SKIP does not apply"
        case Outcome.FAIL if item.waiver is not None:
            return f" # TODO accepted until {item.waiver.until}"
        case Outcome.PASS | Outcome.FAIL | Outcome.ERROR:
            return ""
        case _ as never:
            assert_never(never)


def _diagnostic(item: ItemResult) -> list[str]:
    seen = [one_line(line) for line in (summary.seen_lines(item) or [item.defect])]
    mark = {"experimental": True} if item.experimental else {}
    data = {"severity": item.check.severity, "gate": item.gate, **mark, "seen": seen}
    # JSON strings are YAML strings, so no value can end the block
    return ["  ---", *(f"  {name}: {json.dumps(value)}" for name, value in data.items()), "  ..."]


def _escape(text: str) -> str:
    return one_line(text).replace("\\", "\\\\").replace("#", "\\#")
