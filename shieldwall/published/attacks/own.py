"""X1 own-answer subtraction and X2 unanimity: what one figure gives away."""

from __future__ import annotations

from collections.abc import Sequence

from shieldwall.published.attacks.base import Claim, Knowledge, Report, Rosters, settle, span


def subtract_own(reports: Sequence[Report], roster_history: Rosters, knowledge: Knowledge) -> set[Claim]:
    """Take the coalition's answers off each figure: what is left may be nobody, or everybody."""
    claims: set[Claim] = set()
    for report in reports:
        for cell in report.cells:
            firms = roster_history[report.name, cell.group]
            claims |= settle(cell.check, firms, *span(cell, len(firms)), knowledge)
    return claims


def unanimity(reports: Sequence[Report], roster_history: Rosters, knowledge: Knowledge) -> set[Claim]:
    """A figure of none or all needs no answer of one's own."""
    return subtract_own(reports, roster_history, Knowledge())
