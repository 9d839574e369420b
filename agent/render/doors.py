"""The open doors of the network as a table for a terminal."""

from __future__ import annotations

from agent.probes.netscan.report import Report
from agent.render.plain import one_line


def doors(report: Report) -> str:
    """Device by device what answers; addresses are for the firm's own eyes."""
    waiting = sum(not device.finished for device in report.devices)
    count = len(report.devices)
    lines = [f"{count} device{'s' * (count != 1)} answered, {len(report.services)} open ports among those asked"]
    wide = max((len(service.host) for service in report.services), default=0)
    last = ""
    for service in report.services:
        name = service.host if service.host != last else ""
        about = " ".join(word for word in (service.service, service.product) if word)
        lines.append(one_line(f"  {name:<{wide}}  {f'{service.port}/{service.proto}':<9}  {about}", 120).rstrip())
        last = service.host
    if waiting:
        lines.append(f"{waiting} answered too slowly to be looked at completely; their checks stay unknown")
    return "\n".join(lines) + "\n\n"
