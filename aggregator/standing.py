"""How this server itself stands: what an agent on it wrote down, read as a stranger's file.

The agent is another program with rights of its own; its result lies as JSON in the data folder. Whatever is wrong with
that file is a reason with a name, never an error.
"""

from __future__ import annotations

import json
import os
import re
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final

from shieldwall.checks.fact import ABSENT, MARK
from shieldwall.checks.vocabulary import THEMES
from shieldwall.encoding.closed import CHECK_ID, Node
from shieldwall.errors import SchemaError
from shieldwall.limits import MIB

FILE: Final = "self-audit.json"
POLICY: Final = "aggregator-self"
SCHEMA: Final = "shieldwall/result/1"
FRESH_DAYS: Final = 30
"""A standing older than this is said to be old."""
AHEAD_SECONDS: Final = 3_600
FILE_BYTES: Final = 4 * MIB
"""Ten times a server's result with all its evidence."""
CHECKS: Final = 2_000
SEEN: Final = 8
"""Things seen that are kept of one finding."""
DEEP: Final = 12
LONGEST: Final = 300
"""Characters of a title, a value, a place."""
_TEXT: Final = re.compile(r"[^\x00]*", re.DOTALL)
_BAND: Final = re.compile(r"[ABCD]")


class Why(Enum):
    """Why there is nothing to show."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    """By this user."""
    FOREIGN = "foreign"
    """Not a result of `shieldwall scan`, or cut off, or too large."""
    OTHER = "other"
    """A result, but not of the whole policy on a running host."""
    AHEAD = "ahead"
    """From the future: one of the two clocks is wrong."""


@dataclass(frozen=True, slots=True)
class Seen:
    value: str | None
    """None where nothing was."""
    where: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that fails, and is not waived."""

    id: str
    title: str
    weight: int
    gate: bool
    advice: str
    snippet: str
    effort: str
    seen: tuple[Seen, ...]
    """Evidence: for those who look after the server."""


@dataclass(frozen=True, slots=True)
class Theme:
    name: str
    score: int | None
    """Percent."""
    coverage: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    finished: datetime
    elevated: bool
    """Looked at as root."""
    overall: int | None
    """Percent; None when too little was seen."""
    band: str
    """A to D, or empty."""
    coverage: int
    passed: int
    failed: int
    unknown: int
    accepted: int
    """Failures that somebody answers for in writing."""
    gates: tuple[str, ...]
    """Titles of the open ones."""
    themes: tuple[Theme, ...]
    findings: tuple[Finding, ...]
    """Gates first, then the heaviest."""

    def days(self, now: int) -> int:
        return max(0, now - int(self.finished.timestamp())) // 86_400

    def old(self, now: int) -> bool:
        return self.days(now) > FRESH_DAYS


def by_hand(place: Path) -> str:
    """What to type on the server for a standing at `place`."""
    return f"shieldwall scan --policy {POLICY} --role server --fail-on never --output {place}"


class OwnAudit:
    """The file, read again only when it is another one."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._lock = threading.Lock()
        self._known: tuple[tuple[int, ...], Standing | Why] | None = None

    def now(self, moment: int) -> Standing | Why:
        """moment   seconds since 1970; a result that ended after it is no result yet"""
        with self._lock:
            found = self._read()
        if isinstance(found, Standing) and found.finished.timestamp() > moment + AHEAD_SECONDS:
            return Why.AHEAD
        return found

    def _read(self) -> Standing | Why:
        try:
            # Not blocking: what lies there could be a pipe that nobody ever writes to.
            handle = os.open(self.place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return Why.MISSING
        except OSError:
            return Why.UNREADABLE
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode) or found.st_size > FILE_BYTES:
                return Why.FOREIGN
            key = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
            if self._known is None or self._known[0] != key:
                with open(handle, "rb", closefd=False) as file:
                    self._known = key, parse(file.read(FILE_BYTES + 1))
            return self._known[1]
        except OSError:
            return Why.UNREADABLE
        finally:
            os.close(handle)


def parse(raw: bytes) -> Standing | Why:
    """Pure."""
    try:
        document = Node(json.loads(raw)) if len(raw) <= FILE_BYTES else Node(None)
        document.get("schema").exactly(SCHEMA)
        policy, host, partial = document.known("policy", "host", "partial")
        elevated, live = host.known("elevated", "live")
        if policy.get("id").value != POLICY or partial.value is not False or live.value is not True:
            return Why.OTHER
        return _standing(document, elevated.value is True)
    except (SchemaError, ValueError, OverflowError, RecursionError):
        return Why.FOREIGN


def _standing(document: Node, elevated: bool) -> Standing:
    finished, counts, score, checks = document.known("finished", "counts", "score", "checks")
    passed, failed, unknown = (each.integer(0, CHECKS) for each in counts.known("pass", "fail", "unknown"))
    overall, band, coverage, gates, themes = score.known("overall", "band", "coverage", "open_gates", "themes")
    listed = {check.get("id").text(CHECK_ID): check for check in checks.elements(CHECKS)}
    opened = [gate.text(CHECK_ID) for gate in gates.elements(CHECKS)]
    if not listed.keys() >= set(opened):
        raise SchemaError("a gate that was not looked at", pointer=gates.pointer)
    failing = [check for check in listed.values() if check.get("outcome").value == "fail"]
    findings = [_finding(check) for check in failing if check.get("waiver").value is None]
    moment = datetime.fromisoformat(finished.text(_TEXT, 40))
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return Standing(
        finished=moment.astimezone(UTC),
        elevated=elevated,
        overall=_percent(overall),
        band="" if band.value is None else band.text(_BAND),
        coverage=_percent(coverage) or 0,
        passed=passed,
        failed=failed,
        unknown=unknown,
        accepted=len(failing) - len(findings),
        gates=tuple(_text(listed[each].get("title"), LONGEST) for each in opened),
        themes=tuple(_themes(themes)),
        findings=tuple(sorted(findings, key=lambda each: (not each.gate, -each.weight, each.id))),
    )


def _themes(themes: Node) -> Iterator[Theme]:
    for name in THEMES:
        found = themes.get(name)
        if found.value is not None and found.get("coverage").value is not None:
            yield Theme(name, _percent(found.get("score")), _percent(found.get("coverage")))


def _finding(check: Node) -> Finding:
    fix = check.get("fix")
    return Finding(
        id=check.get("id").text(CHECK_ID),
        title=_text(check.get("title"), LONGEST),
        weight=check.get("weight").integer(0, 10),
        gate=check.get("gate").value is True,
        advice=_text(fix.get("text"), 2_000),
        snippet=_text(fix.get("snippet"), 4_000),
        effort=_text(fix.get("effort"), 20),
        seen=tuple(_seen(check.get("evidence")))[:SEEN],
    )


def _seen(node: Node, depth: int = 0) -> Iterator[Seen]:
    """What made it fail: the leaves of the truth tree that did not hold."""
    if node.value is None or depth > DEEP or node.get("outcome").value == "pass":
        return
    for each in node.get("seen").elements(CHECKS) if node.get("seen").value is not None else ():
        value, origin = each.known("value", "origin")
        yield Seen(_shown(value.value), _text(origin, LONGEST))
    for part in node.get("parts").elements(CHECKS) if node.get("parts").value is not None else ():
        yield from _seen(part, depth + 1)


def _shown(value: Any) -> str | None:
    if isinstance(value, dict) and set(value) == {MARK}:
        return None if value[MARK] == ABSENT else str(value[MARK])[:LONGEST]
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))[:LONGEST]


def _text(node: Node, most: int) -> str:
    """Cut, not refused: words of a check of one's own may be longer than ours."""
    return node.text(_TEXT, FILE_BYTES)[:most]


def _percent(node: Node) -> int | None:
    """Of a share in [0, 1], halves down as the agent has it."""
    value: Any = node.value
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise SchemaError("not a share", pointer=node.pointer)
    return int(value * 100 + 1e-6)
