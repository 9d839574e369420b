"""Scheduled jobs that call a backup program: timers of systemd, and cron. Their text is looked through, never kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.backup.tools import TOOLS, named_in
from agent.probes.service import units_of
from shieldwall import limits
from shieldwall.checks.outcome import Reason

CRON_FILES: Final = ("/etc/crontab", "/etc/anacrontab", "/etc/cron.d/*")
CRON_SCRIPTS: Final = ("/etc/cron.hourly/*", "/etc/cron.daily/*", "/etc/cron.weekly/*", "/etc/cron.monthly/*")
SPOOLS: Final = ("/var/spool/cron/crontabs", "/var/spool/cron")
SCRIPT: Final = re.compile(r"(?<![\w/.])(/(?:usr/local|opt|srv|root|etc|usr/bin|usr/sbin)/[\w./@+-]+)")
SCRIPT_BYTES: Final = 256 * limits.KIB
EXEC: Final = re.compile(r"^\s*ExecStart\w*\s*=\s*(.+)$", re.MULTILINE)
UNIT_OF: Final = re.compile(r"^\s*Unit\s*=\s*(\S+)", re.MULTILINE)
CRON_LINE: Final = re.compile(r"^\s*(?:@\w+|[\d*@][\S]*\s+\S+\s+\S+\s+\S+\s+\S+)\s+\S", re.MULTILINE)


@dataclass(slots=True)
class Jobs:
    tools: set[str] = field(default_factory=set)
    """Tools with at least one job."""
    texts: list[str] = field(default_factory=list)
    """Text of the jobs, for finding where they write to."""
    services: list[str] = field(default_factory=list)
    """Services that timers start."""
    unseen: Reason | None = None
    """Why a place where jobs may stand could not be looked at."""
    origin: str = ""


def jobs(host: Host) -> Jobs:
    found = Jobs()
    for place, text, service in _places(host, found):
        named = named_in(text) | {tool for script in _scripts(host, text) for tool in _note(found, script)}
        if named:
            found.tools |= named
            found.texts.append(text)
            found.origin = found.origin or place
            if service:
                found.services.append(service)
    _daemons(host, found)
    return found


def _note(found: Jobs, script: str) -> set[str]:
    named = named_in(script)
    if named:
        found.texts.append(script)
    return named


def _places(host: Host, found: Jobs) -> Iterator[tuple[str, str, str]]:
    """(file, text, service) of everything that runs at set times."""
    try:
        units = units_of(host)
        for timer in [name for name in units.wants if name.endswith(".timer")]:
            own = units.unit(timer)
            if own.enabled != "enabled":
                continue
            match = UNIT_OF.search(own.text)
            service = match[1] if match else timer.removesuffix(".timer") + ".service"
            text = "\n".join(EXEC.findall(units.unit(service).text)) or timer
            yield own.source, text, service
    except UnreadableError as error:
        found.unseen = found.unseen or error.reason
    for pattern in CRON_FILES + CRON_SCRIPTS:
        for path in _listed(host, pattern, found):
            text = _read(host, path, found)
            lines = [line for line in text.splitlines() if pattern in CRON_SCRIPTS or CRON_LINE.match(line)]
            yield path, "\n".join(lines), ""
    for spool in SPOOLS:
        for path in _listed(host, f"{spool}/*", found):
            yield path, _read(host, path, found), ""


def _daemons(host: Host, found: Jobs) -> None:
    try:
        units = units_of(host)
        for tool in TOOLS:
            unit = next((units.unit(s) for s in tool.services if units.unit(s).enabled == "enabled"), None)
            if unit:
                found.tools.add(tool.name)
                found.origin = found.origin or unit.source
    except UnreadableError as error:
        found.unseen = found.unseen or error.reason


def _scripts(host: Host, text: str) -> Iterator[str]:
    """Scripts that a job's text names, one step deep."""
    for path in SCRIPT.findall(text)[: limits.EVIDENCE_ITEMS]:
        try:
            data = host.read(path, SCRIPT_BYTES)
        except (AbsentError, UnreadableError):
            continue
        if data.startswith(b"#!"):
            yield data.decode("utf-8", "replace")


def _listed(host: Host, pattern: str, found: Jobs) -> list[str]:
    try:
        return host.glob(pattern)
    except UnreadableError as error:
        found.unseen = found.unseen or error.reason
        return []


def _read(host: Host, path: str, found: Jobs) -> str:
    try:
        return host.read(path, SCRIPT_BYTES).decode("utf-8", "replace")
    except AbsentError:
        return ""
    except UnreadableError as error:
        if error.reason is not Reason.REFUSED:  # a folder or a large program among the scripts
            found.unseen = found.unseen or error.reason
        return ""
