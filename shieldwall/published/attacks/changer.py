"""X8 one known changer: when everyone else stood still, a figure that moved tells on the one who did not."""

from __future__ import annotations

from collections.abc import Sequence

from shieldwall.published.attacks.base import Claim, Knowledge, Report, Rosters, span


def one_changer(reports: Sequence[Report], roster_history: Rosters, knowledge: Knowledge) -> set[Claim]:
    """Compare the last two reports of one cohort in which all firms but one are known to be steady."""
    claims: set[Claim] = set()
    if len(reports) < 2:
        return claims
    last, now = reports[-2], reports[-1]
    old = {(cell.check, cell.group): cell for cell in last.cells}
    for cell in now.cells:
        firms = roster_history[now.name, cell.group]
        movers = firms - knowledge.steady
        before = old.get((cell.check, cell.group))
        if before is None or roster_history[last.name, cell.group] != firms or len(movers) != 1:
            continue
        (then_low, then_high), (low, high) = span(before, len(firms)), span(cell, len(firms))
        # One firm moves a count by one: a larger gap between the two intervals contradicts what is known.
        if low == then_high + 1:
            claims |= {Claim(firm, cell.check, 1) for firm in movers}
        elif high == then_low - 1:
            claims |= {Claim(firm, cell.check, 0) for firm in movers}
    return claims
