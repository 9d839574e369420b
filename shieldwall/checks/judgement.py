"""One check judged against the facts of one host. Pure and deterministic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from shieldwall.checks.check import Bound, Check, Example
from shieldwall.checks.expectation.evaluate import Node, Seen, evaluate
from shieldwall.checks.expectation.matcher import Moment
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import FAILED, NOT_APPLICABLE, Outcome, Verdict

FAMILIES: Final[Mapping[str, frozenset[str]]] = {
    "debian": frozenset({"any", "linux", "debian"}),
    "rhel": frozenset({"any", "linux", "rhel"}),
    "suse": frozenset({"any", "linux", "suse"}),
    "linux": frozenset({"any", "linux"}),
    "windows": frozenset({"any", "windows"}),
    "macos": frozenset({"any", "macos"}),
    "any": frozenset({"any"}),
}
"""What a host of each family answers to."""

UNPROVEN: Final = frozenset({"windows", "macos"})
"""Families on which no check of a host has ever run on the real system, only on recorded facts and trees."""

EXAMPLE_MOMENT: Final = Moment(datetime(2026, 11, 1, tzinfo=UTC))
"""Examples that speak of ages count from here, so that they hold on every day."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged."""

    family: str
    """A key of FAMILIES."""
    role: str
    """workstation | server"""


@dataclass(frozen=True, slots=True)
class Judgement:
    verdict: Verdict
    tree: Node | None
    """The truth tree that decided; None when the platform or role alone did."""

    def decisive(self) -> Iterator[tuple[Node, Seen | None]]:
        """The asserts that made the outcome, each with what was seen; what evidence shows."""
        if self.tree is not None:
            yield from _decisive(self.tree)


def concerns(check: Check, subject: Subject) -> bool:
    """Whether the check is meant for such a host at all; nothing is collected for one that is not."""
    families = FAMILIES[subject.family]
    return bool(families.intersection(check.platforms)) and (not check.roles or subject.role in check.roles)


def experimental(check: Check, subject: Subject) -> bool:
    """Whether a verdict about such a host has yet to be proven right on a real one."""
    return check.lifecycle == "experimental" or (check.scope == "host" and subject.family in UNPROVEN)


def judge(check: Check, bound: Bound, facts: Mapping[FactKey, Fact], subject: Subject, moment: Moment) -> Judgement:
    """`applies` decides first: not met is not applicable, undecidable is the check's own unknown."""
    if not concerns(check, subject):
        return Judgement(NOT_APPLICABLE, None)
    way = bound.on(FAMILIES[subject.family])
    if way.applies is not None:
        gate = evaluate(way.applies, facts, moment, FAILED)
        match gate.verdict.outcome:
            case Outcome.FAIL | Outcome.NOT_APPLICABLE:
                return Judgement(NOT_APPLICABLE, gate)
            case Outcome.UNKNOWN | Outcome.ERROR:
                return Judgement(gate.verdict, gate)
            case Outcome.PASS:
                pass
    tree = evaluate(way.test, facts, moment, way.missing)
    return Judgement(tree.verdict, tree)


def judge_example(check: Check, example: Example, moment: Moment) -> Judgement:
    """What the check makes of one of its examples. Facts the example leaves out were never collected."""
    bound = check.bind(example.params)
    given = {key: Fact.from_example(example.facts[str(key)]) for key in bound.keys() if str(key) in example.facts}  # noqa: SIM118
    return judge(check, bound, given, Subject(example.platform, example.role), moment)


def _decisive(node: Node) -> Iterator[tuple[Node, Seen | None]]:
    if not node.parts:
        if node.seen:
            for seen in node.seen:
                yield node, seen
        else:
            yield node, None
        return
    wanted = {node.verdict.outcome}
    if node.text == "not":
        wanted = {part.verdict.outcome for part in node.parts}
    for part in node.parts:
        if part.verdict.outcome in wanted or node.text.startswith("at least"):
            yield from _decisive(part)
