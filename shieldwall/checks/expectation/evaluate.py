"""From a test and facts to a verdict with its truth tree. Deterministic: the same facts give the same tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any as AnyValue
from typing import assert_never

from shieldwall import limits
from shieldwall.checks.expectation.matcher import UNPARSED, Moment, unseen_reason
from shieldwall.checks.expectation.path import ABSENT, look_up
from shieldwall.checks.expectation.test import All, Any, Assert, AtLeast, Not, Over, Quantifier, Test
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import (
    FAILED,
    NOT_APPLICABLE,
    PASSED,
    Outcome,
    Reason,
    Verdict,
    all_of,
    any_of,
    at_least,
    negate,
    unknown,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One value that decided, and where it stands."""

    value: AnyValue
    """None when nothing was there."""
    origin: str
    """`file:line`, a path, or the interface that was asked; "" when none is known."""
    name: str = ""
    """Of an element of a mapping: its key there."""


@dataclass(frozen=True, slots=True)
class Node:
    text: str
    """all | any | not | at least N | the assert as written"""
    verdict: Verdict
    seen: tuple[Seen, ...] = ()
    """For an assert: the value, or the elements that decided (at most EVIDENCE_ITEMS)."""
    count: int = 0
    """How many elements decided, listed or not."""
    detail: str = ""
    """Why a fact could not be seen."""
    parts: tuple[Node, ...] = ()


def evaluate(test: Test, facts: Mapping[FactKey, Fact], moment: Moment, missing: Verdict) -> Node:
    """Judge. `missing` is what absence means for the outcome; it keeps that meaning under `not`.

    A key that is not in `facts` was never collected: unknown(unsupported).
    """
    match test:
        case All(of=parts):
            return _joined("all", [evaluate(part, facts, moment, missing) for part in parts], all_of)
        case Any(of=parts):
            return _joined("any", [evaluate(part, facts, moment, missing) for part in parts], any_of)
        case AtLeast(n=n, of=parts):
            nodes = [evaluate(part, facts, moment, missing) for part in parts]
            return Node(f"at least {n}", at_least(n, [node.verdict for node in nodes]), parts=tuple(nodes))
        case Not(of=inner):
            node = evaluate(inner, facts, moment, negate(missing))
            return Node("not", negate(node.verdict), parts=(node,))
        case Assert():
            return _assert(test, facts.get(test.key), moment, missing)
        case _ as never:
            assert_never(never)


def _joined(text: str, nodes: list[Node], join: AnyValue) -> Node:
    return Node(text, join([node.verdict for node in nodes]), parts=tuple(nodes))


def _assert(test: Assert, fact: Fact | None, moment: Moment, missing: Verdict) -> Node:
    if fact is None:
        return Node(test.text, unknown(Reason.UNSUPPORTED), detail=f"{test.key} was not collected")
    if fact.reason is not None:
        return Node(test.text, unknown(fact.reason), detail=fact.detail)
    value = ABSENT if fact.missing else look_up(fact.value, test.get)
    origin = fact.origin(*test.get)
    if test.over is not None:
        return _quantified(test, test.over, value, fact, moment, missing)
    verdict = test.expect.match(value, missing, moment)
    return Node(test.text, verdict, (Seen(None if value is ABSENT else value, origin),), 1)


def _quantified(test: Assert, over: Over, value: AnyValue, fact: Fact, moment: Moment, missing: Verdict) -> Node:
    origin = fact.origin(*test.get)
    reason = unseen_reason(value)
    if reason is not None:
        return Node(test.text, unknown(reason), (Seen(value, origin),), 1)
    if value is ABSENT or value == {"?": "absent"}:
        return Node(test.text, missing, (Seen(None, origin),), 1)
    if isinstance(value, Mapping):
        elements = list(value.items())
    elif isinstance(value, (list, tuple)):
        elements = [(str(i), item) for i, item in enumerate(value)]
    else:
        return Node(test.text, UNPARSED, (Seen(value, origin),), 1)
    turned = negate(missing) if over.quantifier is Quantifier.NONE else missing
    verdicts = [_element(over, item, test, moment, turned) for _, item in elements]
    verdict, culprit = _decide(over.quantifier, verdicts)
    decided = [
        Seen(item, fact.origin(*test.get, name), name if isinstance(value, Mapping) else "")
        for (name, item), one in zip(elements, verdicts, strict=True)
        if one.outcome is culprit
    ]
    return Node(test.text, verdict, tuple(decided[: limits.EVIDENCE_ITEMS]), len(decided))


def _decide(quantifier: Quantifier, verdicts: list[Verdict]) -> tuple[Verdict, Outcome]:
    """The verdict, and which element outcome to show as its evidence."""
    match quantifier:
        case Quantifier.EACH:
            verdict = all_of([PASSED, *verdicts])
            return verdict, verdict.outcome
        case Quantifier.SOME:
            verdict = any_of([FAILED, *verdicts])
            return verdict, verdict.outcome
        case Quantifier.NONE:
            found = any_of([FAILED, *verdicts])
            return negate(found), found.outcome
        case _ as never:
            assert_never(never)


def _element(over: Over, item: AnyValue, test: Assert, moment: Moment, missing: Verdict) -> Verdict:
    meant = all_of(
        [PASSED, *(c.matcher.match(look_up(item, c.path), FAILED, moment) for c in over.where)],
    )
    if meant.outcome is Outcome.FAIL:
        return NOT_APPLICABLE
    expected = test.expect.match(look_up(item, over.get), missing, moment)
    if over.quantifier is Quantifier.EACH:
        return any_of([negate(meant), expected])
    return all_of([meant, expected])
