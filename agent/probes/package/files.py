"""Which package brought a file: dpkg's lists of files, read for the few files somebody asks about and not kept.

A host has a thousand lists with some hundred thousand lines.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from typing import Final

from agent.host import Host
from agent.looking import AbsentError
from shieldwall import limits

LISTS: Final = "/var/lib/dpkg/info"
PIECE: Final = 256 * limits.KIB
"""Lines are compared this many bytes at a time; the longest list measures 4 MiB."""


def packages_of(host: Host, paths: Collection[str]) -> dict[str, str]:
    """Path -> name of its package, for those that came with one.

    Raises AbsentError when there are no lists, UnreadableError when they cannot be read.
    """
    places: dict[bytes, str] = {}
    for path in paths:
        # before /usr was merged, packages named some of these files without /usr
        for spelt in (path, path.removeprefix("/usr")):
            places[os.fsencode(spelt)] = path
    lists = [name for name in host.listdir(LISTS) if name.endswith(".list")]
    if not lists:
        raise AbsentError(LISTS)
    found: dict[str, str] = {}
    wanted = frozenset(places)
    for name in lists if wanted else ():
        for lines in _pieces(host.read(f"{LISTS}/{name}")):
            for line in wanted.intersection(lines):
                found[places[line]] = name.removesuffix(".list").partition(":")[0]
    return found


def _pieces(text: bytes) -> Iterator[list[bytes]]:
    start = 0
    while len(text) - start > PIECE:
        end = text.rfind(b"\n", start, start + PIECE) + 1
        if end <= start:
            break  # one endless line
        yield text[start:end].split(b"\n")
        start = end
    yield text[start:].split(b"\n")
