"""From outcomes to theme scores, coverage, gates and a band, exactly (check-language.md, Policies and score).

    T (theme)    = sum w(pass) / sum w(pass + fail)                    a waived fail stays a fail
    K (coverage) = sum w(pass + fail) / sum w(applicable)              unknown and error lower K, never T
    S (overall)  = the mean of T over themes with K >= 60 %, and over any further theme that would lower it;
                   no number when fewer than four themes reach 60 %
    band         = A >= 85, B >= 70, C >= 50, else D; one open gate caps at C, three at D

The clause about further themes is what makes "looking less never raises S" a law: without it a weak theme could be
pushed below 60 % coverage and so out of the mean. All arithmetic is on whole weights and fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, assert_never

from shieldwall.checks.outcome import Outcome
from shieldwall.checks.vocabulary import THEMES

COVERAGE_NEEDED: Final = Fraction(60, 100)
THEMES_NEEDED: Final = 4
BANDS: Final = ((Fraction(85, 100), "A"), (Fraction(70, 100), "B"), (Fraction(50, 100), "C"))
GATES_FOR_C: Final = 1
GATES_FOR_D: Final = 3


@dataclass(frozen=True, slots=True)
class Scored:
    """What the score needs to know of one check."""

    id: str
    theme: str
    weight: int
    gate: bool
    attested: bool
    outcome: Outcome
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Weights:
    """Sums of weights; every number of the score can be recomputed from them by hand."""

    passed: int = 0
    failed: int = 0
    waived: int = 0
    """The part of `failed` that somebody accepted; already counted there."""
    unseen: int = 0
    """unknown and error"""

    @property
    def score(self) -> Fraction | None:
        """T; None when nothing was decided."""
        decided = self.passed + self.failed
        return Fraction(self.passed, decided) if decided else None

    @property
    def coverage(self) -> Fraction | None:
        """K; None when nothing is applicable."""
        applicable = self.passed + self.failed + self.unseen
        return Fraction(self.passed + self.failed, applicable) if applicable else None

    @property
    def qualifies(self) -> bool:
        return self.coverage is not None and self.coverage >= COVERAGE_NEEDED and self.score is not None


@dataclass(frozen=True, slots=True)
class Score:
    themes: Mapping[str, Weights]
    """Every theme, in the fixed order."""
    measured: Weights
    attested: Weights
    overall: Fraction | None
    """S in [0, 1]; None when fewer than four themes qualify."""
    coverage: Fraction | None
    """K over everything applicable."""
    open_gates: tuple[str, ...]
    """Ids of gate checks that fail, waived or not."""
    band: str | None
    """A, B, C or D; None when there is no overall score."""


def score(items: Iterable[Scored]) -> Score:
    listed = list(items)
    themes = {theme: _sum(item for item in listed if item.theme == theme) for theme in THEMES}
    gates = tuple(sorted(item.id for item in listed if item.gate and item.outcome is Outcome.FAIL))
    overall = _overall(themes)
    return Score(
        themes=themes,
        measured=_sum(item for item in listed if not item.attested),
        attested=_sum(item for item in listed if item.attested),
        overall=overall,
        coverage=_sum(listed).coverage,
        open_gates=gates,
        band=None if overall is None else _band(overall, len(gates)),
    )


def _sum(items: Iterable[Scored]) -> Weights:
    passed = failed = waived = unseen = 0
    for item in items:
        match item.outcome:
            case Outcome.PASS:
                passed += item.weight
            case Outcome.FAIL:
                failed += item.weight
                waived += item.weight * item.waived
            case Outcome.UNKNOWN | Outcome.ERROR:
                unseen += item.weight
            case Outcome.NOT_APPLICABLE:
                pass
            case _ as never:
                assert_never(never)
    return Weights(passed, failed, waived, unseen)


def _overall(themes: Mapping[str, Weights]) -> Fraction | None:
    counted = [w.score for w in themes.values() if w.qualifies and w.score is not None]
    if len(counted) < THEMES_NEEDED:
        return None
    below = sorted(w.score for w in themes.values() if not w.qualifies and w.score is not None)
    for theme in below:
        if theme * len(counted) >= sum(counted):
            break
        counted.append(theme)
    return sum(counted, Fraction(0)) / len(counted)


def _band(overall: Fraction, open_gates: int) -> str:
    letter = next((letter for bound, letter in BANDS if overall >= bound), "D")
    if open_gates >= GATES_FOR_D:
        return "D"
    return max(letter, "C") if open_gates >= GATES_FOR_C else letter
