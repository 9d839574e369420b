"""One row for each pair of figures, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Final

from aggregator.compare.base import Comparison
from aggregator.render.csv import safe_cell

COLUMNS: Final = (
    "table", "kind", "id", "title", "left_cluster", "left_release", "left_low", "left_high", "left_n",
    "left_possible_low", "left_possible_high", "right_cluster", "right_release", "right_low", "right_high", "right_n",
    "right_possible_low", "right_possible_high", "left_beside_right",
)  # fmt: skip


def render(comparison: Comparison) -> bytes:
    """UTF-8, RFC 4180, one header row. `possible` counts include what a held figure may be off."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for pair in comparison.pairs:
        cells: list[object] = [pair.table, pair.kind, safe_cell(pair.left.id), safe_cell(pair.title)]
        for side, figure, count in (
            (comparison.left, pair.left, pair.left_count),
            (comparison.right, pair.right, pair.right_count),
        ):
            cells += [safe_cell(side.release.cluster), side.release.name, figure.low, figure.high, figure.n]
            cells += [count.low, count.high]
        writer.writerow([*cells, pair.verdict])
    return out.getvalue().encode()
