"""Whether an installed update waits for a restart of the host."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from shieldwall.checks.expectation.version import compare

MARKS: Final = ("/run/reboot-required", "/run/reboot-needed")
"""Left by Debian's and SUSE's package scripts."""
KERNEL: Final = re.compile(r"/vmlinu[xz]-(\d\S*)$")
FLAVOUR: Final = re.compile(r"[a-z][a-z0-9_]*$")


def waiting_since(host: Host) -> datetime | None:
    """When the oldest update that needs a restart was installed; None when none does. Raises UnreadableError."""
    host.need_live("a pending restart")
    times = []
    for path in MARKS:
        try:
            times.append(host.stat(path).mtime)
        except AbsentError:
            continue
    try:
        running = host.text("/proc/sys/kernel/osrelease").strip()
        newer = [path for path in host.glob("/boot/vmlinu?-*") if _newer(path, running)]
        times += [host.stat(path).mtime for path in newer]
    except (AbsentError, UnreadableError):
        pass  # a container has no kernel of its own
    return datetime.fromtimestamp(min(times), UTC) if times else None


def _newer(path: str, running: str) -> bool:
    """A kernel of the same flavour (amd64, cloud-amd64, x86_64 …) with a later version."""
    match = KERNEL.search(path)
    if not match or "rescue" in path:
        return False
    ours, theirs = FLAVOUR.search(running), FLAVOUR.search(match[1])
    return (ours and ours[0]) == (theirs and theirs[0]) and compare(match[1], running) > 0
