"""`app: sysctl.d`: every kernel parameter the files set at the next boot, globs as written (sysctl.d(5))."""

from __future__ import annotations

from agent.looking.host import Host
from agent.probes.kernel.sysctl import plain, settings
from shieldwall.checks.fact import Fact, FactKey


def read(key: FactKey, host: Host) -> Fact:
    """{parameter: value}. For one parameter the probe `kernel` says more: what runs, and what contradicts it."""
    lines = settings(host)
    value = {name: plain(line.value or "") for name, line in lines.items()}
    return Fact.known(value, source="sysctl.d", origins={name: line.origin for name, line in lines.items()})
