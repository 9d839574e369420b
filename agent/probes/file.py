"""Probe `file`: what a path is, whose it is and what may be done with it. Contents are never read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from agent.looking.host import FileStat, Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes.names import Names, names_of
from shieldwall import limits
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return {key: looked(lambda key=key: _look(key, host)) for key in keys}  # type: ignore[misc]


def _look(key: FactKey, host: Host) -> Fact:
    """`path`: one record, absent when nothing is there. `glob`: a list of records, empty when nothing matches."""
    names = names_of(host)
    path = key.arg("path")
    if path is not None:
        return Fact.known(_record(host, str(path), names), source=str(path))
    found: list[Any] = []
    for one in host.glob(str(key.arg("glob")))[: limits.INCLUDE_FILES]:
        try:
            found.append(_record(host, one, names))
        except AbsentError:
            found.append({"path": one, "type": "dangling"})
        except UnreadableError as error:
            found.append(unseen(error.reason))
    return Fact.known(found, source=str(key.arg("glob")))


def _record(host: Host, path: str, names: Names) -> dict[str, Any]:
    link = host.stat(path, follow=False).kind == "link"
    record = described(host.stat(path), names)
    record["link"] = host.canonical(path) if link else {MARK: ABSENT}
    return record


def described(info: FileStat, names: Names) -> dict[str, Any]:
    """The JSON shape of one file, shared with the probe `walk`."""
    return {
        "path": info.path.encode("utf-8", "backslashreplace").decode(),
        "type": info.kind,
        "mode": f"{info.mode:04o}",
        "uid": info.uid,
        "gid": info.gid,
        "owner": names.user(info.uid),
        "group": names.group(info.gid),
        "size": info.size,
        "mtime": _time(info.mtime),
    }


def _time(seconds: float) -> Any:
    """RFC 3339; a file system can carry times that no calendar has."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (OverflowError, OSError, ValueError):
        return unseen(Reason.PARSE)
