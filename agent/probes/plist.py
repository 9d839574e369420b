"""Property lists, XML and binary, as plain JSON values. A file of a host may be made to hurt: everything is bounded."""

from __future__ import annotations

import plistlib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from math import isfinite
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import UnreadableError
from shieldwall.checks.fact import unseen
from shieldwall.checks.outcome import Reason

DEPTH: Final = 24
"""The deepest list of the system itself nests a dozen levels."""
NODES: Final = 200_000
"""A binary list may name one object many times; written out, a kilobyte of it could fill all memory."""


def read(host: Host, path: str) -> Any:
    """What the file holds, as `parse` gives it. Raises AbsentError, UnreadableError."""
    return parse(host.read(path), path)


def table(host: Host, path: str) -> dict[str, Any]:
    """As read, for a list that must be a dictionary. Raises UnreadableError(parse) for any other."""
    value = read(host, path)
    if not isinstance(value, dict):
        raise UnreadableError(Reason.PARSE, f"{path}: a property list of another kind than expected")
    return value


def parse(data: bytes, where: str) -> Any:
    """Plain JSON: dates as ISO 8601 in UTC, bytes as the mark `unsupported`. Raises UnreadableError(parse)."""
    try:
        # plistlib itself refuses entity declarations; whatever else it trips over is the file's fault
        return _plain(plistlib.loads(data), 0, count(1))
    except UnreadableError:
        raise
    except (Exception, RecursionError) as error:
        raise UnreadableError(Reason.PARSE, f"{where}: not a property list ({type(error).__name__})") from error


def _plain(value: Any, depth: int, seen: Iterator[int]) -> Any:
    if depth > DEPTH or next(seen) > NODES:
        raise ValueError("nested too deep or too large")
    match value:
        case bool() | int() | str():
            return value
        case float():
            return value if isfinite(value) else str(value)
        case datetime():
            return stamp(value.replace(tzinfo=UTC))
        case dict():
            return {str(key): _plain(item, depth + 1, seen) for key, item in value.items()}
        case list():
            return [_plain(item, depth + 1, seen) for item in value]
        case plistlib.UID():
            return value.data
        case _:
            return unseen(Reason.UNSUPPORTED)


def stamp(when: datetime) -> str:
    """A time as facts write it."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(value: Any) -> datetime | None:
    """The time that `stamp` wrote, None for anything else."""
    try:
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except (TypeError, ValueError):
        return None
