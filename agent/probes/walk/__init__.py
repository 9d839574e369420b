"""Probe `walk`: files found by what they are, in one walk over the local file systems that all questions share.

What could not be seen stands as a mark in the list of items, so that a clean result without privilege is unknown and
a finding stays a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agent.looking.host import Host
from agent.looking.looked import looked
from agent.probes.file import described
from agent.probes.names import names_of
from agent.probes.walk.found import Entry
from agent.probes.walk.homes import homes
from agent.probes.walk.index import KEPT, Index, walk
from agent.probes.walk.owned import ownership
from agent.probes.walk.secrets import is_private_key
from shieldwall import limits
from shieldwall.checks.fact import Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    index: Index | None = None
    facts: dict[FactKey, Fact] = {}
    for key in keys:
        find = str(key.arg("find"))
        if find == "home":
            facts[key] = looked(lambda: homes(host))
            continue
        index = index or walk(host)
        facts[key] = _fact(host, find, index)
    return facts


def _fact(host: Host, find: str, index: Index) -> Fact:
    """{items, count, complete}: the most telling items first, at most EVIDENCE_ITEMS, then a mark if not complete."""
    found, names = index.found[find], names_of(host)
    kept = [(entry, more) for entry, more in _looked_into(host, find, found.telling()) if more is not None]
    kept.sort(key=lambda item: item[1].get("owned_by_package") is True)
    shown: list[Any] = [
        {**described(entry.info, names), "exposed": entry.exposed, **more}
        for entry, more in kept[: limits.EVIDENCE_ITEMS]
    ]
    reason, count = index.reason, found.count
    if find in KEPT:
        count = len(kept)
        if found.count > found.keep:
            reason = reason or Reason.REFUSED
    if reason is not None:
        shown.append(unseen(reason))
    value = {"items": shown, "count": count, "complete": reason is None}
    return Fact.known(value, source=f"{index.entries} files and folders below {host.root}")


def _looked_into(host: Host, find: str, entries: list[Entry]) -> Iterator[tuple[Entry, dict[str, Any] | None]]:
    """Each with what a second look adds; None for a file that is not what its name says."""
    owned = ownership(host, [entry.info.path for entry in entries]) if find == "suid" else None
    for entry in entries:
        more: dict[str, Any] | None = {}
        if owned is not None:
            more = {"owned_by_package": owned(entry.info.path)}
        elif find == "key_files":
            private = is_private_key(host, entry.info.path)
            more = None if private is False else {"private": private}
        yield entry, more
