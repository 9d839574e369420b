"""The certificate of a release: which attacks were run on it, with what knowledge, and that none succeeded.

After the freeze nobody holds the answers of single firms, so the coalition is tried with answers it might have:
every largest coalition up to exchange of firms nobody can tell apart, with every number of needs among its members.
An inference that is certain given those answers would be certain for whoever really holds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from typing import Final, Literal

from aggregator.disclosure.attacks import ATTACKS
from aggregator.disclosure.attacks.base import Knowledge, Report, Rosters
from shieldwall.errors import IntegrityError

SCHEMA: Final = "shieldwall-certificate/1"
APPLICABLE: Final = (
    "X1 own answers subtracted", "X2 unanimity", "X3 joiners and leavers", "X6 total and parts",
)  # fmt: skip
"""X8 needs to know about all firms but one, more than any coalition does: the suite measures it on simulated data."""


@dataclass(frozen=True, slots=True)
class Result:
    attack: str
    reports: int
    """Releases read together."""
    trials: int
    """Coalitions and answers tried."""
    claims: int
    """Certain inferences about firms outside the coalition: 0, or the release is not published."""


@dataclass(frozen=True, slots=True)
class Certificate:
    schema: Literal["shieldwall-certificate/1"]
    release: str
    digest: str
    """Of the release's payload."""
    n: int
    k: int
    w: int
    figures: int
    """Published figures attacked in this release."""
    gate: str
    """The gate's answer, in words."""
    results: tuple[Result, ...]


def certify(
    release: str, digest: str, *, n: int, k: int, w: int, gate: str, reports: Sequence[Report], rosters: Rosters
) -> Certificate:
    """Attack the last of `reports` with all before it. Raises IntegrityError when an attack succeeds.

    reports   every release within the window whose own k is at least `k`, oldest first
    """
    trials = list(_knowledge(reports, rosters, k))
    results = []
    for name in APPLICABLE:
        claims = set().union(*(ATTACKS[name](reports, rosters, knowledge) for knowledge in trials))
        results.append(Result(name, len(reports), len(trials), len(claims)))
        if claims:
            raise IntegrityError(
                f"release {release} is not published: attack {name} is certain about {len(claims)} answers. "
                "The gate should have refused this cohort: please report it as a defect, with these numbers "
                f"(n {n}, k {k}, w {w}, releases {len(reports)})."
            )
    cells = len(reports[-1].cells) if reports else 0
    return Certificate(SCHEMA, release, digest, n, k, w, cells, gate, tuple(results))


def _knowledge(reports: Sequence[Report], rosters: Rosters, k: int) -> Iterator[Knowledge]:
    checks = sorted({cell.check for report in reports for cell in report.cells})
    groups = [members for _, members in sorted(rosters.items())]
    alike: dict[tuple[bool, ...], list[str]] = {}
    for firm in sorted(frozenset[str]().union(*groups)):
        alike.setdefault(tuple(firm in members for members in groups), []).append(firm)
    for kinds in combinations_with_replacement(sorted(alike), k):
        firms = [alike[kind][kinds[:place].count(kind)] for place, kind in enumerate(kinds)
                 if kinds[:place].count(kind) < len(alike[kind])]  # fmt: skip
        for values in product((0, 1), repeat=len(firms)):
            held = zip(firms, values, strict=True)
            yield Knowledge({firm: dict.fromkeys(checks, value) for firm, value in held})
