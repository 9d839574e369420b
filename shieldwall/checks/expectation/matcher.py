"""Matchers: what one value is expected to be. A literal table of operators, each a few lines.

`Matcher.match(value, missing)` gives a verdict: `missing` is what absence means here, already turned around where a
`not` stands above. A part that could not be looked at gives unknown with its reason. A value of another type than the
operator reads came from the host, not from the pack, so it is unknown(parse) and never an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from shieldwall.checks.expectation.path import ABSENT, look_up
from shieldwall.checks.expectation.version import compare
from shieldwall.checks.fact import ABSENT as ABSENT_MARK
from shieldwall.checks.fact import MARK
from shieldwall.checks.outcome import FAILED, PASSED, Outcome, Reason, Verdict, all_of, any_of, negate, unknown

UNPARSED: Final = unknown(Reason.PARSE)


@dataclass(frozen=True, slots=True)
class Moment:
    """What judging may know besides facts."""

    now: datetime


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    operand: Any
    """A literal, or for has, len, any, not and fields: matchers already parsed."""

    def match(self, value: Any, missing: Verdict, moment: Moment) -> Verdict:
        seen = unseen_reason(value)
        if seen is not None:
            return unknown(seen)
        if value is ABSENT:
            if self.name == "exists":
                return _verdict(not self.operand)
            if self.name not in ("any", "not"):
                return missing
        return OPERATORS[self.name](value, self.operand, missing, moment)


@dataclass(frozen=True, slots=True)
class Matcher:
    operations: tuple[Operation, ...]
    """All must hold."""

    def match(self, value: Any, missing: Verdict, moment: Moment) -> Verdict:
        if isinstance(value, Mapping) and value == {MARK: ABSENT_MARK}:
            value = ABSENT
        return all_of([op.match(value, missing, moment) for op in self.operations])


def unseen_reason(value: Any) -> Reason | None:
    """The reason inside a mark, None for a value that was seen."""
    if isinstance(value, Mapping) and len(value) == 1 and MARK in value and value[MARK] != ABSENT_MARK:
        return Reason(value[MARK])
    return None


def equal(value: Any, operand: Any) -> bool:
    """Equal in type and value; a whole number also equals the text that writes it, as configurations do."""
    if isinstance(value, bool) or isinstance(operand, bool):
        return value is operand
    if isinstance(value, str) and isinstance(operand, int):
        return value.strip() == str(operand)
    if isinstance(value, int) and isinstance(operand, str):
        return str(value) == operand.strip()
    if isinstance(value, (list, tuple)) and isinstance(operand, (list, tuple)):
        return len(value) == len(operand) and all(map(equal, value, operand))
    return bool(value == operand)


def _verdict(holds: bool) -> Verdict:
    return PASSED if holds else FAILED


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


Test = Callable[[Any, Any, Verdict, Moment], Verdict]


def _ordered(holds: Callable[[float, float], bool]) -> Test:
    def test(value: Any, operand: Any, missing: Verdict, moment: Moment) -> Verdict:
        number, bound = _number(value), _number(operand)
        return UNPARSED if number is None or bound is None else _verdict(holds(number, bound))

    return test


def _textual(holds: Callable[[str, str], bool]) -> Test:
    def test(value: Any, operand: Any, missing: Verdict, moment: Moment) -> Verdict:
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            return UNPARSED
        return _verdict(holds(str(value), str(operand)))

    return test


def _listed(decide: Callable[[list[Any], list[Any]], bool], *, unseen_can_only: Outcome) -> Test:
    """A set operator. Elements that could not be seen may still make the outcome `unseen_can_only`."""

    def test(value: Any, operand: Any, missing: Verdict, moment: Moment) -> Verdict:
        if not isinstance(value, (list, tuple)):
            return UNPARSED
        seen = [item for item in value if unseen_reason(item) is None]
        verdict = _verdict(decide(seen, list(operand)))
        hidden = [r for item in value if (r := unseen_reason(item)) is not None]
        return unknown(hidden[0]) if hidden and verdict.outcome is not unseen_can_only else verdict

    return test


def _among(item: Any, items: list[Any]) -> bool:
    return any(equal(item, other) for other in items)


def _matches(value: Any, operand: Any, missing: Verdict, moment: Moment) -> Verdict:
    from shieldwall.checks.expectation.pattern import search

    return _verdict(search(operand, str(value))) if isinstance(value, (str, int)) else UNPARSED


def _exists(value: Any, operand: Any, missing: Verdict, moment: Moment) -> Verdict:
    return _verdict(bool(operand))


def _empty(value: Any, operand: Any, missing: Verdict, moment: Moment) -> Verdict:
    if value is not None and not isinstance(value, (str, list, tuple, Mapping)):
        return UNPARSED
    return _verdict((not value) is operand)


def _len(value: Any, operand: Any, missing: Verdict, moment: Moment) -> Verdict:
    if not isinstance(value, (str, list, tuple, Mapping)):
        return UNPARSED
    verdict: Verdict = operand.match(len(value), missing, moment)
    return verdict


def _has(value: Any, operand: Any, missing: Verdict, moment: Moment) -> Verdict:
    if isinstance(value, Mapping):
        return any_of([FAILED, *(operand.match(key, FAILED, moment) for key in value)])
    if not isinstance(value, (list, tuple)):
        return UNPARSED
    return any_of([FAILED, *(operand.match(item, FAILED, moment) for item in value)])


def _fields(value: Any, operand: Any, missing: Verdict, moment: Moment) -> Verdict:
    if not isinstance(value, Mapping):
        return UNPARSED
    return all_of([matcher.match(look_up(value, path), missing, moment) for path, matcher in operand])


def _any(value: Any, operand: Any, missing: Verdict, moment: Moment) -> Verdict:
    return any_of([matcher.match(value, missing, moment) for matcher in operand])


def _not(value: Any, operand: Any, missing: Verdict, moment: Moment) -> Verdict:
    return negate(operand.match(value, negate(missing), moment))


def _version(holds: Callable[[int], bool]) -> Test:
    return _textual(lambda value, operand: holds(compare(value, operand)))


def _mode_max(value: Any, operand: Any, missing: Verdict, moment: Moment) -> Verdict:
    try:
        mode = int(value, 8) if isinstance(value, str) else int(value)
    except (TypeError, ValueError):
        return UNPARSED
    return _verdict(mode & ~int(operand, 8) & 0o7777 == 0)


def _age_max(value: Any, operand: timedelta, missing: Verdict, moment: Moment) -> Verdict:
    number = _number(value)
    if number is not None:
        return _verdict(number <= operand.total_seconds())
    try:
        then = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return UNPARSED
    if then.tzinfo is None:
        return UNPARSED
    return _verdict(moment.now - then <= operand)


def _within(value: Any, operand: Any, missing: Verdict, moment: Moment) -> Verdict:
    number = _number(value)
    if number is None:
        return UNPARSED
    low, high = (_number(bound) for bound in operand)
    return _verdict(low is not None and high is not None and low <= number <= high)


OPERATORS: Final[Mapping[str, Test]] = {
    "eq": lambda value, operand, missing, moment: _verdict(equal(value, operand)),
    "ne": lambda value, operand, missing, moment: _verdict(not equal(value, operand)),
    "lt": _ordered(lambda a, b: a < b),
    "le": _ordered(lambda a, b: a <= b),
    "gt": _ordered(lambda a, b: a > b),
    "ge": _ordered(lambda a, b: a >= b),
    "in": lambda value, operand, missing, moment: _verdict(_among(value, list(operand))),
    "not_in": lambda value, operand, missing, moment: _verdict(not _among(value, list(operand))),
    "matches": _matches,
    "contains": _textual(lambda value, operand: operand in value),
    "starts": _textual(str.startswith),
    "ends": _textual(str.endswith),
    "exists": _exists,
    "empty": _empty,
    "len": _len,
    "has": _has,
    "superset": _listed(lambda a, b: all(_among(x, a) for x in b), unseen_can_only=Outcome.PASS),
    "subset": _listed(lambda a, b: all(_among(x, b) for x in a), unseen_can_only=Outcome.FAIL),
    "same_set": _listed(
        lambda a, b: all(_among(x, a) for x in b) and all(_among(x, b) for x in a), unseen_can_only=Outcome.ERROR
    ),
    "version_ge": _version(lambda order: order >= 0),
    "version_lt": _version(lambda order: order < 0),
    "mode_max": _mode_max,
    "age_max": _age_max,
    "within": _within,
    "fields": _fields,
    "any": _any,
    "not": _not,
}
