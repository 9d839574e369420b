"""Backups: which programs are there, whether a job calls one, when one last succeeded, and who may write to the target.

Value: {tools: [name], scheduled, last_success: time, targets: [{remote, shared}], snapshots}. Nothing of a job's text
is kept: it can hold passwords.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import UnreadableError, looked
from agent.probes.backup import success
from agent.probes.backup.jobs import Jobs, jobs
from agent.probes.backup.targets import targets
from agent.probes.backup.tools import COPIERS, FOLDERS, TOOLS
from agent.probes.package import installed
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

SNAPPER: Final = "/etc/snapper/configs/*"


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    fact = looked(lambda: _look(host))
    return dict.fromkeys(keys, fact)


def _look(host: Host) -> Fact:
    planned = jobs(host)
    present = set(_present(host)) | planned.tools
    when, where, reason = success.last(host, present, planned.services)
    scheduled: Any = bool(planned.tools) or (unseen(planned.unseen) if planned.unseen else False)
    if when:
        last: Any = when.strftime("%Y-%m-%dT%H:%M:%SZ")
    elif reason or planned.unseen:
        last = unseen(reason or planned.unseen or Reason.PRIVILEGE)
    else:
        # a program whose success this agent cannot read is not a missing backup
        last = unseen(Reason.UNSUPPORTED) if present else {MARK: ABSENT}
    value = {
        "tools": sorted(present),
        "scheduled": scheduled,
        "last_success": last,
        "targets": _targets(host, present, planned),
        "snapshots": _snapshots(host),
    }
    origins = {name: place for name, place in (("scheduled", planned.origin), ("last_success", where)) if place}
    return Fact.known(value, source=planned.origin or "timers and cron", origins=origins)


def _present(host: Host) -> Iterator[str]:
    try:
        packages = installed(host).packages
    except UnreadableError:
        packages = {}
    for tool in TOOLS:
        if tool.name in COPIERS:
            continue
        if any(name in packages for name in tool.packages) or _program(host, tool.programs):
            yield tool.name


def _program(host: Host, names: Sequence[str]) -> bool:
    try:
        return any(host.exists(f"{folder}/{name}") for folder in FOLDERS for name in names)
    except UnreadableError:
        return False


def _targets(host: Host, tools: set[str], planned: Jobs) -> Any:
    try:
        return targets(host, tools, planned.texts)
    except UnreadableError as error:
        return unseen(error.reason)


def _snapshots(host: Host) -> Any:
    """Whether local snapshots are taken by snapper, sanoid, zfs-auto-snapshot or timeshift."""
    try:
        names = set(installed(host).packages)
        return bool(host.glob(SNAPPER)) or not names.isdisjoint({"sanoid", "zfs-auto-snapshot", "timeshift"})
    except UnreadableError as error:
        return unseen(error.reason)
