"""An independent judge of histories: integer programming over the firms' answers, no code shared with the gate."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from simulated import Truth

from shieldwall.published.attacks.base import Claim, Report, Rosters


def certain(
    reports: Sequence[Report], rosters: Rosters, answers: Truth, coalition: Sequence[str], checks: Sequence[str]
) -> set[Claim]:
    """Claims the solver proves: with the opposite answer no world fits the reports."""
    firms = sorted(frozenset[str]().union(*rosters.values()))
    place = {firm: index for index, firm in enumerate(firms)}
    claims = set()
    for check in checks:
        rows, lows, highs = [], [], []
        for report in reports:
            for cell in (cell for cell in report.cells if cell.check == check):
                row = np.zeros(len(firms))
                row[[place[firm] for firm in rosters[report.name, cell.group]]] = 1
                rows.append(row)
                lows.append(cell.low)
                highs.append(cell.high)
        fits = LinearConstraint(np.array(rows), lows, highs)
        low, high = np.zeros(len(firms)), np.ones(len(firms))
        for firm in coalition:
            low[place[firm]] = high[place[firm]] = answers[firm, check]
        # Firms counted in the same groups can stand in for one another: one of each kind is enough.
        kinds = {tuple(row[place[f]] for row in rows): f for f in firms if f not in coalition}
        for firm in kinds.values():
            for value in (0, 1):
                lower, upper = low.copy(), high.copy()
                lower[place[firm]] = upper[place[firm]] = 1 - value
                solved = milp(
                    np.zeros(len(firms)), constraints=fits, bounds=Bounds(lower, upper), integrality=np.ones(len(firms))
                )
                if solved.status == 2:
                    claims.add(Claim(firm, check, value))
    return claims
