"""Which host this is, as far as choosing checks goes: platform family, role and the names a report shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from shieldwall.checks.fact import Fact
from shieldwall.checks.judgement import FAMILIES, Subject

GRAPHICAL: Final = (
    "/etc/systemd/system/display-manager.service",
    "/usr/share/xsessions/*.desktop",
    "/usr/share/wayland-sessions/*.desktop",
)
"""A login screen, or a desktop that one could start: somebody sits in front of this machine."""
MACOS_NAME: Final = "/Library/Preferences/SystemConfiguration/preferences.plist"


@dataclass(frozen=True, slots=True)
class Identity:
    subject: Subject
    system: str
    """`Debian GNU/Linux 12 (bookworm)`; "" when it cannot be told."""
    name: str
    """Host name, for the firm's own eyes."""


def identify(host: Host, os_fact: Fact, role: str | None) -> Identity:
    """role: as given by the firm, None to tell it from the host."""
    value = os_fact.value if isinstance(os_fact.value, dict) else {}
    return Identity(
        Subject(_family(host, str(value.get("family", ""))), role or detect_role(host)),
        str(value.get("name", "")),
        _name(host),
    )


def detect_role(host: Host) -> str:
    """workstation when there is a graphical login or desktop session, as on every Mac, else server.

    Of Windows its own word on what kind it is.
    """
    if host.system == "macos":
        return "workstation"
    if host.system == "windows":
        from agent.probes.windows import osinfo

        return osinfo.role(host) or "workstation"
    for pattern in GRAPHICAL:
        try:
            if host.glob(pattern):
                return "workstation"
        except (AbsentError, UnreadableError):
            continue
    return "server"


def _family(host: Host, told: str) -> str:
    return told if told in FAMILIES else host.system


def _name(host: Host) -> str:
    try:
        if host.system == "macos":
            from agent.probes import plist

            system = plist.table(host, MACOS_NAME).get("System")
            return str(system.get("System", {}).get("ComputerName", ""))[:255] if isinstance(system, dict) else ""
        if host.system == "windows":
            from agent.probes.windows import osinfo

            return osinfo.name(host)
        return host.text("/etc/hostname").strip()[:255]
    except (AbsentError, UnreadableError):
        return ""
