"""systemd-resolved: resolved.conf(5) with drop-ins.

Value: every setting under its lower-case name; llmnr, multicastdns, dnssec and dnsovertls always, with the default of
the distribution: it stands as a comment in the file that comes with the package.
"""

from __future__ import annotations

import re
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.config.base import Setting, fact_of, text_or_none
from agent.probes.config.systemd_conf import FOLDERS, files, flag, settings
from shieldwall.checks.fact import Fact, FactKey

NAME: Final = "resolved.conf"
UPSTREAM: Final = {"llmnr": "yes", "multicastdns": "yes", "dnssec": "allow-downgrade", "dnsovertls": "no"}
COMMENTED: Final = re.compile(r"^#\s*(\w+)=(\S+)\s*$", re.MULTILINE)


def read(key: FactKey, host: Host) -> Fact:
    """Raises AbsentError when systemd-resolved is not configured here at all."""
    used = files(host, NAME)
    if not used:
        raise AbsentError(f"/etc/systemd/{NAME}")
    shipped: dict[str, str] = {}
    for folder in FOLDERS:
        shipped = {k.lower(): v for k, v in COMMENTED.findall(text_or_none(host, f"{folder}/{NAME}") or "")} | shipped
    found = {name: Setting(flag(shipped.get(name, value))) for name, value in UPSTREAM.items()}
    for name, setting in settings(host, NAME, "Resolve").items():
        if setting.value or name not in UPSTREAM:
            found[name] = Setting(flag(str(setting.value)), setting.file, setting.line)
    return fact_of(found, source=used[0])
