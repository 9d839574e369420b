"""Wazuh SCA policies: `policy`, `variables`, `requirements`, `checks`, in either dialect of patterns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from agent.authoring.importing import pattern
from agent.authoring.importing.commands import of_command
from agent.authoring.importing.outline import (
    GrammarError,
    Imported,
    Outline,
    Rule,
    UnsupportedError,
    every,
    negated,
    some,
    unsupported,
)  # fmt: skip
from agent.authoring.importing.wazuh_rule import of_wording, taken_apart
from shieldwall.encoding.cursor import Cursor
from shieldwall.errors import PackError
from shieldwall.packs.library import read_yaml

CONDITIONS: Final = ("all", "any", "none")


def read(data: bytes, file: str) -> Imported:
    """Raises PackError when the file is no policy at all; a single wrong check is a fault."""
    sections = dict(read_yaml(data, file).entries())
    if "checks" not in sections:
        raise PackError("the key 'checks' is missing; is this a Wazuh SCA policy?", file=file)
    dialect = _dialect(sections.get("policy"), pattern.OSREGEX)
    variables = (
        {name: _text(value) for name, value in sections["variables"].entries()} if "variables" in sections else {}
    )
    outlines: list[Outline] = []
    faults: list[str] = []
    for check in sections["checks"].items(at_least=1):
        try:
            outlines.append(_check(check, variables, dialect))
        except PackError as error:
            faults.append(str(error))
    return Imported(tuple(outlines), tuple(faults))


def _check(check: Cursor, variables: Mapping[str, str], dialect: str) -> Outline:
    at = dict(check.entries())
    for key in ("id", "title", "condition", "rules"):
        if key not in at:
            raise check.error(f"the key '{key}' is missing")
    identity = f"wazuh-{re.sub(r'[^a-z0-9]+', '-', str(at['id'].value).lower()).strip('-')}"
    condition = at["condition"].text().removesuffix(" required").strip()
    if condition not in CONDITIONS:
        raise at["condition"].error(f"the condition is one of {', '.join(CONDITIONS)}")
    rules = [
        _rule(item, variables, _dialect(check, dialect), f"{identity}-{number}")
        for number, item in enumerate(at["rules"].items(at_least=1), 1)
    ]
    joined = every(rules) if condition == "all" else some(rules) if condition == "any" else negated(some(rules))
    kinds = {str(item.value).removeprefix("not ").strip()[:2] for item in at["rules"].items()}
    return Outline(
        id=identity,
        title=at["title"].text(),
        why=next((_text(at[key]) for key in ("rationale", "description") if key in at and at[key].value), ""),
        fix=_text(at["remediation"]) if "remediation" in at and at["remediation"].value else "",
        rule=joined,
        platform="windows" if kinds == {"r:"} else "linux",
        line=check.document.lines.get(check.path, 0),
    )


def _rule(item: Cursor, variables: Mapping[str, str], dialect: str, name: str) -> Rule:
    try:
        wording = taken_apart(item.text(), variables)
        if wording.kind != "c":
            return of_wording(wording, dialect)
        rule = of_command(wording.target, " -> ".join(wording.contents))
        return negated(rule) if wording.negative else rule
    except GrammarError as error:
        raise item.error(str(error)) from error
    except UnsupportedError as error:
        return unsupported(name, str(error))


def _dialect(where: Cursor | None, default: str) -> str:
    found = dict(where.entries()).get("regex_type") if where is not None else None
    return found.choice((pattern.OSREGEX, pattern.PCRE2)) if found is not None else default


def _text(cursor: Cursor) -> str:
    """Lists as Wazuh takes them: separated by commas."""
    value = cursor.value
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
