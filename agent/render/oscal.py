"""OSCAL 1.1.2 assessment results (NIST), JSON. `satisfied` is OSCAL's word for a check that passed, no more."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any, Final, assert_never

from agent.render import summary
from agent.render.base import Style
from agent.render.plain import one_line, safe
from agent.scan.result import ItemResult, ScanResult
from shieldwall.checks.frameworks import NAMES
from shieldwall.checks.outcome import Outcome

VERSION: Final = "1.1.2"
NAMESPACE: Final = "https://shieldwall.dev/ns/oscal"


def render(result: ScanResult, style: Style) -> str:
    ids = _Ids(result.run)
    shown = [item for item in result.items if item.outcome is not Outcome.NOT_APPLICABLE]
    who = result.identity
    about = f"{result.policy.title} on {who.name or 'a host'}"
    body: dict[str, Any] = {
        "uuid": result.run,
        "title": one_line(about),
        "description": "Every check of the policy that applies. A check supports the requirements it refers to.",
        "start": _time(result.started),
        "end": _time(result.finished),
        "reviewed-controls": {"control-selections": [{"include-all": {}}]},
    }
    if shown:
        body["observations"] = [_observation(item, result, ids) for item in shown]
    if decided := [item for item in shown if item.outcome in (Outcome.PASS, Outcome.FAIL)]:
        body["findings"] = [_finding(item, ids) for item in decided]
    document = {
        "uuid": ids.of("document"),
        "metadata": {
            "title": "Shieldwall audit",
            "last-modified": _time(result.finished),
            "version": result.pack.version,
            "oscal-version": VERSION,
        },
        "import-ap": {"href": f"#{ids.of('plan')}"},
        "results": [body],
    }
    return json.dumps({"assessment-results": document}, indent=1) + "\n"


def _observation(item: ItemResult, result: ScanResult, ids: _Ids) -> dict[str, Any]:
    check = item.check
    seen = [one_line(line, 400) for line in summary.seen_lines(item)] or [item.outcome.value]
    return {
        "uuid": ids.of(f"observation {check.id}"),
        "title": check.title,
        "description": "\n".join(seen),
        "props": [
            _prop("check", check.id),
            _prop("rev", str(check.rev)),
            _prop("outcome", _xccdf(item.outcome)),
            _prop("severity", check.severity),
            *([_prop("reason", item.reason.value)] if item.reason else []),
            *([_prop("experimental", "yes")] if item.experimental else []),
            *(_prop("supports", f"{NAMES.get(name, name)} {ref}") for name, refs in check.refs.items() for ref in refs),
        ],
        "methods": ["INTERVIEW" if check.attested else "TEST"],
        "collected": _time(result.started),
    }


def _finding(item: ItemResult, ids: _Ids) -> dict[str, Any]:
    check = item.check
    status: dict[str, Any] = {"state": "satisfied" if item.outcome is Outcome.PASS else "not-satisfied"}
    if item.waived and item.waiver is not None:
        status["remarks"] = safe(f"accepted by {item.waiver.owner} until {item.waiver.until}: {item.waiver.reason}")
    return {
        "uuid": ids.of(f"finding {check.id}"),
        "title": check.title,
        "description": check.why,
        "target": {"type": "objective-id", "target-id": f"shieldwall_{check.id}", "status": status},
        "related-observations": [{"observation-uuid": ids.of(f"observation {check.id}")}],
    }


def _xccdf(outcome: Outcome) -> str:
    """The result words of XCCDF 1.2, which exports use."""
    match outcome:
        case Outcome.PASS | Outcome.FAIL | Outcome.UNKNOWN | Outcome.ERROR:
            return outcome.value
        case Outcome.NOT_APPLICABLE:
            return "notapplicable"
        case _ as never:
            assert_never(never)


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": NAMESPACE, "value": value}


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


class _Ids:
    """UUIDv5 under the run's own id: the same result is the same document."""

    def __init__(self, run: str) -> None:
        self._space = uuid.UUID(run)

    def of(self, name: str) -> str:
        return str(uuid.uuid5(self._space, name))
