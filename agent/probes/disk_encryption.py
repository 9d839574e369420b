"""Probe `disk_encryption`: whether what the machine stores is readable for whoever carries it away."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes.config.base import numbered, text_or_none
from agent.probes.mount.persistent import entries
from agent.probes.mountinfo import Mounted, mounted
from shieldwall.checks.fact import Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

CHASSIS: Final = "/sys/class/dmi/id/chassis_type"
PORTABLE: Final = frozenset({"8", "9", "10", "11", "14", "30", "31", "32"})
"""SMBIOS 3.7, table 17: portable, laptop, notebook, hand held, sub notebook, tablet, convertible, detachable."""
MAX_LAYERS: Final = 16
"""Encryption, volume group, RAID and partition stack a handful of layers."""


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return dict.fromkeys(keys, looked(lambda: _live(host) if host.live else _tree(host)))


def _live(host: Host) -> Fact:
    """{root, home, swap, portable}: encrypted | plain for root and home; swap also none or zram.

    A part that lies on something this agent cannot follow (ZFS, network, container layers) is unknown.
    """
    table = mounted(host)
    root = _state(host, table.get("/"))
    home = _state(host, table["/home"]) if "/home" in table else root
    value = {"root": root, "home": home, "swap": _swap(host, root), "portable": _portable(host)}
    return Fact.known(value, source="/proc/self/mountinfo, /proc/swaps and /sys/dev/block")


def _tree(host: Host) -> Fact:
    """From fstab and crypttab: a device that crypttab opens is encrypted; any other may lie on one that it opens."""
    try:
        opened = {line.split()[0] for _, line in numbered(text_or_none(host, "/etc/crypttab") or "") if _named(line)}
        table = entries(host)
    except UnreadableError as error:
        mark = unseen(error.reason)
        return Fact.known(dict.fromkeys(("root", "home", "swap", "portable"), mark), source="/etc/crypttab")

    def state(path: str) -> Any:
        source = table[path].source if path in table else ""
        return "encrypted" if source.removeprefix("/dev/mapper/") in opened else unseen(Reason.UNSUPPORTED)

    value = {
        "root": state("/"), "home": state("/home") if "/home" in table else state("/"),
        "swap": unseen(Reason.UNSUPPORTED), "portable": unseen(Reason.UNSUPPORTED),
    }  # fmt: skip
    return Fact.known(value, source="/etc/fstab and /etc/crypttab")


def _named(line: str) -> bool:
    return bool(line.split()) and not line.lstrip().startswith("#")


def _state(host: Host, mount: Mounted | None) -> Any:
    if mount is None:
        return unseen(Reason.UNSUPPORTED)
    if mount.device.startswith("0:"):
        # btrfs and the like give an anonymous number; the device they were mounted from says more
        return _device(host, mount.source) if mount.source.startswith("/dev/") else unseen(Reason.UNSUPPORTED)
    return _layers(host, f"/sys/dev/block/{mount.device}")


def _device(host: Host, path: str) -> Any:
    try:
        number = os.stat(host.real_path(path)).st_rdev
    except (OSError, AbsentError, UnreadableError):
        return unseen(Reason.UNSUPPORTED)
    return _layers(host, f"/sys/dev/block/{os.major(number)}:{os.minor(number)}")


def _layers(host: Host, folder: str) -> Any:
    """encrypted when every disk below is reached through dm-crypt."""
    try:
        return "encrypted" if all(_encrypted(host, folder, 0)) else "plain"
    except AbsentError:
        return unseen(Reason.UNSUPPORTED)
    except UnreadableError as error:
        return unseen(error.reason)


def _encrypted(host: Host, folder: str, depth: int) -> Iterator[bool]:
    if (text_or_none(host, f"{folder}/dm/uuid") or "").startswith("CRYPT-"):
        yield True
        return
    below = host.listdir(f"{folder}/slaves") if host.exists(f"{folder}/slaves") else []
    if not below or depth >= MAX_LAYERS:
        host.stat(folder)
        yield False
        return
    for name in below:
        yield from _encrypted(host, f"{folder}/slaves/{name}", depth + 1)


def _swap(host: Host, root: Any) -> Any:
    """The weakest of all swap areas; a swap file is as safe as the disk it lies on, here taken to be that of /."""
    try:
        lines = [line.split() for line in host.text("/proc/swaps").splitlines()[1:]]
    except AbsentError:
        return "none"
    except UnreadableError as error:
        return unseen(error.reason)
    states = []
    for words in lines:
        if words[0].startswith("/dev/zram"):
            states.append("zram")
        else:
            states.append(_device(host, words[0]) if words[1] == "partition" else root)
    if not states:
        return "none"
    order = ["plain", *[state for state in states if isinstance(state, dict)], "encrypted", "zram"]
    return next(state for state in order if state in states)


def _portable(host: Host) -> Any:
    """A battery that feeds the machine itself, or a chassis made to be carried."""
    try:
        supplies = host.listdir("/sys/class/power_supply")
    except (AbsentError, UnreadableError):
        supplies = []
    for name in supplies:
        folder = f"/sys/class/power_supply/{name}"
        try:
            kind, scope = text_or_none(host, f"{folder}/type"), text_or_none(host, f"{folder}/scope")
        except UnreadableError:
            continue
        if (kind or "").strip() == "Battery" and (scope or "").strip() != "Device":
            return True
    try:
        return host.text(CHASSIS).strip() in PORTABLE
    except AbsentError:
        return False
    except UnreadableError as error:
        return unseen(error.reason)
