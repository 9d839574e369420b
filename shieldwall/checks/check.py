"""One check: what to look at, what is expected, why, and how to put it right. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from shieldwall.checks.expectation.duration import parse_duration
from shieldwall.checks.expectation.parse import parse_test
from shieldwall.checks.expectation.test import Test, fact_keys
from shieldwall.checks.fact import FactKey
from shieldwall.checks.outcome import FAILED, NOT_APPLICABLE, PASSED, Outcome, Reason, Verdict, unknown
from shieldwall.checks.vocabulary import FUNDING, PLATFORMS, ROLES, SCOPES, THEMES
from shieldwall.encoding.cursor import Cursor

WEIGHTS: Final = {"critical": 10, "high": 6, "medium": 3, "low": 1, "info": 0}
EFFORTS: Final = ("minutes", "hours", "days", "project")
LIFECYCLES: Final = ("experimental", "stable", "deprecated")
ASKED: Final = " Answer yes when "
"""From here on the `why` of a question speaks to whoever answers it, not to the reader of a report."""
MISSING: Final = {
    "fail": FAILED, "pass": PASSED, "na": NOT_APPLICABLE, "unknown": unknown(Reason.UNSUPPORTED),
}  # fmt: skip
TESTED: Final = ("applies", "test", "instead")
REQUIRED: Final = (
    "id", "rev", "title", "why", "topic", "theme", "scope", "severity", "platforms", "test", "fix", "effort",
    "lifecycle", "examples",
)  # fmt: skip
OPTIONAL: Final = (
    "gate", "roles", "applies", "needs", "params", "on_missing", "max_age", "training_topic",
    "funding_category", "refs", "instead",
)  # fmt: skip


def parted(why: str) -> tuple[str, str]:
    """The reasons, and what is said only to whoever answers the question; each is one text for translators."""
    reasons, asked, rest = why.partition(ASKED)
    return reasons, f"{asked}{rest}".strip()


@dataclass(frozen=True, slots=True)
class Parameter:
    kind: str
    """integer | text | texts | boolean"""
    default: Any
    low: int
    high: int
    options: tuple[str, ...]
    """Allowed values of a text; () for any."""


@dataclass(frozen=True, slots=True)
class Fix:
    platforms: tuple[str, ...]
    """() for all."""
    text: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Example:
    facts: Mapping[str, Any]
    """Text of a fact key -> value as `Fact.from_example` reads it."""
    params: Mapping[str, Any]
    platform: str
    role: str
    result: Outcome
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Way:
    """How a check is judged on some platforms."""

    platforms: tuple[str, ...]
    """() for all that no other way names."""
    applies: Test | None
    test: Test
    missing: Verdict
    """What absence means."""

    def keys(self) -> list[FactKey]:
        return [*(fact_keys(self.applies) if self.applies else ()), *fact_keys(self.test)]


@dataclass(frozen=True, slots=True)
class Bound:
    """A check with its parameters filled in, ready to be judged."""

    main: Way
    instead: tuple[Way, ...] = ()
    """On the platforms they name, in place of `main`."""

    @property
    def test(self) -> Test:
        return self.main.test

    def on(self, families: frozenset[str]) -> Way:
        """The way for a host that answers to these platforms."""
        return next((way for way in self.instead if families.intersection(way.platforms)), self.main)

    def keys(self, families: frozenset[str] | None = None) -> list[FactKey]:
        """Each fact once, those of `applies` first; without families those of every way."""
        ways = (self.main, *self.instead) if families is None else (self.on(families),)
        return list(dict.fromkeys(key for way in ways for key in way.keys()))  # noqa: SIM118


@dataclass(frozen=True, slots=True)
class Check:
    id: str
    rev: int
    title: str
    why: str
    topic: str
    theme: str
    scope: str
    severity: str
    gate: bool
    platforms: tuple[str, ...]
    roles: tuple[str, ...]
    """() for all."""
    privilege: str
    """user | root: what it takes to see everything."""
    network: str
    """none | own | internet"""
    heavy: bool
    params: Mapping[str, Parameter]
    missing: Verdict
    max_age: timedelta | None
    fixes: tuple[Fix, ...]
    effort: str
    training_topic: str
    funding_category: str
    """What money would have to buy, one of vocabulary.FUNDING; empty where know-how alone closes the gap."""
    refs: Mapping[str, tuple[str, ...]]
    lifecycle: str
    source: Cursor
    """The document, from which `bind` reads the tests."""

    @property
    def weight(self) -> int:
        return WEIGHTS[self.severity]

    @property
    def attested(self) -> bool:
        """Answered by people, not measured."""
        return self.scope == "organisation"

    def bind(self, params: Mapping[str, Any] | None = None) -> Bound:
        """Fill parameters in. Raises PackError for a parameter that does not exist or is out of range."""
        values = {name: parameter.default for name, parameter in self.params.items()}
        for name, value in (params or {}).items():
            at = Cursor(value, self.source.document, f"params.{name}")
            if name not in self.params:
                raise at.error(f"the check {self.id} has no such parameter; it has: {', '.join(self.params) or 'none'}")
            values[name] = _value(self.params[name].kind, at, self.params[name])
        filled = {key: _fill(item, values) for key, item in self.source.value.items() if key in TESTED}
        parts = {key: Cursor(item, self.source.document, key) for key, item in filled.items()}
        applies = parse_test(parts["applies"]) if "applies" in parts else None
        ways = parts["instead"].items(at_least=1) if "instead" in parts else ()
        main = Way((), applies, parse_test(parts["test"]), self.missing)
        return Bound(main, tuple(_way(item, self.platforms) for item in ways))

    def fix_for(self, platforms: frozenset[str]) -> Fix | None:
        """The first fix that names one of these platforms, else the first that names none."""
        named = [fix for fix in self.fixes if platforms.intersection(fix.platforms)]
        return next(iter(named), next((fix for fix in self.fixes if not fix.platforms), None))


def parse_check(source: Cursor) -> Check:
    """Raises PackError with file, line, key and the nearest valid name."""
    check = read_check(source)
    check.bind()
    return check


def read_check(source: Cursor) -> Check:
    """As parse_check, but the tests are left to `bind`, which raises what is wrong with them."""
    at = source.fields(REQUIRED, OPTIONAL)
    needs = at["needs"].fields([], ["privilege", "network", "heavy"]) if "needs" in at else {}
    return Check(
        id=_id(at["id"]),
        rev=at["rev"].integer(1, 10_000),
        title=at["title"].text(),
        why=at["why"].text(),
        topic=_id(at["topic"]),
        theme=at["theme"].choice(THEMES),
        scope=at["scope"].choice(SCOPES),
        severity=at["severity"].choice(WEIGHTS),
        gate=at["gate"].boolean() if "gate" in at else False,
        platforms=_some(at["platforms"], PLATFORMS),
        roles=_some(at["roles"], ROLES) if "roles" in at else (),
        privilege=needs["privilege"].choice(["user", "root"]) if "privilege" in needs else "user",
        network=needs["network"].choice(["none", "own", "internet"]) if "network" in needs else "none",
        heavy=needs["heavy"].boolean() if "heavy" in needs else False,
        params=dict(_parameter(name, item) for name, item in at["params"].entries()) if "params" in at else {},
        missing=_missing(at),
        max_age=_duration(at["max_age"]) if "max_age" in at else None,
        fixes=tuple(_fix(item) for item in at["fix"].items(at_least=1)),
        effort=at["effort"].choice(EFFORTS),
        training_topic=at["training_topic"].text() if "training_topic" in at else "",
        funding_category=at["funding_category"].choice(FUNDING) if "funding_category" in at else "",
        refs={name: item.texts() for name, item in at["refs"].entries()} if "refs" in at else {},
        lifecycle=at["lifecycle"].choice(LIFECYCLES),
        source=source,
    )


def parse_examples(check: Check) -> tuple[Example, ...]:
    """The examples of a check, for the suite, `lint` and `test-pack`; a scan never needs them. Raises PackError."""
    default = "debian" if {"linux", "any"}.intersection(check.platforms) else check.platforms[0]
    cursor = Cursor(check.source.value["examples"], check.source.document, "examples")
    examples = tuple(_example(check, item, default) for item in cursor.items(at_least=2))
    for needed in (Outcome.PASS, Outcome.FAIL):
        if all(example.result is not needed for example in examples):
            raise cursor.error(f"at least one example must end in '{needed}'")
    return examples


def _example(check: Check, cursor: Cursor, platform: str) -> Example:
    at = cursor.fields(["facts", "result"], ["params", "platform", "role", "reason"])
    params = at["params"].value if "params" in at else {}
    known = [str(key) for key in check.bind(params).keys()]  # noqa: SIM118
    for key, item in at["facts"].entries():
        if key not in known:
            raise item.error(f"this check asks for no such fact; it asks for: {'; '.join(known)}")
    return Example(
        facts=at["facts"].value,
        params=params,
        platform=at["platform"].choice(PLATFORMS) if "platform" in at else platform,
        role=at["role"].choice(ROLES) if "role" in at else (check.roles[0] if check.roles else "server"),
        result=Outcome(at["result"].choice([o.value for o in Outcome if o is not Outcome.ERROR])),
        reason=Reason(at["reason"].choice([r.value for r in Reason])) if "reason" in at else None,
    )


def _id(cursor: Cursor) -> str:
    text = cursor.text()
    if len(text) > 80 or not text[0].isalnum() or any(c not in "abcdefghijklmnopqrstuvwxyz0123456789-" for c in text):
        raise cursor.error("an id has small letters, digits and hyphens, at most 80")
    return text


def _some(cursor: Cursor, options: tuple[str, ...]) -> tuple[str, ...]:
    cursor.items(at_least=1)
    return cursor.choices(options)


def _duration(cursor: Cursor) -> timedelta:
    try:
        return parse_duration(cursor.text())
    except ValueError as error:
        raise cursor.error(str(error)) from error


def _missing(at: Mapping[str, Cursor]) -> Verdict:
    return MISSING[at["on_missing"].choice(MISSING)] if "on_missing" in at else MISSING["unknown"]


def _way(cursor: Cursor, options: tuple[str, ...]) -> Way:
    at = cursor.fields(["platforms", "test"], ["applies", "on_missing"])
    applies = parse_test(at["applies"]) if "applies" in at else None
    return Way(_some(at["platforms"], options), applies, parse_test(at["test"]), _missing(at))


def _fix(cursor: Cursor) -> Fix:
    at = cursor.fields(["text"], ["platforms", "snippet"])
    return Fix(
        platforms=_some(at["platforms"], PLATFORMS) if "platforms" in at else (),
        text=at["text"].text(),
        snippet=at["snippet"].text() if "snippet" in at else "",
    )


def _parameter(name: str, cursor: Cursor) -> tuple[str, Parameter]:
    at = cursor.fields(["type", "default"], ["min", "max", "enum"])
    kind = at["type"].choice(["integer", "text", "texts", "boolean"])
    parameter = Parameter(
        kind,
        None,
        at["min"].integer(-(10**12), 10**12) if "min" in at else -(10**12),
        at["max"].integer(-(10**12), 10**12) if "max" in at else 10**12,
        at["enum"].texts() if "enum" in at else (),
    )
    default = _value(kind, at["default"], parameter)
    return name, Parameter(kind, default, parameter.low, parameter.high, parameter.options)


def _value(kind: str, cursor: Cursor, parameter: Parameter) -> Any:
    match kind:
        case "integer":
            return cursor.integer(parameter.low, parameter.high)
        case "boolean":
            return cursor.boolean()
        case "texts":
            return list(cursor.texts())
        case _:
            return cursor.choice(parameter.options) if parameter.options else cursor.text()


def _fill(value: Any, values: Mapping[str, Any]) -> Any:
    """Replace whole scalars `$name`; there is no interpolation inside text."""
    if isinstance(value, str) and value.startswith("$") and value[1:] in values:
        return values[value[1:]]
    if isinstance(value, dict):
        return {key: _fill(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, values) for item in value]
    return value
