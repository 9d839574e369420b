"""Probe `backup` on macOS: Time Machine, and whether another backup program is there.

Value: {tools, scheduled, last_success: time, targets: [{remote, encrypted}], snapshots}. The list of Time Machine may
be read only by programs with full access to the disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import UnreadableError, looked
from agent.probes import plist
from agent.probes.macos.launchd import ENABLED, jobs
from agent.probes.macos.preferences import FOLDERS, effective, switch, value
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

DOMAIN: Final = "com.apple.TimeMachine"
OTHERS: Final = {
    "com.backblaze.bzserv": "backblaze", "com.haystacksoftware.arqagent": "arq",
    "com.bombich.ccchelper": "carbon copy cloner", "com.crashplan.engine": "crashplan", "com.code42.service": "code42",
    "com.acronis.mms": "acronis", "com.veeam.vbr.agent": "veeam",
}  # fmt: skip
"""Jobs of launchd that programs with a schedule of their own start with."""
SNAPSHOT: Final = "com.apple.TimeMachine."


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return dict.fromkeys(keys, looked(lambda: _look(host)))


def _look(host: Host) -> Fact:
    known = jobs(host)
    others = sorted({name for label, name in OTHERS.items() if label in known and known[label].state == ENABLED})
    try:
        settings = effective(host, DOMAIN)
        places = [place for place in _list(value(settings, "Destinations", [])) if isinstance(place, dict)]
        on = bool(places) and switch(settings, "AutoBackup", False) is True
        scheduled: Any = on or bool(others)
        last = _last(places, others)
        targets: Any = [
            {"remote": "NetworkURL" in place, "encrypted": _encrypted(place), "shared": unseen(Reason.UNSUPPORTED)}
            for place in places
        ]
        tools = [*(["time machine"] if places else []), *others]
    except UnreadableError as error:
        mark = unseen(error.reason)
        on, scheduled, last, targets, tools = False, bool(others) or mark, mark, mark, others
    found = {
        "tools": tools, "scheduled": scheduled, "last_success": last, "targets": targets,
        "snapshots": on or _snapshots(host),
    }  # fmt: skip
    return Fact.known(found, source=f"{FOLDERS[1]}/{DOMAIN}.plist")


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _last(places: Sequence[Mapping[str, Any]], others: Sequence[str]) -> Any:
    """The newest backup of any destination. Another program's success this agent cannot read."""
    times = [
        when
        for place in places
        for item in [*_list(place.get("SnapshotDates")), place.get("ReferenceLocalSnapshotDate")]
        if (when := plist.moment(item))
    ]
    if times:
        return plist.stamp(max(times))
    return unseen(Reason.UNSUPPORTED) if others else {MARK: ABSENT}


def _encrypted(place: Mapping[str, Any]) -> Any:
    known = {"Encrypted": True, "FileVault": True, "NotEncrypted": False}
    return known.get(str(place.get("LastKnownEncryptionState")), unseen(Reason.UNSUPPORTED))


def _snapshots(host: Host) -> Any:
    try:
        return SNAPSHOT in host.run("tmutil", "listlocalsnapshots", "/").output
    except UnreadableError as error:
        return unseen(error.reason)
