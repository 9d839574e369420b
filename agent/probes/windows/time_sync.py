"""Probe `time_sync` on Windows: whether its time service may run, and whom it asks, policy before settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, looked
from agent.probes.windows.base import Registry, registry_of
from agent.probes.windows.service import DISABLED, start_of
from shieldwall.checks.fact import Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

PARAMETERS: Final = (
    r"HKLM\SOFTWARE\Policies\Microsoft\W32Time\Parameters",
    r"HKLM\SYSTEM\CurrentControlSet\Services\W32Time\Parameters",
)
DOMAIN: Final = "(domain)"


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return dict.fromkeys(keys, looked(lambda: _look(registry_of(host)), source=PARAMETERS[1]))


def _look(registry: Registry) -> Fact:
    on = start_of(registry, "W32Time") not in (None, DISABLED)
    way, listed = (_first(registry, name) for name in ("Type", "NtpServer"))
    servers = [DOMAIN] if way.lower() in ("nt5ds", "allsync") else []
    if way.lower() in ("ntp", "allsync"):
        servers += [peer.partition(",")[0] for peer in listed.split()]
    value: dict[str, Any] = {
        "service": "w32time" if on else "", "enabled": on, "servers": servers,
        **dict.fromkeys(("synchronised", "offset_seconds"), unseen(Reason.UNSUPPORTED)),
    }  # fmt: skip
    return Fact.known(value, source=PARAMETERS[1])


def _first(registry: Registry, name: str) -> str:
    for path in PARAMETERS:
        try:
            text = registry.key(path).text(name)
        except AbsentError:
            continue
        if text:
            return text
    return ""
