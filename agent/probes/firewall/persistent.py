"""What is set up to be loaded when the host starts: for mounted trees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.config.base import text_or_none
from agent.probes.firewall import iptables, nft_text
from agent.probes.firewall.ruleset import ACCEPT, DROP, REJECT, Default, Table, default, filters
from agent.probes.service import units_of
from shieldwall.checks.outcome import Reason

ASSIGNMENT: Final = re.compile(r"^\s*([A-Za-z0-9_]+)\s*=\s*\"?([^\"#\s]*)\"?", re.MULTILINE)
UFW_RULE: Final = re.compile(r"^### tuple ### (\S+) (\S+) (\S+) (\S+) (\S+) (\S+) (in\S*)", re.MULTILINE)
UFW_ANYWHERE: Final = frozenset({"0.0.0.0/0", "::/0"})
ZONE_TARGETS: Final = {"ACCEPT": ACCEPT, "DROP": DROP, "%%REJECT%%": REJECT, "REJECT": REJECT}
ZONE_FOLDERS: Final = ("/etc/firewalld/zones", "/usr/lib/firewalld/zones")
NFT_FILES: Final = ("/etc/nftables.conf", "/etc/sysconfig/nftables.conf")
SAVED: Final = (
    ("netfilter-persistent", "/etc/iptables/rules.v4", "/etc/iptables/rules.v6"),
    ("iptables", "/etc/sysconfig/iptables", "/etc/sysconfig/ip6tables"),
)


@dataclass(frozen=True, slots=True)
class Firewall:
    active: bool
    tool: str
    inbound: Default
    inbound6: Default
    rules: int
    source: str


NONE: Final = Firewall(False, "", Default(ACCEPT, False), Default(ACCEPT, False), 0, "")


def read(host: Host) -> Firewall:
    """Raises UnreadableError when what decides cannot be read."""
    units = units_of(host)

    def starts(name: str) -> bool:
        return units.unit(name).enabled == "enabled"

    for name, look in (("ufw", _ufw), ("firewalld", _firewalld), ("nftables", _nftables)):
        if starts(name):
            found = look(host)
            if found is not None and found.active:
                return found
    for service, file4, file6 in SAVED:
        if starts(service):
            found = _saved(host, file4, file6)
            if found.active:
                return found
    return NONE


def _ufw(host: Host) -> Firewall | None:
    main = dict(ASSIGNMENT.findall(text_or_none(host, "/etc/ufw/ufw.conf") or ""))
    if main.get("ENABLED", "no").lower() != "yes":
        return None
    defaults = dict(ASSIGNMENT.findall(text_or_none(host, "/etc/default/ufw") or ""))
    policy = defaults.get("DEFAULT_INPUT_POLICY", "DROP").lower()
    answers = []
    rules = 0
    for path in ("/etc/ufw/user.rules", "/etc/ufw/user6.rules"):
        found = UFW_RULE.findall(text_or_none(host, path) or "")
        rules += len(found)
        wide = any(_lets_all_in(rule) for rule in found)
        answers.append(Default(ACCEPT, True) if wide else Default(policy, False))
    if defaults.get("IPV6", "yes").lower() != "yes":
        answers[1] = Default(DROP, False)  # ufw then lets IPv6 through on loopback only
    return Firewall(True, "ufw", answers[0], answers[1], rules, "/etc/ufw/ufw.conf")


def _lets_all_in(rule: tuple[str, ...]) -> bool:
    """action, protocol, destination port, destination, source port, source, direction"""
    action, proto, port, to, _, source, way = rule
    wide = proto in ("any", "tcp") and port == "any" and {to, source} <= UFW_ANYWHERE
    return wide and action == "allow" and way == "in"


def _firewalld(host: Host) -> Firewall:
    path = "/etc/firewalld/firewalld.conf"
    zone = dict(ASSIGNMENT.findall(text_or_none(host, path) or "")).get("DefaultZone", "public")
    text = next((t for f in ZONE_FOLDERS if (t := text_or_none(host, f"{f}/{zone}.xml")) is not None), None)
    rules = 0
    if text is None:
        target = {"trusted": ACCEPT, "drop": DROP}.get(zone, REJECT)
    else:
        try:
            root = ElementTree.fromstring(text)  # noqa: S314 - expat stops entity bombs itself since 2.4
        except ElementTree.ParseError as error:
            raise UnreadableError(Reason.PARSE, f"firewalld's zone {zone}: {error}") from error
        target = ZONE_TARGETS.get(root.get("target", ""), REJECT)
        rules = len(list(root))
    answer = Default(target, target == ACCEPT)
    return Firewall(True, "firewalld", answer, answer, rules, path)


def _nftables(host: Host) -> Firewall | None:
    for path in NFT_FILES:
        try:
            tables = nft_text.load(host, path)
        except AbsentError:
            continue
        return of_tables(tables, "nftables", (), path)
    return None


def _saved(host: Host, file4: str, file6: str) -> Firewall:
    tables = iptables.parse(text_or_none(host, file4) or "", "ipv4")
    tables += iptables.parse(text_or_none(host, file6) or "", "ipv6")
    return of_tables(tables, "iptables", (), file4)


def of_tables(tables: Sequence[Table], tool: str, interfaces: Sequence[str], source: str) -> Firewall:
    """What these tables make of a new connection by one of these interfaces."""
    active = filters(tables, "ipv4") or filters(tables, "ipv6")
    rules = sum(len(chain.rules) for table in tables for chain in table.chains.values())
    inbound, inbound6 = default(tables, "ipv4", interfaces), default(tables, "ipv6", interfaces)
    return Firewall(active, tool if active else "", inbound, inbound6, rules, source)
