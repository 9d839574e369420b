"""`app: snmpd`: who may ask the SNMP agent (snmpd.conf(5)). Community names that are not the usual ones stay unsaid."""

from __future__ import annotations

from typing import Any, Final

from agent.looking.host import Host
from agent.probes.config.base import numbered
from shieldwall.checks.fact import Fact, FactKey

FILE: Final = "/etc/snmp/snmpd.conf"
USUAL: Final = frozenset({"public", "private", "community", "admin", "snmp", "cisco", "default", "manager", "secret"})
"""Tried by every scanner."""
DIRECT: Final = frozenset({"rocommunity", "rwcommunity", "rocommunity6", "rwcommunity6"})
MAPPED: Final = frozenset({"com2sec", "com2sec6", "com2secunix"})


def read(key: FactKey, host: Host) -> Fact:
    """{communities: [{usual, writable, source}], users: n}. Raises AbsentError without the file."""
    communities: list[dict[str, Any]] = []
    origins: dict[str, str] = {}
    users = 0
    for number, line in numbered(host.text(FILE)):
        words = line.split("#")[0].split()
        if not words:
            continue
        word = words[0].lower()
        name, source = _community(word, words)
        if word in ("rouser", "rwuser"):
            users += 1
        if name:
            origins[f"communities.{len(communities)}"] = f"{FILE}:{number}"
            writable = word.startswith("rw")
            communities.append({"usual": name.lower() in USUAL, "writable": writable, "source": source})
    return Fact.known({"communities": communities, "users": users}, source=FILE, origins=origins)


def _community(word: str, words: list[str]) -> tuple[str, str]:
    """(name, where from); com2sec names a security name first, `-Cn CONTEXT` may stand before it."""
    if word in DIRECT and len(words) > 1:
        return words[1].strip("\"'"), words[2] if len(words) > 2 else "default"
    if word in MAPPED:
        rest = words[3:] if words[1:2] == ["-Cn"] else words[1:]
        if len(rest) > 2:
            return rest[2].strip("\"'"), rest[1]
    return "", ""
