"""Which files a package brought (dpkg's lists of files; other package managers are not read)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from agent.host import Host
from agent.looking import AbsentError, UnreadableError
from shieldwall.fact import unseen
from shieldwall.outcome import Reason

LISTS = "/var/lib/dpkg/info"


def ownership(host: Host, paths: Collection[str]) -> Callable[[str], Any]:
    """For each of `paths`: True, False, or the mark of why nobody can say.

    A host has a thousand lists with some hundred thousand lines and a few dozen files that are asked about, so the
    lists are compared with these instead of being kept.
    """
    # before /usr was merged, packages named some of these files without /usr
    spelt = {path: {_line(path), _line(path.removeprefix("/usr"))} for path in paths}
    wanted = frozenset(line for lines in spelt.values() for line in lines)
    try:
        known = _known(host, wanted) if wanted else wanted
    except AbsentError:
        return lambda path: unseen(Reason.UNSUPPORTED)
    except UnreadableError as error:
        reason = error.reason
        return lambda path: unseen(reason)
    return lambda path: not known.isdisjoint(spelt[path])


def _known(host: Host, wanted: frozenset[bytes]) -> frozenset[bytes]:
    lists = [name for name in host.listdir(LISTS) if name.endswith(".list")]
    if not lists:
        raise AbsentError(LISTS)
    known: set[bytes] = set()
    for name in lists:
        known.update(wanted.intersection(host.read(f"{LISTS}/{name}").split(b"\n")))
    return frozenset(known)


def _line(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
