"""Effective configuration: what an application would use, with the file and line it came from.

One module an application. A module reads, and never judges: includes, drop-ins, which occurrence wins, case, quoting,
continuation lines and compiled-in defaults are its business; whether a value is good is a check's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final, Protocol, cast

from agent.looking.host import Host
from agent.looking.looked import looked
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason


class Reader(Protocol):
    """What a module in this folder offers: `read`.

    It may raise AbsentError and UnreadableError (`agent.probes.config.base.broken` makes the latter for a file that
    the application itself would refuse); `collect` turns both into facts.
    """

    def read(self, key: FactKey, host: Host) -> Fact: ...


READERS: Final[dict[str, str]] = {
    "pam": "agent.probes.config.pam",
    "login.defs": "agent.probes.config.login_defs",
    "useradd": "agent.probes.config.login_defs",
    "pwquality": "agent.probes.config.password_rules",
    "faillock": "agent.probes.config.password_rules",
    "shell": "agent.probes.config.shell",
    "gdm": "agent.probes.config.desktop",
    "dconf": "agent.probes.config.desktop",
    "sshd": "agent.probes.config.sshd",
    "sudoers": "agent.probes.config.sudoers",
    "apt": "agent.probes.config.apt",
    "dnf": "agent.probes.config.dnf",
    "journald": "agent.probes.config.journald",
    "resolved": "agent.probes.config.resolved",
    "systemd": "agent.probes.config.systemd_unit",
    "rsyslog": "agent.probes.config.rsyslog",
    "logrotate": "agent.probes.config.logrotate",
    "nginx": "agent.probes.config.nginx",
    "apache": "agent.probes.config.apache",
    "postfix": "agent.probes.config.postfix",
    "timesync": "agent.probes.config.timesync",
    "unattended-upgrades": "agent.probes.config.unattended_upgrades",
    "wifi": "agent.probes.config.wifi",
    "sysctl.d": "agent.probes.config.sysctl_d",
    "modprobe.d": "agent.probes.config.modprobe_d",
    "auditd": "agent.probes.config.auditd",
    "grub": "agent.probes.config.grub",
    "coredump": "agent.probes.config.coredump",
    "exports": "agent.probes.config.exports",
    "snmpd": "agent.probes.config.snmpd",
    "docker": "agent.probes.config.docker",
    "samba": "agent.probes.config.samba",
    "cron": "agent.probes.config.cron",
    "preferences": "agent.probes.config.preferences",
    "screen-lock": "agent.probes.macos.screen_lock",
    "mdm": "agent.probes.macos.mdm",
}
"""Application -> module with a `read`; imported only when a policy needs it."""

GENERIC: Final = "agent.probes.config.generic"
"""The reader of `file` and `glob`, in one of the generic formats."""


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return {key: _one(key, host) for key in keys}


def _one(key: FactKey, host: Host) -> Fact:
    app = key.arg("app")
    module = GENERIC if app is None else READERS.get(str(app))
    if module is None:
        return Fact.unknown(Reason.UNSUPPORTED, f"this agent does not know how {app} is configured")
    reader = cast(Reader, import_module(module))
    return looked(lambda: reader.read(key, host))
