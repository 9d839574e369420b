"""The open doors of the network as a table for a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from agent.probes.netscan.report import Report, Row
from agent.render.plain import one_line

WIDE = 120


def doors(report: Report, news: Mapping[tuple[str, str], bool] | None = None) -> str:
    """Device by device what answers; addresses are for the firm's own eyes."""
    new = news or {}
    answered = [device for device in report.devices if device.answered]
    waiting = sum(not device.finished for device in answered)
    silent = len(report.devices) - len(answered)
    count, fresh = len(answered), sum(new.values())
    lines = [f"{count} device{'s' * (count != 1)} answered, {len(report.services)} open ports among those asked"]
    tls = {(row["host"], row["port"]): row for row in report.tls or ()}
    pages = {(row["host"], row["port"]): row for row in report.pages or ()}
    wide = max((len(service.host) for service in report.services), default=0)
    last = ""
    for service in report.services:
        at = (service.host, service.port)
        name = service.host if service.host != last else ""
        words = [service.service, service.product, _tls(tls.get(at)), _page(pages.get(at))]
        mark = "new" if new.get((service.host, f"{service.port}/{service.proto}")) else ""
        about = " ".join(word for word in (*words, mark) if word)
        lines.append(one_line(f"  {name:<{wide}}  {f'{service.port}/{service.proto}':<9}  {about}", WIDE).rstrip())
        last = service.host
    if fresh:
        lines.append(f"{fresh} new since the last look: devices {_new_devices(new)}, ports {_new_ports(new)}")
    if waiting:
        lines.append(f"{waiting} answered too slowly to be looked at completely; their checks stay unknown")
    if silent:
        lines.append(f"nmap took too long with {silent} addresses; their checks stay unknown")
    return "\n".join(lines) + "\n\n"


def _new_devices(new: Mapping[tuple[str, str], bool]) -> int:
    return sum(fresh for (_, door), fresh in new.items() if not door)


def _new_ports(new: Mapping[tuple[str, str], bool]) -> int:
    return sum(fresh for (_, door), fresh in new.items() if door)


def _tls(row: Row | None) -> str:
    if row is None:
        return ""
    words = [
        word
        for name, word in (("outdated", "old versions"), ("expired", "expired"), ("self_signed", "self-signed"))
        if row[name] is True
    ]
    return f"[TLS{': ' if words else ''}{', '.join(words)}]"


def _page(row: Row | None) -> str:
    if row is None or "?" in row["page"]:
        return ""
    page = row["page"]
    words = [page["title"] and repr(page["title"]), "default page" * page["default"], "sign-in" * page["sign_in"]]
    return " ".join(word for word in words if word)
