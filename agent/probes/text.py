"""Probe `text`: the lines of a file that a pattern finds; never of a file that may hold secrets (denied.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes.config.base import numbered
from agent.probes.denied import allowed
from shieldwall import limits
from shieldwall.checks.expectation.pattern import compiled
from shieldwall.checks.fact import Fact, FactKey, unseen


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return {key: looked(lambda key=key: _look(key, host)) for key in keys}  # type: ignore[misc]


def _look(key: FactKey, host: Host) -> Fact:
    """A list of {file, line, text, groups}; lines that begin with `comment` are not seen. Absent with an absent `path`.

    Of a `glob`, a file that cannot be read leaves its mark in the list.
    """
    pattern, comment = str(key.arg("pattern")), str(key.arg("comment", ""))
    path = key.arg("path")
    if path is not None:
        return Fact.known(_capped(_found(host, str(path), pattern, comment)), source=str(path))
    found: list[Any] = []
    for one in host.glob(str(key.arg("glob"))):
        try:
            if host.stat(one).kind == "file":
                found += _capped(_found(host, one, pattern, comment))
        except AbsentError:
            continue
        except UnreadableError as error:
            found.append(unseen(error.reason))
    return Fact.known(found, source=str(key.arg("glob")))


def _capped(lines: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for _, line in zip(range(limits.TEXT_MATCHES), lines, strict=False)]


def _found(host: Host, path: str, pattern: str, comment: str) -> Iterator[dict[str, Any]]:
    expression = compiled(pattern)
    text = host.read(allowed(host, path)).decode("utf-8", "replace")
    for number, line in numbered(text, limits.FILE_BYTES):
        line = line.removesuffix("\r")[: limits.LINE_BYTES]
        if comment and line.lstrip().startswith(comment):
            continue
        match = expression.search(line)
        if match is not None:
            yield {"file": path, "line": number, "text": line.strip(), "groups": [g or "" for g in match.groups()]}
