"""`app: auditd`: /etc/audit/auditd.conf, names and values in small letters (auditd.conf(5))."""

from __future__ import annotations

from typing import Final

from agent.looking.host import Host
from agent.probes.config.base import Setting, fact_of, numbered
from shieldwall.checks.fact import Fact, FactKey

FILE: Final = "/etc/audit/auditd.conf"
DEFAULTS: Final = {
    "max_log_file_action": "ignore", "space_left_action": "ignore", "admin_space_left_action": "ignore",
    "disk_full_action": "ignore", "disk_error_action": "syslog", "local_events": "yes", "write_logs": "yes",
}  # fmt: skip
"""Compiled in, where the file does not say."""


def read(key: FactKey, host: Host) -> Fact:
    """{name: value}. Raises AbsentError without the file: auditd does not start then."""
    settings = {name: Setting(value) for name, value in DEFAULTS.items()}
    for number, line in numbered(host.text(FILE)):
        name, equals, value = line.partition("=")
        if equals and not line.lstrip().startswith("#"):
            settings[name.strip().lower()] = Setting(value.strip().lower(), FILE, number)
    return fact_of(settings, source=FILE)
