"""Probe `firewall` on Windows: the three profiles of its own firewall as policy and settings leave them.

Value as on Linux; `inbound` is `drop` only when every profile is on and drops what no rule lets in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, looked
from agent.probes.windows.base import Key, Registry, registry_of
from agent.probes.windows.service import DISABLED, start_of
from shieldwall.checks.fact import Fact, FactKey

SETTINGS: Final = r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"
POLICY: Final = r"HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall"
PROFILES: Final = {
    "DomainProfile": ("DomainProfile",), "StandardProfile": ("PrivateProfile", "StandardProfile"),
    "PublicProfile": ("PublicProfile",),
}  # fmt: skip
"""Name among the settings -> names among the policies."""
HARMLESS: Final = frozenset({"action", "active", "dir", "profile", "protocol", "name", "desc", "embedctxt", "edge"})
"""Parts of a rule (MS-FASP 2.2.19) that limit nothing; any other narrows it to a program, port, peer or interface."""


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    fact = looked(lambda: _look(registry_of(host)), source=SETTINGS)
    return dict.fromkeys(keys, fact)


def _look(registry: Registry) -> Fact:
    runs = start_of(registry, "MpsSvc") not in (None, DISABLED)
    states = [_profile(registry, name, policies) for name, policies in PROFILES.items()]
    rules = [rule for rule in _rules(registry) if rule.get("active", "").lower() == "true"]
    inbound = "drop" if runs and all(on and blocks for on, blocks in states) else "accept"
    active = runs and any(on for on, _ in states)
    value = {
        "active": active, "tool": "windows" if active else "", "inbound": inbound, "inbound6": inbound,
        "any_any": any(_open(rule) for rule in rules), "rules": len(rules),
    }  # fmt: skip
    return Fact.known(value, source=SETTINGS)


def _profile(registry: Registry, name: str, policies: tuple[str, ...]) -> tuple[bool, bool]:
    """(on, drops what no rule lets in). Never written means on and dropping."""
    paths = [*(f"{POLICY}\\{policy}" for policy in policies), f"{SETTINGS}\\{name}"]
    found = [_key(registry, path) for path in paths]

    def first(value: str) -> int:
        return next((number for key in found if (number := key.number(value)) is not None), 1)

    return first("EnableFirewall") != 0, first("DefaultInboundAction") != 0


def _key(registry: Registry, path: str) -> Key:
    try:
        return registry.key(path)
    except AbsentError:
        return Key(path)


def _rules(registry: Registry) -> Iterator[dict[str, str]]:
    for path in (f"{SETTINGS}\\FirewallRules", f"{POLICY}\\FirewallRules"):
        for value in _key(registry, path).values.values():
            if isinstance(value.data, str):
                parts = [part.partition("=") for part in value.data.split("|")[1:] if part]
                yield {name.lower(): rest for name, _, rest in parts}


def _open(rule: Mapping[str, str]) -> bool:
    """Lets everything in, at least where the network is public."""
    lets_in = (rule.get("action", "").lower(), rule.get("dir", "").lower()) == ("allow", "in")
    return lets_in and HARMLESS.issuperset(rule) and rule.get("profile", "public").lower() == "public"
