"""The shape of a test: asserts about facts, joined by all, any, not and at_least."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from shieldwall.checks.expectation.matcher import Matcher
from shieldwall.checks.fact import FactKey


class Quantifier(StrEnum):
    EACH = "each"
    SOME = "some"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Condition:
    """`where`: which elements are meant."""

    path: tuple[str, ...]
    matcher: Matcher


@dataclass(frozen=True, slots=True)
class Over:
    quantifier: Quantifier
    where: tuple[Condition, ...]
    get: tuple[str, ...]
    """Path inside each element; () for the element itself."""


@dataclass(frozen=True, slots=True)
class Assert:
    key: FactKey
    get: tuple[str, ...]
    over: Over | None
    expect: Matcher
    text: str
    """The assert as its author wrote it, for the truth tree."""


@dataclass(frozen=True, slots=True)
class All:
    of: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Any:
    of: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Not:
    of: Test


@dataclass(frozen=True, slots=True)
class AtLeast:
    n: int
    of: tuple[Test, ...]


Test = All | Any | Not | AtLeast | Assert


def fact_keys(test: Test) -> Iterator[FactKey]:
    """Every fact the test may ask for, in reading order, with repetitions."""
    match test:
        case Assert(key=key):
            yield key
        case Not(of=inner):
            yield from fact_keys(inner)
        case All(of=parts) | Any(of=parts) | AtLeast(of=parts):
            for part in parts:
                yield from fact_keys(part)
