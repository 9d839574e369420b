"""Are the examples of a check honest? Every small change to its test must be noticed by at least one of them.

Used by the suite and by `shieldwall test-pack`. A change that the loader refuses counts as noticed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from shieldwall.checks.check import MISSING, Check, parse_check, parse_examples
from shieldwall.checks.expectation.matcher import OPERATORS, Moment
from shieldwall.checks.judgement import judge_example
from shieldwall.encoding.cursor import Cursor
from shieldwall.errors import PackError

NEIGHBOURS: Final[Mapping[str, tuple[str, ...]]] = {
    "eq": ("ne",), "ne": ("eq",), "lt": ("le", "ge"), "le": ("lt", "gt"), "gt": ("ge", "le"), "ge": ("gt", "lt"),
    "in": ("not_in",), "not_in": ("in",), "version_ge": ("version_lt",), "version_lt": ("version_ge",),
    "each": ("some",), "some": ("each",), "none": ("some",), "all": ("any",), "any": ("all",),
}  # fmt: skip
REPLACEMENTS: Final[Mapping[str, tuple[Any, ...]]] = {
    "matches": ("", "^mutated$"), "mode_max": ("7777", "0000"), "age_max": ("0s", "999999d"),
    "version_ge": ("0", "99999"), "version_lt": ("0", "99999"),
}  # fmt: skip
TEXTUAL: Final = ("eq", "ne", "contains", "starts", "ends")


def survivors(check: Check, moment: Moment) -> list[str]:
    """A line for each mutation that no example notices. Raises PackError when an example is not well formed."""
    examples = parse_examples(check)
    expected = [judge_example(check, example, moment).verdict for example in examples]
    alive = []
    for what, document in mutations(check.source.value):
        try:
            mutant = parse_check(Cursor(document, check.source.document))
            seen = [judge_example(mutant, example, moment).verdict for example in parse_examples(mutant)]
        except PackError:
            continue
        if seen == expected:
            alive.append(what)
    return alive


def mutations(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(what was changed, the changed document) for `test`, `applies` and `on_missing`, also of each `instead`."""
    yield from _way(document)
    ways = document.get("instead", [])
    for i, way in enumerate(ways):
        yield f"instead {i} removed", {**document, "instead": ways[:i] + ways[i + 1 :]}
        for what, changed in _way(way):
            yield f"instead {i}: {what}", {**document, "instead": [*ways[:i], changed, *ways[i + 1 :]]}


def _way(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in ("applies", "test"):
        if part in document:
            for what, changed in _tests(document[part]):
                yield f"{part}: {what}", {**document, part: changed}
    if "on_missing" in document:
        for other in MISSING:
            if other != document["on_missing"]:
                yield f"on_missing: {other}", {**document, "on_missing": other}


def _tests(test: Any) -> Iterator[tuple[str, Any]]:
    for join in ("all", "any"):
        if join in test:
            parts = test[join]
            if len(parts) > 1:
                yield f"{join} -> {NEIGHBOURS[join][0]}", {NEIGHBOURS[join][0]: parts}
            yield from _within(parts, lambda changed, join=join: {join: changed})
            return
    if "not" in test:
        yield "not removed", test["not"]
        yield from ((what, {"not": changed}) for what, changed in _tests(test["not"]))
    elif "at_least" in test:
        n, parts = test["at_least"]["n"], test["at_least"]["of"]
        for other in (n - 1, n + 1):
            yield f"at_least {n} -> {other}", {"at_least": {"n": other, "of": parts}}
        yield from _within(parts, lambda changed: {"at_least": {"n": n, "of": changed}}, remove=False)
    else:
        yield from _asserts(test)


def _within(parts: list[Any], wrap: Any, *, remove: bool = True) -> Iterator[tuple[str, Any]]:
    for i, part in enumerate(parts):
        if remove and len(parts) > 1:
            yield f"operand {i} removed", wrap(parts[:i] + parts[i + 1 :])
        for what, changed in _tests(part):
            yield f"{i}: {what}", wrap([*parts[:i], changed, *parts[i + 1 :]])


def _asserts(test: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for quantifier in ("each", "some", "none"):
        if quantifier not in test:
            continue
        over = test[quantifier]
        rest = {k: v for k, v in test.items() if k != quantifier}
        yield f"{quantifier} -> {NEIGHBOURS[quantifier][0]}", {**rest, NEIGHBOURS[quantifier][0]: over}
        where = over.get("where", {})
        for path in where:
            fewer = {**over, "where": {k: v for k, v in where.items() if k != path}}
            yield f"where {path} removed", {**test, quantifier: fewer}
            for what, changed in _matchers(where[path]):
                yield f"where {path}: {what}", {**test, quantifier: {**over, "where": {**where, path: changed}}}
    for what, changed in _matchers(test["expect"]):
        yield f"expect: {what}", {**test, "expect": changed}


def _matchers(matcher: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(matcher, list):
        for i, part in enumerate(matcher):
            if len(matcher) > 1:
                yield f"matcher {i} removed", matcher[:i] + matcher[i + 1 :]
            for what, changed in _matchers(part):
                yield what, [*matcher[:i], changed, *matcher[i + 1 :]]
    elif not isinstance(matcher, dict):
        yield from (("value changed", changed) for changed in _literals(matcher))
        yield "eq -> ne", {"ne": matcher}
    else:
        for name, operand in matcher.items():
            rest = {k: v for k, v in matcher.items() if k != name}
            if rest:
                yield f"{name} removed", rest
            if name in OPERATORS:
                yield from ((what, {**rest, **changed}) for what, changed in _operations(name, operand))


def _operations(name: str, operand: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if name not in ("any",):
        yield from ((f"{name} -> {other}", {other: operand}) for other in NEIGHBOURS.get(name, ()))
    for replacement in REPLACEMENTS.get(name, ()):
        yield f"{name} {operand} -> {replacement}", {name: replacement}
    if isinstance(operand, str) and operand.startswith("$"):
        return
    match name:
        case "len" | "has" | "not":
            for what, changed in _matchers(operand):
                yield f"{name}: {what}", {str(name): changed}
            if name == "not":
                yield "not removed", operand if isinstance(operand, dict) else {"eq": operand}
        case "fields":
            for path, inner in operand.items():
                if len(operand) > 1:
                    yield f"field {path} removed", {str(name): {k: v for k, v in operand.items() if k != path}}
                for what, changed in _matchers(inner):
                    yield f"{path}: {what}", {str(name): {**operand, path: changed}}
        case "any" | "in" | "not_in" | "superset" | "subset" | "same_set" | "within":
            yield from _lists(name, operand)
        case _ if name in TEXTUAL or isinstance(operand, (bool, int)):
            yield from ((f"{name} {operand} changed", {name: changed}) for changed in _literals(operand))


def _lists(name: str, operand: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for i, item in enumerate(operand):
        if name == "within":
            step = -1 if i == 0 else 1
            for by in (step, -step):
                yield f"within bound {i}", {name: [*operand[:i], item + by, *operand[i + 1 :]]}
        elif len(operand) > 1:
            yield f"{name}: {item} removed", {name: operand[:i] + operand[i + 1 :]}


def _literals(value: Any) -> list[Any]:
    match value:
        case bool():
            return [not value]
        case int():
            return [value - 1, value + 1]
        case str() if not value.startswith("$"):
            return [value + "~mutated"]
        case _:
            return []
