"""Outlines as check files that `shieldwall lint` accepts, and the policy that names them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from agent.authoring.importing.outline import GONE, Atom, Outline, UnsupportedError
from shieldwall.checks.check import Example, parse_check
from shieldwall.checks.expectation.parse import parse_test
from shieldwall.checks.expectation.test import fact_keys
from shieldwall.checks.judgement import EXAMPLE_MOMENT, judge_example
from shieldwall.checks.outcome import Outcome
from shieldwall.encoding.cursor import Cursor, Document

FLIPS: Final = 10
"""Asserts of one check whose values are tried in every combination when the plain examples do not hold."""
TITLE_CHARS: Final = 120


@dataclass(frozen=True, slots=True)
class Written:
    path: str
    """checks/<topic>/<id>.yaml"""
    text: str


def check_file(outline: Outline, topic: str) -> Written:
    """Raises UnsupportedError when no example can be found, PackError when the outline cannot be a check at all."""
    import yaml

    document: dict[str, Any] = {
        "id": outline.id,
        "rev": 1,
        "title": _short(outline.title, TITLE_CHARS),
        "why": _short(outline.why or outline.title, 1000),
        "topic": topic,
        "theme": "systems-network",
        "scope": "host",
        "severity": outline.severity,
        "platforms": [outline.platform],
        "test": outline.rule.test,
        **({"on_missing": outline.missing} if outline.missing else {}),
        "fix": [{"text": _short(outline.fix or "See the policy this check was imported from.", 1000)}],
        "effort": "hours",
        "lifecycle": "experimental",
    }
    document["examples"] = list(_examples(document, outline))
    text = yaml.dump(document, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=118)
    return Written(f"checks/{topic}/{outline.id}.yaml", text)


def policy_file(identity: str, title: str, ids: Sequence[str]) -> Written:
    import yaml

    document = {
        "id": identity, "rev": 1, "title": _short(title, TITLE_CHARS),
        "description": "Imported; the firm answers for what it asks.", "select": {"ids": sorted(ids)},
    }  # fmt: skip
    return Written(f"policies/{identity}.yaml", yaml.dump(document, Dumper=_dumper(), sort_keys=False, width=118))


def _examples(document: Mapping[str, Any], outline: Outline) -> Iterator[dict[str, Any]]:
    check = parse_check(Cursor({**document, "examples": []}, Document("import")))
    for result in (Outcome.PASS, Outcome.FAIL):
        for facts in _tries(outline.rule.atoms, good=result is Outcome.PASS):
            example = Example(facts, {}, outline.platform, "server", result, None)
            if judge_example(check, example, EXAMPLE_MOMENT).verdict.outcome is result:
                yield {"platform": outline.platform, "facts": facts, "result": result.value}
                break
        else:
            raise UnsupportedError(f"no facts were found under which it would {result.value}")


def _tries(atoms: Sequence[Atom], *, good: bool) -> Iterator[dict[str, Any]]:
    """The plain choice first, then each combination of the first asserts."""
    yield _facts(atoms, [good] * len(atoms))
    free = min(len(atoms), FLIPS)
    for choice in itertools.product((good, not good), repeat=free):
        yield _facts(atoms, [*choice, *([good] * (len(atoms) - free))])


def _facts(atoms: Sequence[Atom], choice: Sequence[bool]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for atom, good in zip(atoms, choice, strict=True):
        value = atom.good if good else atom.bad
        (key,) = (str(key) for key in fact_keys(parse_test(Cursor(atom.test, Document("")))))
        out[key] = _merged(out[key], value) if key in out else value
    return out


def _merged(one: Any, other: Any) -> Any:
    """Both in one fact: members side by side, records of one name as one; where they disagree the other counts."""
    if isinstance(one, dict) and isinstance(other, dict) and GONE not in (one, other):
        return {
            name: _merged(one[name], other[name]) if name in one and name in other else {**one, **other}[name]
            for name in {**one, **other}
        }
    if isinstance(one, list) and isinstance(other, list):
        out = list(one)
        for item in other:
            name = item.get("name") if isinstance(item, dict) else None
            at = next((i for i, known in enumerate(out) if name and known.get("name") == name), None)
            if at is not None:
                out[at] = _merged(out[at], item)
            elif item not in out:
                out.append(item)
        return out
    return other


def _short(text: str, most: int) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _dumper() -> Any:
    import yaml

    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    return Plain
