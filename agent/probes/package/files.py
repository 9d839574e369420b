"""Which package brought a file: dpkg's lists of files, read for the few files somebody asks about and not kept.

A host has a thousand lists with some hundred thousand lines.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from shieldwall import limits

LISTS: Final = "/var/lib/dpkg/info"
LIST_BYTES: Final = 64 * limits.MIB
"""The longest list of a distribution measures some 4 MiB."""
PIECE: Final = 128 * limits.KIB
"""Lines are compared this many bytes at a time."""


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
        for lines in _lines(host.pieces(f"{LISTS}/{name}", LIST_BYTES, PIECE)):
            for line in wanted.intersection(lines):
                found[places[line]] = name.removesuffix(".list").partition(":")[0]
    return found


def _lines(pieces: Iterable[bytes]) -> Iterator[list[bytes]]:
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield lines
        if len(rest) > PIECE:
            rest = b""  # no path is that long
    yield [rest]
