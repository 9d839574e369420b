"""The jobs of launchd: property lists in a few folders, and a list of what was switched on or off since.

Sources: launchd.plist(5), launchctl(1). Jobs that one person added are in that person's home and not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes import plist
from shieldwall import limits
from shieldwall.checks.outcome import Reason

FOLDERS: Final = (
    "/Library/LaunchDaemons", "/Library/LaunchAgents", "/System/Library/LaunchDaemons", "/System/Library/LaunchAgents",
)  # fmt: skip
OVERRIDES: Final = "/var/db/com.apple.xpc.launchd/disabled.plist"
MOST: Final = 4 * limits.INCLUDE_FILES
ENABLED, DISABLED, ABSENT = "enabled", "disabled", "absent"


@dataclass(frozen=True, slots=True)
class Job:
    label: str
    state: str
    """enabled | disabled"""
    source: str
    """The file that decides."""


def jobs(host: Host) -> Mapping[str, Job]:
    """Label -> job, of the whole computer. Raises UnreadableError for a list that cannot be read."""
    return host.once("launchd", lambda: _jobs(host))


def running(answer: str) -> frozenset[str]:
    """Labels of the jobs with a process, of `launchctl list`: columns for the process, the last status, the label."""
    rows = [line.split("\t") for line in answer.splitlines()[1:]]
    return frozenset(row[2].strip() for row in rows if len(row) == 3 and row[0].strip().isdecimal())


def _jobs(host: Host) -> dict[str, Job]:
    overrides = _overrides(host)
    found: dict[str, Job] = {}
    for folder in FOLDERS:
        try:
            names = [name for name in host.listdir(folder) if name.endswith(".plist")]
        except AbsentError:
            continue
        if len(names) > MOST:
            raise UnreadableError(Reason.REFUSED, f"{folder} holds more than {MOST} jobs")
        for name in names:
            job = _job(host, f"{folder}/{name}", overrides)
            if job is not None:
                found.setdefault(job.label, job)
    return found


def _job(host: Host, path: str, overrides: Mapping[str, bool]) -> Job | None:
    """None for a file that launchd would not take either."""
    try:
        content = plist.table(host, path)
    except AbsentError:
        return None
    except UnreadableError as error:
        if error.reason is Reason.PARSE:
            return None
        raise
    label = content.get("Label")
    if not isinstance(label, str):
        return None
    if label in overrides:
        return Job(label, DISABLED if overrides[label] else ENABLED, OVERRIDES)
    return Job(label, DISABLED if content.get("Disabled") is True else ENABLED, path)


def _overrides(host: Host) -> dict[str, bool]:
    """Label -> switched off. Wins over the word Disabled in the job's own file."""
    try:
        table = plist.table(host, OVERRIDES)
    except AbsentError:
        return {}
    return {label: off for label, off in table.items() if isinstance(off, bool)}
