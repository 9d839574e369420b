"""Whether a package brought a file (dpkg's lists of files; other package managers are not read)."""

from __future__ import annotations

from typing import Any

from agent.host import Host
from agent.looking import AbsentError, UnreadableError
from shieldwall.fact import unseen
from shieldwall.outcome import Reason

LISTS = "/var/lib/dpkg/info"


def owned_by_package(host: Host, path: str) -> Any:
    """True, False, or the mark of why nobody can say."""
    try:
        known = host.once("walk.owned", lambda: _known(host))
    except AbsentError:
        return unseen(Reason.UNSUPPORTED)
    except UnreadableError as error:
        return unseen(error.reason)
    return path in known or path.removeprefix("/usr") in known


def _known(host: Host) -> frozenset[str]:
    """Files below a folder of programs; before /usr was merged, packages named some of them without /usr."""
    lists = [name for name in host.listdir(LISTS) if name.endswith(".list")]
    if not lists:
        raise AbsentError(LISTS)
    paths: set[str] = set()
    for name in lists:
        for line in host.text(f"{LISTS}/{name}").splitlines():
            if "bin/" in line or "/lib" in line or line.startswith("/opt/"):
                paths.add(line)
    return frozenset(paths)
