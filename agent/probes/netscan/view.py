"""A report as a fact: what is seen from inside, what from outside, and what nobody looked at."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from agent.probes.netscan.ports import INDUSTRIAL
from agent.probes.netscan.report import Report
from agent.probes.netscan.targets import Address, NetworkSettings, is_private
from shieldwall.fact import ABSENT, MARK, Fact, unseen
from shieldwall.outcome import Reason


def view(
    report: Report, targets: Sequence[Address], settings: NetworkSettings, opens_by: Sequence[str] | None = None
) -> Fact:
    """The fact `netscan`; docs/facts/netscan.md says what each part means.

    opens_by   what the router said (agent.probes.netscan.gateway); None when nobody asked it
    """
    own = [a for a in targets if is_private(a)]
    public = [a for a in targets if not is_private(a)]
    inside = {str(a) for a in own}
    office = [row for row in _rows(report, own) if row.get("port") not in INDUSTRIAL]
    controls = [row for row in _rows(report, own) if row.get("port") in INDUSTRIAL or MARK in row]
    value: dict[str, Any] = {
        "inside": office if own else unseen(Reason.UNSUPPORTED),
        "outside": _outside(report, public, settings),
        "industrial": controls if own and settings.industrial else unseen(Reason.REFUSED),
        "devices": {MARK: ABSENT},
        "router": unseen(Reason.UNSUPPORTED) if opens_by is None else {"opens_by": list(opens_by)},
    }
    if settings.devices is not None and own:
        known = [ipaddress.ip_network(text, strict=False) for text in settings.devices]
        value["devices"] = [
            {"host": d.host, "known": any(ipaddress.ip_address(d.host) in n for n in known)}
            for d in report.devices
            if d.host in inside
        ]
    return Fact.known(value, source="nmap")


def _outside(report: Report, public: Sequence[Address], settings: NetworkSettings) -> Any:
    if public and settings.outside:
        return _rows(report, public)
    declared = [ipaddress.ip_network(text, strict=False) for text in settings.ranges]
    if public or any(not is_private(network.network_address) for network in declared):
        # from inside, the firm's router may answer in place of what the internet sees
        return unseen(Reason.UNSUPPORTED)
    return {MARK: ABSENT}


def _rows(report: Report, targets: Sequence[Address]) -> list[dict[str, Any]]:
    wanted = {str(address) for address in targets}
    rows = [asdict(service) for service in report.services if service.host in wanted]
    return rows + [unseen(Reason.TIMEOUT) for d in report.devices if d.host in wanted and not d.finished]
