"""The certificate of a release: which attacks were run on it, with what knowledge, and that none succeeded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from shieldwall.errors import IntegrityError
from shieldwall.published.attacks.base import Report, Rosters
from shieldwall.published.attacks.suite import Result, run_suite
from shieldwall.published.release import Release, release_digest

SCHEMA: Final = "shieldwall-certificate/1"


@dataclass(frozen=True, slots=True)
class Certificate:
    schema: Literal["shieldwall-certificate/1"]
    release: str
    digest: str
    """Of the release's payload."""
    n: int
    k: int
    w: int
    software: str
    figures: int
    """Published figures attacked in this release."""
    gate: str
    """The gate's answer, in words."""
    results: tuple[Result, ...]


def certify(release: Release, *, gate: str, reports: Sequence[Report], rosters: Rosters) -> Certificate:
    """Attack the last of `reports`, which is the release, with all before it.

    reports   every release within the window that withstands as large a coalition, oldest first
    Raises IntegrityError when an attack succeeds.
    """
    cohort = release.cohort
    results = []
    for result in run_suite(reports, rosters, cohort.k, held=cohort.margin > 0):
        results.append(result)
        if result.claims:
            raise IntegrityError(
                f"release {release.name} is not published: attack {result.attack} is certain about {result.claims} "
                "answers. The gate should have refused this cohort: please report it as a defect, with these numbers "
                f"(n {cohort.n}, k {cohort.k}, w {cohort.w}, releases {len(reports)})."
            )
    cells = len(reports[-1].cells) if reports else 0
    return Certificate(
        SCHEMA, release.name, release_digest(release), cohort.n, cohort.k, cohort.w, release.software, cells, gate,
        tuple(results),
    )  # fmt: skip
