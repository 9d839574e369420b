"""X6 total and partition: a total beside its parts narrows each part."""

from __future__ import annotations

from collections.abc import Sequence

from shieldwall.published.attacks.base import Claim, Knowledge, Report, Rosters, settle, span
from shieldwall.published.release import ALL


def link_total(reports: Sequence[Report], roster_history: Rosters, knowledge: Knowledge) -> set[Claim]:
    """Take all parts but one off the total: what is left bounds that part more tightly than its own figure."""
    claims: set[Claim] = set()
    for report in reports:
        for check in dict.fromkeys(cell.check for cell in report.cells):
            cells = {cell.group: cell for cell in report.cells if cell.check == check}
            parts = {group: roster_history[report.name, group] for group in cells if group != ALL}
            if ALL not in cells or not parts:
                continue
            spans = {group: span(cells[group], len(firms)) for group, firms in parts.items()}
            low, high = span(cells[ALL], len(roster_history[report.name, ALL]))
            for group, firms in parts.items():
                others = [spans[other] for other in parts if other != group]
                least = max(spans[group][0], low - sum(top for _, top in others))
                most = min(spans[group][1], high - sum(bottom for bottom, _ in others))
                claims |= settle(check, firms, least, most, knowledge)
    return claims
