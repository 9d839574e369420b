"""This server's own audit: what an agent on it wrote down, shown before anybody else is judged.

The agent is another program, with rights of its own; it leaves its result as JSON in the data folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from starlette.responses import Response

from aggregator.pages.visit import Visit
from shieldwall.limits import MIB

FILE: Final = "self-audit.json"
FILE_BYTES: Final = 16 * MIB
SCHEMA: Final = "shieldwall/result/1"


@dataclass(frozen=True, slots=True)
class Finding:
    id: str
    title: str
    weight: int
    advice: str


@dataclass(frozen=True, slots=True)
class SelfAudit:
    policy: str
    finished: str
    """Date, UTC."""
    passed: int
    failed: int
    unknown: int
    findings: tuple[Finding, ...]
    """Failed checks, the heaviest first."""


def show(visit: Visit) -> Response:
    place = visit.desk.config.folder / FILE
    audit, why = read(place)
    return visit.page("own_audit.html", audit=audit, why=why, place=str(place))


def read(place: Path) -> tuple[SelfAudit | None, str]:
    """The result, or why there is none to show."""
    import json

    try:
        raw = place.read_bytes()[: FILE_BYTES + 1]
    except FileNotFoundError:
        return None, "No audit of this server has been put here yet."
    except OSError as error:
        return None, f"The audit of this server cannot be read: {error.strerror}."
    try:
        found = json.loads(raw) if len(raw) <= FILE_BYTES else {}
        if found["schema"] != SCHEMA:
            raise ValueError("another schema")
        return _parsed(found), ""
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None, "The file is not a result of `shieldwall scan`."


def _parsed(found: Mapping[str, Any]) -> SelfAudit:
    findings = [
        Finding(str(each["id"]), str(each["title"]), int(each["weight"]), str((each.get("fix") or {}).get("text", "")))
        for each in found["checks"]
        if each["outcome"] == "fail"
    ]
    counts = found["counts"]
    return SelfAudit(
        policy=str(found["policy"]["title"]),
        finished=str(found["finished"])[:16].replace("T", " "),
        passed=int(counts["pass"]),
        failed=int(counts["fail"]),
        unknown=int(counts["unknown"]),
        findings=tuple(sorted(findings, key=lambda finding: (-finding.weight, finding.id))),
    )
