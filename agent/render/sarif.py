"""SARIF 2.1.0 (OASIS) for code-scanning dashboards: every check a rule, every outcome a result with its place."""

from __future__ import annotations

import json
import re
from typing import Any, Final, assert_never
from urllib.parse import quote

from agent.render import summary
from agent.render.base import Style
from agent.render.plain import one_line, safe
from agent.scan.result import ItemResult, ScanResult
from shieldwall import __version__
from shieldwall.checks.outcome import Outcome

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Final = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
PLACE: Final = re.compile(r"(/.+?)(?::([1-9][0-9]{0,8}))?\Z")


def render(result: ScanResult, style: Style) -> str:
    run = {
        "tool": {
            "driver": {
                "name": "shieldwall",
                "semanticVersion": __version__,
                "rules": [_rule(item, result) for item in result.items],
            }
        },
        "automationDetails": {"id": f"shieldwall/{result.policy.id}/", "guid": result.run},
        "invocations": [
            {
                "executionSuccessful": not result.having(Outcome.ERROR),
                "startTimeUtc": f"{result.started:%Y-%m-%dT%H:%M:%SZ}",
                "endTimeUtc": f"{result.finished:%Y-%m-%dT%H:%M:%SZ}",
            }
        ],
        "results": [_result(number, item) for number, item in enumerate(result.items)],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _rule(item: ItemResult, result: ScanResult) -> dict[str, Any]:
    check = item.check
    words, snippet = summary.fix_words(item, result)
    return {
        "id": check.id,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.why},
        "help": {"text": safe(f"{words}\n\n{snippet}".strip()) or check.title},
        "defaultConfiguration": {"level": LEVELS[check.severity]},
        "properties": {
            "tags": list(dict.fromkeys(["security", check.theme, check.topic])),
            "refs": {name: list(ids) for name, ids in check.refs.items()},
        },
    }


def _result(number: int, item: ItemResult) -> dict[str, Any]:
    seen = [one_line(line, 400) for line in summary.seen_lines(item)]
    out: dict[str, Any] = {
        "ruleId": item.check.id,
        "ruleIndex": number,
        "kind": _kind(item.outcome),
        "level": LEVELS[item.check.severity] if item.outcome is Outcome.FAIL else "none",
        "message": {"text": f"{item.check.title}: {item.outcome.value}. {' '.join(seen)}".strip()},
        "partialFingerprints": {"check/v1": f"{item.check.id}@{item.check.rev}"},
    }
    if item.experimental:
        out["properties"] = {"experimental": True}
    if places := _places(item):
        out["locations"] = places
    if item.waived and item.waiver is not None:
        out["suppressions"] = [{"kind": "external", "status": "accepted", "justification": safe(item.waiver.reason)}]
    return out


def _kind(outcome: Outcome) -> str:
    match outcome:
        case Outcome.PASS:
            return "pass"
        case Outcome.FAIL:
            return "fail"
        case Outcome.NOT_APPLICABLE:
            return "notApplicable"
        case Outcome.UNKNOWN:
            return "open"
        case Outcome.ERROR:
            return "review"
        case _ as never:
            assert_never(never)


def _places(item: ItemResult) -> list[dict[str, Any]]:
    origins = dict.fromkeys(seen.origin for _, seen in item.judgement.decisive() if seen is not None)
    return [_place(match) for origin in origins if (match := PLACE.match(safe(origin)))][: summary.SEEN_SHOWN]


def _place(match: re.Match[str]) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": f"file://{quote(match[1])}"}}
    if match[2]:
        physical["region"] = {"startLine": int(match[2])}
    return {"physicalLocation": physical}
