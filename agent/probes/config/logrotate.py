"""logrotate(8): how long each log is kept.

Value: {logs: [{paths: [pattern], frequency, rotate, days}], auth_days}. days = kept files x
their period, at most maxage; absent where rotation goes by size alone. auth_days: that of the log that holds logins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from agent.looking.host import Host
from agent.probes.config.base import Depth, numbered, text_or_none
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey

MAIN: Final = "/etc/logrotate.conf"
PERIODS: Final = {"hourly": 1 / 24, "daily": 1, "weekly": 7, "monthly": 30, "yearly": 365}
SCRIPTS: Final = frozenset({"prerotate", "postrotate", "firstaction", "lastaction", "preremove"})
SKIPPED: Final = re.compile(r".*(~|,v|\.(disabled|dpkg-\w+|rpm(orig|save|new)|bak|cfsaved|swp|ucf-\w+))$")
"""tabooext of logrotate(8)."""
AUTH: Final = ("/var/log/auth.log", "/var/log/secure")


@dataclass(frozen=True, slots=True)
class Rules:
    frequency: str = ""
    rotate: int = 0
    maxage: int = 0
    by_size: bool = False

    def with_(self, words: list[str]) -> Rules:
        word, value = words[0].lower(), words[1] if len(words) > 1 else ""
        if word in PERIODS:
            return Rules(word, self.rotate, self.maxage, False)
        if word == "rotate" and re.fullmatch(r"-?\d+", value):
            return Rules(self.frequency, int(value), self.maxage, self.by_size)
        if word == "maxage" and value.isdigit():
            return Rules(self.frequency, self.rotate, int(value), self.by_size)
        if word == "size":
            return Rules(self.frequency, self.rotate, self.maxage, True)
        return self

    @property
    def days(self) -> int | None:
        """None: by size alone, or kept for ever (rotate -1)."""
        if self.by_size or not self.frequency or self.rotate < 0:
            return self.maxage or None
        kept = int(self.rotate * PERIODS[self.frequency])
        return min(kept, self.maxage) if self.maxage else kept


@dataclass(frozen=True, slots=True)
class Log:
    paths: tuple[str, ...]
    rules: Rules
    origin: str


def read(key: FactKey, host: Host) -> Fact:
    """Raises AbsentError when logrotate is not configured here."""
    host.stat(MAIN)
    logs, _ = _file(host, MAIN, Rules(), Depth())
    value = {"logs": [_json(log) for log in logs], "auth_days": {MARK: ABSENT}}
    origins = {f"logs.{at}": log.origin for at, log in enumerate(logs)}
    for log in logs:
        if any(fnmatchcase(auth, pattern) for auth in AUTH for pattern in log.paths):
            value["auth_days"] = _days(log.rules)
            origins["auth_days"] = log.origin
            break
    return Fact.known(value, source=MAIN, origins=origins)


def _json(log: Log) -> dict[str, Any]:
    rules = log.rules
    return {"paths": list(log.paths), "frequency": rules.frequency, "rotate": rules.rotate, "days": _days(rules)}


def _days(rules: Rules) -> Any:
    return {MARK: ABSENT} if rules.days is None else rules.days


def _file(host: Host, path: str, rules: Rules, depth: Depth) -> tuple[list[Log], Rules]:
    """Blocks of the file and what it includes; and the global rules as they stand at its end."""
    logs: list[Log] = []
    text = text_or_none(host, path)
    if text is None:
        return logs, rules
    names: list[str] = []
    inside: Rules | None = None
    start, script = 0, False
    for number, words in _lines(text):
        if script:
            script = words[0] != "endscript"
        elif words[0] in SCRIPTS:
            script = True
        elif inside is None and words[0] == "include" and len(words) > 1:
            for found in _included(host, words[1]):
                # what an included file sets globally holds for that file alone
                logs += _file(host, found, rules, depth.below(found))[0]
        elif "{" in words:
            names += words[: words.index("{")]
            inside, start = rules, number
        elif words[0] == "}":
            if inside is not None:
                logs.append(Log(tuple(names), inside, f"{path}:{start}"))
            names, inside = [], None
        elif inside is not None:
            inside = inside.with_(words)
        elif words[0].startswith(("/", '"')) or "/" in words[0]:
            names += words
        else:
            rules = rules.with_(words)
    return logs, rules


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in numbered(text):
        bare = line.split("#", 1)[0] if line.lstrip().startswith("#") else line
        words = [w.strip('"') for w in re.findall(r'"[^"]*"|\{|\}|[^\s{}"]+', bare)]
        if "{" in words and words[-1] != "{" and "}" in words:  # a block on one line
            at = words.index("{")
            yield number, words[: at + 1]
            yield number, words[at + 1 : words.index("}")] or ["#"]
            yield number, ["}"]
        elif words:
            yield number, words


def _included(host: Host, path: str) -> list[str]:
    if host.exists(path) and host.stat(path).kind == "dir":
        return [f"{path}/{name}" for name in host.listdir(path) if not SKIPPED.fullmatch(name)]
    return [path]
