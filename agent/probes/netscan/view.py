"""A report as a fact: what is seen from inside, what from outside, and what nobody looked at."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from agent.looking.looked import UnreadableError
from agent.probes.domain.rows import blind
from agent.probes.netscan.closer import DoorPage, DoorTls
from agent.probes.netscan.ports import INDUSTRIAL, kind
from agent.probes.netscan.report import Report, Row
from agent.probes.netscan.targets import Address, NetworkSettings, is_private
from shieldwall.checks.fact import ABSENT, MARK, Fact, unseen
from shieldwall.checks.outcome import Reason

News = Mapping[tuple[str, str], bool]
"""(host, "" or "port/proto") -> not there at the look before; nothing for a host looked at for the first time."""


def view(
    report: Report,
    targets: Sequence[Address],
    settings: NetworkSettings,
    opens_by: Sequence[str] | None = None,
    news: News = MappingProxyType({}),
) -> Fact:
    """The fact `netscan`; docs/facts/netscan.md says what each part means.

    opens_by   what the router said (agent.probes.netscan.gateway); None when nobody asked it
    """
    own = [a for a in targets if is_private(a)]
    public = [a for a in targets if not is_private(a)]
    inside = {str(a) for a in own}
    rows = _rows(report, own, news)
    office = [row for row in rows if row.get("port") not in INDUSTRIAL]
    controls = [row for row in rows if row.get("port") in INDUSTRIAL or MARK in row]
    value: dict[str, Any] = {
        "inside": office if own else unseen(Reason.UNSUPPORTED),
        "outside": _outside(report, public, settings, news),
        "industrial": controls if own and settings.industrial else unseen(Reason.REFUSED),
        "devices": _devices(report, inside, settings, news) if own else unseen(Reason.UNSUPPORTED),
        "tls": _closer(report, report.tls, inside, DoorTls),
        "pages": _closer(report, report.pages, inside, DoorPage),
        "router": unseen(Reason.UNSUPPORTED) if opens_by is None else {"opens_by": list(opens_by)},
    }
    return Fact.known(value, source="nmap")


def _devices(report: Report, inside: set[str], settings: NetworkSettings, news: News) -> Any:
    answered = [device for device in report.devices if device.host in inside]
    if settings.devices is None and not answered:
        return {MARK: ABSENT}
    inventory = [ipaddress.ip_network(text, strict=False) for text in settings.devices or ()]
    return [
        {
            "host": d.host,
            "known": {MARK: ABSENT}
            if settings.devices is None
            else any(ipaddress.ip_address(d.host) in network for network in inventory),
            "new": news.get((d.host, ""), {MARK: ABSENT}),
        }
        if d.answered
        else unseen(Reason.TIMEOUT)
        for d in answered
    ]


def _closer(report: Report, found: Sequence[Row] | None, inside: set[str], kind: type) -> Any:
    """What a closer look saw; a device that was not looked at completely may have more such doors."""
    if found is None or not inside:
        return unseen(Reason.UNSUPPORTED)
    slow = [d for d in report.devices if d.host in inside and not d.finished]
    trouble = UnreadableError(Reason.TIMEOUT, "the device was not looked at completely")
    return [row for row in found if row["host"] in inside] + [blind(kind, trouble, host=d.host) for d in slow]


def _outside(report: Report, public: Sequence[Address], settings: NetworkSettings, news: News) -> Any:
    if public and settings.outside:
        return _rows(report, public, news)
    declared = [ipaddress.ip_network(text, strict=False) for text in settings.ranges]
    if public or any(not is_private(network.network_address) for network in declared):
        # from inside, the firm's router may answer in place of what the internet sees
        return unseen(Reason.UNSUPPORTED)
    return {MARK: ABSENT}


def _rows(report: Report, targets: Sequence[Address], news: News) -> list[Row]:
    wanted = {str(address) for address in targets}
    rows: list[Row] = [
        {
            **asdict(service),
            "kind": kind(service.port, service.service),
            "new": news.get((service.host, f"{service.port}/{service.proto}"), {MARK: ABSENT}),
        }
        for service in report.services
        if service.host in wanted
    ]
    return rows + [unseen(Reason.TIMEOUT) for d in report.devices if d.host in wanted and not d.finished]
