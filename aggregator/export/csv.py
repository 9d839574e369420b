"""A table as CSV that a spreadsheet can open without running what a name says."""

from __future__ import annotations

import csv
import io

from aggregator.export.model import Cell, Table
from aggregator.render.csv import safe_cell


def encode_csv(table: Table) -> bytes:
    """UTF-8, RFC 4180, one header row. Nothing known is an empty cell; a boolean is `true` or `false`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.names)
    writer.writerows([_text(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode()


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return safe_cell(cell) if isinstance(cell, str) else str(cell)
