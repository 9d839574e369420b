"""One row a check, for a spreadsheet. Cells that a spreadsheet would run as a formula are made text."""

from __future__ import annotations

import csv
import io
from typing import Final

from agent.render import summary
from agent.render.base import Style
from agent.render.plain import one_line
from agent.scan.result import ItemResult, ScanResult

COLUMNS: Final = (
    "id", "rev", "title", "theme", "severity", "weight", "gate", "outcome", "reason", "accepted_by", "accepted_until",
    "effort", "seen", "fix", "experimental",
)  # fmt: skip
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def render(result: ScanResult, style: Style) -> str:
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows([_cell(cell) for cell in _row(item, result)] for item in result.items)
    return out.getvalue()


def _row(item: ItemResult, result: ScanResult) -> tuple[object, ...]:
    check, waiver = item.check, item.waiver if item.waived else None
    return (
        check.id, check.rev, check.title, check.theme, check.severity, item.weight, "yes" if item.gate else "no",
        item.outcome.value, item.reason.value if item.reason else "", waiver.owner if waiver else "",
        waiver.until if waiver else "", check.effort, "; ".join(summary.seen_lines(item)),
        summary.fix_words(item, result)[0], "yes" if item.experimental else "no",
    )  # fmt: skip


def _cell(value: object) -> str:
    text = one_line(str(value))
    return f"'{text}" if text.startswith(FORMULA) else text
