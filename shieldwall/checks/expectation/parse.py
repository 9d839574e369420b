"""From a document to a test. What could go wrong at judging time is refused here, with file, line and key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any as AnyValue
from typing import Final

from shieldwall import limits
from shieldwall.checks.expectation.duration import parse_duration
from shieldwall.checks.expectation.matcher import OPERATORS, Matcher, Operation
from shieldwall.checks.expectation.path import parse_path
from shieldwall.checks.expectation.pattern import compiled
from shieldwall.checks.expectation.test import All, Any, Assert, AtLeast, Condition, Not, Over, Quantifier, Test
from shieldwall.checks.fact import FactKey
from shieldwall.checks.vocabulary import PROBES
from shieldwall.encoding.cursor import Cursor, unknown_word

JOINS: Final = ("all", "any", "not", "at_least")
NUMBERS: Final = ("lt", "le", "gt", "ge")
LISTS: Final = ("in", "not_in", "superset", "subset", "same_set")


def parse_test(cursor: Cursor) -> Test:
    """Raises PackError."""
    entries = dict(cursor.entries())
    for join in JOINS:
        if join in entries:
            cursor.fields([join])
            return _join(join, entries[join])
    return _assert(cursor, entries)


def _join(join: str, cursor: Cursor) -> Test:
    match join:
        case "all":
            return All(tuple(parse_test(item) for item in cursor.items(at_least=1)))
        case "any":
            return Any(tuple(parse_test(item) for item in cursor.items(at_least=1)))
        case "not":
            return Not(parse_test(cursor))
        case _:
            fields = cursor.fields(["n", "of"])
            of = tuple(parse_test(item) for item in fields["of"].items(at_least=1))
            return AtLeast(fields["n"].integer(1, len(of)), of)


def _assert(cursor: Cursor, entries: Mapping[str, Cursor]) -> Assert:
    probes = [name for name in entries if name not in ("get", "expect", *Quantifier)]
    if len(probes) != 1:
        raise cursor.error(f"an assert names one probe, this one names {', '.join(probes) or 'none'}")
    probe = probes[0]
    if probe not in PROBES:
        raise entries[probe].error(unknown_word("probe", probe, [*PROBES, *JOINS]))
    fields = cursor.fields([probe, "expect"], ["get", *Quantifier])
    quantifiers = [q for q in Quantifier if q in fields]
    if len(quantifiers) > 1:
        raise cursor.error("an assert has at most one of each, some and none")
    return Assert(
        key=FactKey.of(probe, _arguments(probe, fields[probe])),
        get=_path(fields["get"]) if "get" in fields else (),
        over=_over(quantifiers[0], fields[quantifiers[0]]) if quantifiers else None,
        expect=parse_matcher(fields["expect"]),
        text=json.dumps(cursor.value, ensure_ascii=False),
    )


def _arguments(probe: str, cursor: Cursor) -> dict[str, AnyValue]:
    words = PROBES[probe]
    given = cursor.fields([], list(words.arguments))
    for group in words.one_of:
        if sum(name in given for name in group) != 1:
            raise cursor.error(f"give exactly one of {', '.join(group)}")
    out: dict[str, AnyValue] = {}
    for name, item in given.items():
        argument = words.arguments[name]
        match argument.kind:
            case "texts":
                out[name] = item.texts()
            case "flag":
                out[name] = item.boolean()
            case "pattern":
                out[name] = _pattern(item)
            case "path":
                out[name] = _host_path(item)
            case "scalar":
                out[name] = item.value if isinstance(item.value, (bool, int)) else item.text()
            case _:
                out[name] = item.choice(argument.choices) if argument.choices else item.text()
    return out


def _host_path(cursor: Cursor) -> str:
    path = cursor.text()
    if not path.startswith("/") or ".." in path.split("/") or "\x00" in path:
        raise cursor.error("a path on the host starts with / and has no ..")
    return path


def _over(quantifier: Quantifier, cursor: Cursor) -> Over:
    fields = cursor.fields([], ["where", "get"])
    where = fields["where"].entries() if "where" in fields else ()
    conditions = tuple(Condition(_path_text(item, name), parse_matcher(item)) for name, item in where)
    return Over(quantifier, conditions, _path(fields["get"]) if "get" in fields else ())


def parse_matcher(cursor: Cursor) -> Matcher:
    """Raises PackError."""
    value = cursor.value
    if isinstance(value, list):
        return Matcher(tuple(op for item in cursor.items(at_least=1) for op in parse_matcher(item).operations))
    if not isinstance(value, Mapping):
        return Matcher((Operation("eq", _literal(cursor)),))
    if not value:
        raise cursor.error("a matcher needs an operator or a value")
    return Matcher(tuple(_operation(name, item) for name, item in cursor.entries()))


def _operation(name: str, cursor: Cursor) -> Operation:
    if name not in OPERATORS:
        raise cursor.error(unknown_word("operator", name, OPERATORS))
    return Operation(name, _operand(name, cursor))


def _operand(name: str, cursor: Cursor) -> AnyValue:
    match name:
        case "matches":
            return _pattern(cursor)
        case "exists" | "empty":
            return cursor.boolean()
        case "len" | "has" | "not":
            return parse_matcher(cursor)
        case "any":
            return tuple(parse_matcher(item) for item in cursor.items(at_least=1))
        case "fields":
            return tuple((_path_text(item, key), parse_matcher(item)) for key, item in cursor.entries())
        case "age_max":
            return _duration(cursor)
        case "mode_max":
            return _mode(cursor)
        case "within":
            bounds = cursor.items(at_least=2)
            if len(bounds) != 2:
                raise cursor.error("within takes two numbers, [lowest, highest]")
            return tuple(bound.integer(-(10**15), 10**15) for bound in bounds)
        case _ if name in NUMBERS:
            return cursor.integer(-(10**15), 10**15)
        case _ if name in LISTS:
            return tuple(_literal(item) for item in cursor.items(at_least=1))
        case "eq" | "ne":
            return _literal(cursor)
        case _:
            return cursor.text()


def _literal(cursor: Cursor) -> AnyValue:
    if isinstance(cursor.value, str) and cursor.value.startswith("$"):
        raise cursor.error(f"no parameter is called '{cursor.value[1:]}'; declare it under params")
    return cursor.value


def _pattern(cursor: Cursor) -> str:
    text = cursor.text()
    try:
        compiled(text)
    except ValueError as error:
        raise cursor.error(str(error)) from error
    return text


def _duration(cursor: Cursor) -> AnyValue:
    try:
        return parse_duration(cursor.text())
    except ValueError as error:
        raise cursor.error(str(error)) from error


def _mode(cursor: Cursor) -> str:
    text = cursor.text()
    if not 3 <= len(text) <= 5 or any(c not in "01234567" for c in text):
        raise cursor.error("a mode is written as octal text, such as '0640'")
    return text


def _path(cursor: Cursor) -> tuple[str, ...]:
    return _path_text(cursor, cursor.text())


def _path_text(cursor: Cursor, text: str) -> tuple[str, ...]:
    try:
        path = parse_path(text)
    except ValueError as error:
        raise cursor.error(str(error)) from error
    if len(path) > limits.YAML_DEPTH:
        raise cursor.error(f"a path has at most {limits.YAML_DEPTH} segments")
    return path
