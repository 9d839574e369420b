"""Probe `walk`: files found by what they are, in one walk over the local file systems that all questions share.

What could not be seen stands as a mark in the list of items, so that a clean result without privilege is unknown and
a finding stays a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agent.host import Host
from agent.looking import looked
from agent.probes.file import described
from agent.probes.names import Names, names_of
from agent.probes.walk.homes import homes
from agent.probes.walk.index import Entry, Index, walk
from agent.probes.walk.owned import ownership
from agent.probes.walk.secrets import is_private_key
from shieldwall import limits
from shieldwall.fact import Fact, FactKey, unseen


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
    names = names_of(host)
    found = index.found[find]
    owned = ownership(host, [entry.info.path for entry in found]) if find == "suid" else None
    items = [item for entry in found if (item := _item(host, find, entry, names, owned)) is not None]
    items.sort(key=_harmless)
    shown: list[Any] = items[: limits.EVIDENCE_ITEMS]
    if index.reason is not None:
        shown.append(unseen(index.reason))
    value = {"items": shown, "count": len(items), "complete": index.reason is None}
    return Fact.known(value, source=f"{index.entries} files and folders below {host.root}")


def _item(
    host: Host, find: str, entry: Entry, names: Names, owned: Callable[[str], Any] | None
) -> dict[str, Any] | None:
    record = described(entry.info, names)
    record["exposed"] = entry.exposed
    if owned is not None:
        record["owned_by_package"] = owned(entry.info.path)
    if find == "key_files":
        private = is_private_key(host, entry.info.path)
        if private is False:
            return None
        record["private"] = private
    return record


def _harmless(item: Mapping[str, Any]) -> tuple[bool, bool, str]:
    return (item.get("owned_by_package") is True, not item["exposed"], str(item["path"]))
