"""`config: {app: preferences, domain: D}`: the preferences of a program of macOS for the whole computer.

Value: key -> value, as the property lists have it; what a management profile sets wins. Absent when nothing was ever
set. The preferences of a person lie in that person's home, which no check may read.
"""

from __future__ import annotations

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.macos.preferences import FOLDERS, effective
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason


def read(key: FactKey, host: Host) -> Fact:
    domain = str(key.arg("domain", ""))
    if not domain:
        raise UnreadableError(Reason.UNSUPPORTED, "config: {app: preferences} needs a domain")
    settings = effective(host, domain)
    source = f"{FOLDERS[1]}/{domain}.plist"
    if not settings:
        raise AbsentError(source)
    origins = {name: setting.file for name, setting in settings.items()}
    return Fact.known({n: s.value for n, s in settings.items()}, source=source, origins=origins)
