"""X7 joint inference: a firm below the line of a score fails at least one of the checks behind it."""

from __future__ import annotations

from collections.abc import Sequence

from shieldwall.published.attacks.base import Claim, Knowledge, Report, Rosters, known, settle, span


def score_and_checks(reports: Sequence[Report], roster_history: Rosters, knowledge: Knowledge) -> set[Claim]:
    """No more firms are below the line than fail some check; and what one check cannot explain, another must."""
    claims: set[Claim] = set()
    for report in reports:
        cells = {(cell.check, cell.group): cell for cell in report.cells}
        for line, checks in report.ties:
            for group in dict.fromkeys(group for name, group in cells if name == line):
                if not checks or any((check, group) not in cells for check in checks):
                    continue
                firms = roster_history[report.name, group]
                spans = {
                    name: _rest(name, span(cells[name, group], len(firms)), firms, knowledge)
                    for name in (line, *checks)
                }
                most = sum(high for _, high in (spans[check] for check in checks))
                told = settle(line, firms, 0, most + known(line, firms, knowledge)[1], knowledge)
                for check in checks:
                    explained = most - spans[check][1]
                    least = max(spans[check][0], spans[line][0] - explained)
                    told |= settle(check, firms, least + known(check, firms, knowledge)[1], len(firms), knowledge)
                claims |= told
    return claims


def _rest(check: str, found: tuple[int, int], firms: frozenset[str], knowledge: Knowledge) -> tuple[int, int]:
    """How many of the firms whose answer is not known can need action."""
    told, ones = known(check, firms, knowledge)
    return max(0, found[0] - ones), max(0, min(len(firms) - told, found[1] - ones))
