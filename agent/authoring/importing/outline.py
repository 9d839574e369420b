"""What an import makes: tests built of asserts, each with a fact that meets it and one that does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from shieldwall.checks.fact import ABSENT, MARK

GONE: Final[Mapping[str, str]] = {MARK: ABSENT}


class UnsupportedError(Exception):
    """Something the check language cannot say, or that no probe sees; the message says what."""


class GrammarError(Exception):
    """The imported rule itself is malformed; the message says how."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One assert, and values of its whole fact under which it holds and does not."""

    test: Mapping[str, Any]
    good: Any
    bad: Any


@dataclass(frozen=True, slots=True)
class Rule:
    test: Mapping[str, Any]
    atoms: tuple[Atom, ...]
    unsupported: tuple[str, ...] = ()
    """What of it ends as unknown(unsupported), and why."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One check to be, in the words of the file it comes from."""

    id: str
    title: str
    why: str
    fix: str
    rule: Rule
    platform: str = "linux"
    severity: str = "medium"
    missing: str = ""
    """on_missing; "" for unknown."""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Imported:
    outlines: tuple[Outline, ...]
    faults: tuple[str, ...] = field(default=())
    """`file:line: key: what is wrong`; what has a fault is not imported."""


def one(test: Mapping[str, Any], good: Any, bad: Any) -> Rule:
    return Rule(test, (Atom(test, good, bad),))


def registry(where: Mapping[str, Any], expect: Any, good: Any, bad: Any) -> Rule:
    """About what a value of the registry says; where   key and value"""
    test = {"registry": where, "get": "value", "expect": expect}
    return one(test, {"value": good}, {"value": bad})


def unsupported(name: str, why: str) -> Rule:
    """Unknown(unsupported) on every host, unless the firm exposes a local fact of that name."""
    rule = one({"local": {"name": name}, "expect": True}, True, False)
    return Rule(rule.test, rule.atoms, (why,))


def every(rules: Sequence[Rule]) -> Rule:
    return _joined("all", rules)


def some(rules: Sequence[Rule]) -> Rule:
    return _joined("any", rules)


def negated(rule: Rule) -> Rule:
    swapped = tuple(Atom(atom.test, atom.bad, atom.good) for atom in rule.atoms)
    return Rule({"not": rule.test}, swapped, rule.unsupported)


def _joined(join: str, rules: Sequence[Rule]) -> Rule:
    if len(rules) == 1:
        return rules[0]
    atoms = tuple(atom for rule in rules for atom in rule.atoms)
    return Rule({join: [rule.test for rule in rules]}, atoms, tuple(u for rule in rules for u in rule.unsupported))
