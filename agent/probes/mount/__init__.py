"""Probe `mount`: how a path is mounted now, and how fstab or a mount unit mounts it at boot."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from agent.looking.host import Host
from agent.looking.looked import UnreadableError, looked
from agent.probes.init import systemd_boots
from agent.probes.mount.persistent import Entry, entries
from agent.probes.mountinfo import mounted
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

BY_SYSTEMD = {"/dev/shm": ("rw", "nosuid", "nodev"), "/run": ("rw", "nosuid", "nodev")}  # noqa: S108
"""Mounted by systemd itself, without any file, before it reads fstab (src/shared/mount-setup.c)."""


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return {key: looked(lambda key=key: _look(key, host)) for key in keys}  # type: ignore[misc]


def _look(key: FactKey, host: Host) -> Fact:
    """`path`: one record. `all`: a list of the records of every mount point, in the order they are mounted."""
    if key.arg("path") is not None:
        return _one(host, str(key.arg("path")).rstrip("/") or "/")
    paths = list(mounted(host)) if host.live else list(entries(host))
    return Fact.known([{"path": path, **_one(host, path).value} for path in paths], source="mountinfo and fstab")


def _one(host: Host, path: str) -> Fact:
    entry, persistent = _persistent(host, path)
    if host.live:
        table = mounted(host)
        now = table.get(path)
        holder = now or table[_holder(path, table)]
        value = _record(holder.source, holder.fstype, list(holder.options), now is not None, persistent)
        value["free_percent"] = _free(path)
    elif entry is not None:
        value = _record(entry.source, entry.fstype, list(entry.options), True, persistent)
    elif path in BY_SYSTEMD and systemd_boots(host):
        value = _record("tmpfs", "tmpfs", list(BY_SYSTEMD[path]), True, persistent)
    else:
        hidden = unseen(Reason.UNSUPPORTED)
        special = path in BY_SYSTEMD
        value = _record(hidden, hidden, hidden, hidden if special else False, persistent)
    origins = {"persistent": entry.origin} if entry else {}
    if entry and not host.live:
        origins["options"] = entry.origin
    return Fact.known(value, source="/proc/self/mountinfo" if host.live else "fstab and mount units", origins=origins)


def _free(path: str) -> Any:
    """Room left for ordinary users, in percent of what they could ever use (as df(1) counts)."""
    try:
        size = os.statvfs(path)
    except PermissionError:
        return unseen(Reason.PRIVILEGE)
    except OSError:
        return unseen(Reason.UNSUPPORTED)
    usable = size.f_blocks - size.f_bfree + size.f_bavail
    return round(100 * size.f_bavail / usable, 1) if usable else unseen(Reason.UNSUPPORTED)


def _record(source: Any, fstype: Any, options: Any, separate: Any, persistent: Any) -> dict[str, Any]:
    return {
        "source": source, "fstype": fstype, "options": options, "separate": separate, "persistent": persistent,
    }  # fmt: skip


def _persistent(host: Host, path: str) -> tuple[Entry | None, Any]:
    try:
        entry = entries(host).get(path)
    except UnreadableError as error:
        return None, unseen(error.reason)
    if entry is None:
        return None, {MARK: ABSENT}
    return entry, {"options": list(entry.options), "origin": entry.origin}


def _holder(path: str, table: Mapping[str, Any]) -> str:
    """The mount point that a path which is none itself lies on."""
    while path not in table and path != "/":
        path = path.rpartition("/")[0] or "/"
    return path if path in table else next(iter(table))
