"""Outcomes of a check and the three-valued logic that combines them (Kleene's strong logic; check-language.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never


class Outcome(StrEnum):
    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"
    ERROR = "error"
    """A defect of the engine or the pack; never counted, and the test run fails on it."""

    # As fast as the word itself: an Enum's own hash is a call, and outcomes are keys of tables in every inner loop.
    __hash__ = str.__hash__


class Reason(StrEnum):
    """Why an outcome is unknown."""

    PRIVILEGE = "privilege"
    TOOL = "tool"
    TIMEOUT = "timeout"
    UNSUPPORTED = "unsupported"
    PARSE = "parse"
    REFUSED = "refused"
    STALE = "stale"
    UNANSWERED = "unanswered"

    __hash__ = str.__hash__


class Overlay(StrEnum):
    """Kept beside the raw outcome, never in place of it."""

    WAIVED = "waived"
    ATTESTED = "attested"

    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    reason: Reason | None = None
    """Set exactly when the outcome is unknown."""

    def __post_init__(self) -> None:
        if (self.outcome is Outcome.UNKNOWN) != (self.reason is not None):
            raise ValueError(f"a reason belongs to unknown and only to it, got {self.outcome} with {self.reason}")


PASSED = Verdict(Outcome.PASS)
FAILED = Verdict(Outcome.FAIL)
NOT_APPLICABLE = Verdict(Outcome.NOT_APPLICABLE)
ERRORED = Verdict(Outcome.ERROR)


def unknown(reason: Reason) -> Verdict:
    return Verdict(Outcome.UNKNOWN, reason)


def negate(verdict: Verdict) -> Verdict:
    match verdict.outcome:
        case Outcome.PASS:
            return FAILED
        case Outcome.FAIL:
            return PASSED
        case Outcome.UNKNOWN | Outcome.NOT_APPLICABLE | Outcome.ERROR:
            return verdict
        case _ as never:
            assert_never(never)


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Fails if any fails, else unknown if any is unknown, else passes.

    Operands that are not applicable drop out, and nothing left is not applicable. An error anywhere is an error:
    a defect must not hide behind another operand. The first unknown gives the reason.
    """
    return _combine(verdicts, decisive=Outcome.FAIL, neutral=PASSED)


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """The dual of all_of: passes if any passes, else unknown if any is unknown, else fails."""
    return _combine(verdicts, decisive=Outcome.PASS, neutral=FAILED)


def at_least(n: int, verdicts: Iterable[Verdict]) -> Verdict:
    """Passes when n applicable operands pass; unknown while the unknown ones could still decide it."""
    counted = [v for v in verdicts if v.outcome is not Outcome.NOT_APPLICABLE]
    if any(v.outcome is Outcome.ERROR for v in counted):
        return ERRORED
    if not counted:
        return NOT_APPLICABLE
    passed = sum(v.outcome is Outcome.PASS for v in counted)
    unknowns = [v for v in counted if v.outcome is Outcome.UNKNOWN]
    if passed >= n:
        return PASSED
    return unknowns[0] if passed + len(unknowns) >= n else FAILED


def _combine(verdicts: Iterable[Verdict], *, decisive: Outcome, neutral: Verdict) -> Verdict:
    counted = [v for v in verdicts if v.outcome is not Outcome.NOT_APPLICABLE]
    for outcome in (Outcome.ERROR, decisive, Outcome.UNKNOWN):
        for verdict in counted:
            if verdict.outcome is outcome:
                return verdict
    return neutral if counted else NOT_APPLICABLE
