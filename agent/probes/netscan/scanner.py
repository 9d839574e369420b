"""Asking nmap, politely: plain connections, few at a time, in batches that each end."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final, Protocol

from agent.looking.commands import run_path
from agent.looking.looked import UnreadableError
from agent.probes.domain.look import Look
from agent.probes.netscan.closer import closer
from agent.probes.netscan.ports import DISCOVERY, INDUSTRIAL, MOST, OFFICE
from agent.probes.netscan.report import Device, Report, read_report
from agent.probes.netscan.targets import ADDRESSES, Address
from shieldwall.checks.outcome import Reason

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


class Journal(Protocol):
    """What was seen of a look so far, kept where a killed process cannot take it along."""

    def seen(self, batch: int) -> Report | None: ...

    def keep(self, batch: int, report: Report) -> None: ...


class NoJournal:
    """For looks that need not go on."""

    def seen(self, batch: int) -> Report | None:
        return None

    def keep(self, batch: int, report: Report) -> None:
        """Nothing."""


def survey(
    targets: Sequence[Address],
    *,
    industrial: bool,
    progress: Progress,
    ports: Sequence[int] = OFFICE,
    journal: Journal | None = None,
    batch_seconds: float = BATCH_SECONDS,
    look: Look | None = None,
) -> Report:
    """Look at every address that the journal does not hold yet. Raises UnreadableError (tool, parse, refused).

    Addresses on which nmap spent too long come back as devices of which nothing is known.
    look   how doors are looked at more closely
    """
    if len(ports) > MOST or len(targets) > ADDRESSES:
        raise ValueError(f"{len(targets)} addresses and {len(ports)} ports are too many for one look")
    program = next((path for path in PROGRAM if os.access(path, os.X_OK)), None)
    if program is None:
        raise UnreadableError(Reason.TOOL, "nmap is not installed; `apt install nmap`, or bring a report with --import")
    if hasattr(os, "geteuid") and os.geteuid() == 0 and not safe_for_root(os.stat(program)):
        words = f"{program} can be changed by others than root; run this as an ordinary user, who sees the same network"
        raise UnreadableError(Reason.REFUSED, words)
    book = journal or NoJournal()
    batches = _batches(targets)
    known = {at: seen for at in range(len(batches)) if (seen := book.seen(at)) is not None}
    done = sum(len(batches[at]) for at in known)
    progress(done, len(targets))
    reports = []
    for at, batch in enumerate(batches):
        if at not in known:
            try:
                known[at] = closer(_batch(program, batch, ports, industrial, batch_seconds), datetime.now(UTC), look)
                book.keep(at, known[at])
            except UnreadableError as error:
                if error.reason is not Reason.TIMEOUT:
                    raise
                known[at] = Report(tuple(Device(str(address), False, False) for address in batch), ())
            done += len(batch)
            progress(done, len(targets))
        reports.append(known[at])
    return merge(reports)


def _batch(program: str, batch: Sequence[Address], ports: Sequence[int], industrial: bool, seconds: float) -> Report:
    reports = [_run(program, batch, ["-sV", "--version-light"], ports, seconds)]
    if industrial:
        reports.append(_run(program, batch, [], INDUSTRIAL, seconds))
    return merge(reports)


def merge(reports: Sequence[Report]) -> Report:
    """All that several reports saw; a device is finished when no report gave up on it."""
    devices = {device.host: device for report in reports for device in report.devices}
    for report in reports:
        devices |= {device.host: device for device in report.devices if not device.finished}
    services = {(s.host, s.port, s.proto): s for report in reports for s in report.services}
    tls, pages = (
        None if all(rows is None for rows in found) else tuple(row for rows in found for row in rows or ())
        for found in ([report.tls for report in reports], [report.pages for report in reports])
    )
    return Report(
        tuple(devices[key] for key in sorted(devices)), tuple(services[key] for key in sorted(services)), tls, pages
    )


def safe_for_root(program: os.stat_result) -> bool:
    """Whether only root can change the program. Homebrew on a Mac gives /usr/local/bin to an ordinary user."""
    return program.st_uid == 0 and not program.st_mode & 0o022


def _batches(targets: Sequence[Address]) -> list[list[Address]]:
    families = [[t for t in targets if t.version == version] for version in (4, 6)]
    return [family[at : at + BATCH] for family in families for at in range(0, len(family), BATCH)]


def _run(program: str, batch: Sequence[Address], extra: Sequence[str], ports: Sequence[int], seconds: float) -> Report:
    six = ["-6"] if isinstance(batch[0], ipaddress.IPv6Address) else []
    answer = run_path(
        program,
        [
            *POLITE, *six, *extra, f"-PS{_list(DISCOVERY)}", "--host-timeout", f"{HOST_SECONDS}s",
            "-p", _list(ports), "-oX", "-", "--", *map(str, batch),
        ],
        seconds,
    )  # fmt: skip
    if answer.status != 0:
        raise UnreadableError(Reason.TOOL, f"nmap ended with status {answer.status}: {answer.errors.strip()[:200]}")
    return read_report(answer.output.encode("utf-8", "surrogateescape"))


def _list(ports: Sequence[int]) -> str:
    return ",".join(str(port) for port in ports)
