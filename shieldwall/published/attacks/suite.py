"""The attacks that apply to a release, each with every coalition it has to withstand.

Nobody holds the answers of single firms after the freeze, so the coalition is tried with answers it might have: every
largest coalition up to exchange of firms nobody can tell apart, with every number of needs among its members. An
inference that is certain given those answers would be certain for whoever really holds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from typing import Final

from shieldwall.published.attacks.base import Attack, Claim, Knowledge, Report, Rosters
from shieldwall.published.attacks.changer import one_changer
from shieldwall.published.attacks.difference import difference
from shieldwall.published.attacks.history import whole_history
from shieldwall.published.attacks.joint import score_and_checks
from shieldwall.published.attacks.linkage import link_total
from shieldwall.published.attacks.own import subtract_own, unanimity

ATTACKS: Final[dict[str, Attack]] = {
    "X1 own answers subtracted": subtract_own,
    "X2 unanimity": unanimity,
    "X3 joiners and leavers": difference,
    "X4 X5 all releases and tables": whole_history,
    "X6 total and parts": link_total,
    "X7 score and its checks": score_and_checks,
    "X8 one known changer": one_changer,
}
CHANGER: Final = "X8 one known changer"
LARGE: Final = 2_000_000
"""Figures times coalitions, some ten seconds an attack; beyond, only every so many coalitions are tried."""
LARGE_COSTLY: Final = 40_000
"""The same for the attacks in COSTLY, which read figures in pairs or all together."""
COSTLY: Final = ("X3 joiners and leavers", "X4 X5 all releases and tables")


@dataclass(frozen=True, slots=True)
class Result:
    attack: str
    reports: int
    """Releases read together."""
    trials: int
    """Coalitions and answers tried."""
    claims: int
    """Certain inferences about firms outside the coalition: 0, or the release must not be published."""


def run_suite(reports: Sequence[Report], rosters: Rosters, k: int, *, held: bool) -> Iterator[Result]:
    """Attack the last of `reports` with all before it.

    held   whether the last release holds its figures still, so that one known changer must stay hidden too
    """
    trials = list(coalitions(reports, rosters, k))
    figures = sum(len(report.cells) for report in reports)
    step, long_step = (max(1, figures * len(trials) // most) for most in (LARGE, LARGE_COSTLY))
    for name, attack in ATTACKS.items():
        if name == CHANGER:
            if held:
                yield _tried(name, attack, reports, rosters, list(changers(reports, rosters)))
            continue
        yield _tried(name, attack, reports, rosters, trials[:: long_step if name in COSTLY else step])


def _tried(
    name: str, attack: Attack, reports: Sequence[Report], rosters: Rosters, trials: Sequence[Knowledge]
) -> Result:
    claims = set[Claim]().union(*(attack(reports, rosters, knowledge) for knowledge in trials))
    return Result(name, len(reports), len(trials), len(claims))


def coalitions(reports: Sequence[Report], rosters: Rosters, k: int) -> Iterator[Knowledge]:
    checks = sorted({cell.check for report in reports for cell in report.cells})
    alike = _alike(rosters)
    for kinds in combinations_with_replacement(sorted(alike), k):
        firms = [
            alike[kind][kinds[:place].count(kind)]
            for place, kind in enumerate(kinds)
            if kinds[:place].count(kind) < len(alike[kind])
        ]
        for values in product((0, 1), repeat=len(firms)):
            held = zip(firms, values, strict=True)
            yield Knowledge({firm: dict.fromkeys(checks, value) for firm, value in held})


def changers(reports: Sequence[Report], rosters: Rosters) -> Iterator[Knowledge]:
    """Everybody but one is known to have changed nothing."""
    everybody = frozenset[str]().union(*rosters.values())
    for firms in _alike(rosters).values():
        yield Knowledge(steady=everybody - {firms[0]})


def _alike(rosters: Rosters) -> dict[tuple[bool, ...], list[str]]:
    groups = [members for _, members in sorted(rosters.items())]
    found: dict[tuple[bool, ...], list[str]] = {}
    for firm in sorted(frozenset[str]().union(*groups)):
        found.setdefault(tuple(firm in members for members in groups), []).append(firm)
    return found
