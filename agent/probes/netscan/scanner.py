"""Asking nmap, politely: plain connections, few at a time, in batches that each end."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Sequence
from typing import Final

from agent.commands import run_path
from agent.looking import UnreadableError
from agent.probes.netscan.ports import DISCOVERY, INDUSTRIAL, OFFICE
from agent.probes.netscan.report import Report, read_report
from agent.probes.netscan.targets import Address
from shieldwall.outcome import Reason

PROGRAM: Final = ("/usr/bin/nmap", "/usr/local/bin/nmap")
BATCH: Final = 32
"""Addresses a run of nmap: small enough to show progress, large enough to be quick."""
RATE: Final = 100
"""Packets a second; a cheap router and its printers do not notice."""
HOST_SECONDS: Final = 90
BATCH_SECONDS: Final = 900
POLITE: Final = ("-sT", "-n", "-T3", "--unprivileged", "--max-retries", "1", "--max-rate", str(RATE))
"""Unprivileged also for root, so that both see the same network and no raw packet is ever made."""

Progress = Callable[[int, int], None]
"""Addresses done, addresses in all."""


def survey(
    targets: Sequence[Address], *, industrial: bool, progress: Progress, ports: Sequence[int] = OFFICE
) -> Report:
    """Look at every address. Raises UnreadableError (tool, timeout, parse, refused) and shows nothing half done."""
    program = next((path for path in PROGRAM if os.access(path, os.X_OK)), None)
    if program is None:
        raise UnreadableError(Reason.TOOL, "nmap is not installed; `apt install nmap`, or bring a report with --import")
    reports = []
    batches = _batches(targets)
    done = 0
    progress(0, len(targets))
    for batch in batches:
        reports.append(_run(program, batch, ["-sV", "--version-light"], ports))
        if industrial:
            reports.append(_run(program, batch, [], INDUSTRIAL))
        done += len(batch)
        progress(done, len(targets))
    return merge(reports)


def merge(reports: Sequence[Report]) -> Report:
    """All that several reports saw; a device is finished when no report gave up on it."""
    devices = {device.host: device for report in reports for device in report.devices}
    for report in reports:
        devices |= {device.host: device for device in report.devices if not device.finished}
    services = {(s.host, s.port, s.proto): s for report in reports for s in report.services}
    return Report(tuple(devices[key] for key in sorted(devices)), tuple(services[key] for key in sorted(services)))


def _batches(targets: Sequence[Address]) -> list[list[Address]]:
    families = [[t for t in targets if t.version == version] for version in (4, 6)]
    return [family[at : at + BATCH] for family in families for at in range(0, len(family), BATCH)]


def _run(program: str, batch: Sequence[Address], extra: Sequence[str], ports: Sequence[int]) -> Report:
    six = ["-6"] if isinstance(batch[0], ipaddress.IPv6Address) else []
    answer = run_path(
        program,
        [
            *POLITE, *six, *extra, f"-PS{_list(DISCOVERY)}", "--host-timeout", f"{HOST_SECONDS}s",
            "-p", _list(ports), "-oX", "-", "--", *map(str, batch),
        ],
        BATCH_SECONDS,
    )  # fmt: skip
    if answer.status != 0:
        raise UnreadableError(Reason.TOOL, f"nmap ended with status {answer.status}: {answer.errors.strip()[:200]}")
    return read_report(answer.output.encode("utf-8", "surrogateescape"))


def _list(ports: Sequence[int]) -> str:
    return ",".join(str(port) for port in ports)
