"""Every probe by name. A literal table: nothing registers itself, nothing is scanned for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from agent.probes.base import Probe

MODULES: Final[dict[str, str]] = {
    "account": "agent.probes.account",
    "attest": "agent.probes.attest",
    "backup": "agent.probes.backup",
    "config": "agent.probes.config",
    "dns": "agent.probes.dns",
    "http": "agent.probes.http",
    "netscan": "agent.probes.netscan",
    "firewall": "agent.probes.firewall",
    "listen": "agent.probes.listen",
    "malware": "agent.probes.malware",
    "package": "agent.probes.package",
    "process": "agent.probes.process",
    "service": "agent.probes.service",
    "time_sync": "agent.probes.time_sync",
    "tls": "agent.probes.tls",
    "updates": "agent.probes.updates",
    "os": "agent.probes.osinfo",
    "file": "agent.probes.file",
    "walk": "agent.probes.walk",
    "text": "agent.probes.text",
    "kernel": "agent.probes.kernel",
    "mount": "agent.probes.mount",
    "mandatory_access": "agent.probes.mandatory_access",
    "audit": "agent.probes.audit",
    "disk_encryption": "agent.probes.disk_encryption",
}
"""Probe name -> module with a `collect`; imported only when a scan's policy needs it. What a Linux host is asked."""

PORTABLE: Final = ("attest", "config", "dns", "file", "http", "netscan", "text", "tls", "walk")
"""Probes that look at every system the same way."""

SYSTEMS: Final[dict[str, dict[str, str]]] = {
    "macos": {
        "account": "agent.probes.macos.account",
        "backup": "agent.probes.macos.backup",
        "disk_encryption": "agent.probes.macos.disk_encryption",
        "firewall": "agent.probes.macos.firewall",
        "listen": "agent.probes.macos.listen",
        "malware": "agent.probes.macos.malware",
        "mandatory_access": "agent.probes.macos.mandatory_access",
        "os": "agent.probes.macos.osinfo",
        "package": "agent.probes.macos.package",
        "process": "agent.probes.macos.process",
        "service": "agent.probes.macos.service",
        "time_sync": "agent.probes.macos.time_sync",
        "updates": "agent.probes.macos.updates",
    },
    "windows": {
        "account": "agent.probes.windows.account",
        "disk_encryption": "agent.probes.windows.disk_encryption",
        "firewall": "agent.probes.windows.firewall",
        "listen": "agent.probes.macos.listen",
        "malware": "agent.probes.windows.malware",
        "os": "agent.probes.windows.osinfo",
        "package": "agent.probes.windows.package",
        "process": "agent.probes.macos.process",
        "registry": "agent.probes.windows.registry",
        "service": "agent.probes.windows.service",
        "time_sync": "agent.probes.windows.time_sync",
        "updates": "agent.probes.windows.updates",
        "winpolicy": "agent.probes.windows.winpolicy",
    },
}
"""System -> probes that have the same facts there and another way to them."""


def table(system: str) -> Mapping[str, str]:
    """Probe name -> module, for a host of this system (`Host.system`)."""
    return MODULES if system == "linux" else {name: MODULES[name] for name in PORTABLE} | SYSTEMS[system]


def load(name: str, system: str = "linux") -> Probe:
    probe: Probe = import_module(table(system)[name]).collect
    return probe
