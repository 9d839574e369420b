"""Every figure of a release as one flat table, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from aggregator.render.base import Words, visible
from shieldwall.published.release import Figure, Release

COLUMNS: Final = (
    "period", "table", "kind", "id", "title", "theme", "weight", "group", "firms", "low", "high", "trend",
)  # fmt: skip
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so would be run by a spreadsheet."""


def render(release: Release, words: Words, house: str = "") -> bytes:
    """UTF-8, RFC 4180, one header row. `low` and `high` count firms that need action, both included."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for table, figure in _figures(release):
        writer.writerow(
            [
                *map(safe_cell, (release.period, table, figure.kind, figure.id, figure.title, figure.theme)),
                figure.weight, safe_cell(figure.group), figure.n, figure.low, figure.high, figure.trend,
            ]
        )  # fmt: skip
    return out.getvalue().encode()


def _figures(release: Release) -> Iterator[tuple[str, Figure]]:
    for figure in release.themes:
        yield "theme-needs-action", figure
    for figure in release.checks:
        yield "check-needs-action", figure
    for score in release.scores:
        for line, figure in zip(score.lines, score.figures, strict=True):
            yield f"score-below-{line}", figure


def safe_cell(text: str) -> str:
    """Text that no spreadsheet runs: what begins like a formula has an apostrophe before it."""
    clean = visible(text).replace("\n", " ")
    return f"'{clean}" if clean.startswith(FORMULA) else clean
