"""What is mounted on the running host (proc_pid_mountinfo(5))."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError


@dataclass(frozen=True, slots=True)
class Mounted:
    path: str
    source: str
    fstype: str
    options: tuple[str, ...]
    """Of the mount and of the file system behind it."""
    device: str
    """`major:minor`"""


def mounted(host: Host) -> dict[str, Mounted]:
    """By mount point; of several on one point the last, which hides the others. Raises UnreadableError."""
    host.need_live("what is mounted")
    return host.once("mountinfo", lambda: parse(_text(host)))


def _text(host: Host) -> str:
    """As the first process sees it: a service's own view is made read-only by what protects the host from it."""
    try:
        return host.text("/proc/1/mountinfo")
    except (AbsentError, UnreadableError):
        return host.text("/proc/self/mountinfo")


def parse(text: str) -> dict[str, Mounted]:
    found: dict[str, Mounted] = {}
    for line in text.splitlines():
        left, _, right = line.partition(" - ")
        fields, rest = left.split(" "), right.split(" ")
        if len(fields) < 6 or len(rest) < 3:
            continue
        options = tuple(dict.fromkeys([*fields[5].split(","), *rest[2].split(",")]))
        path = unescaped(fields[4])
        found[path] = Mounted(path, unescaped(rest[1]), rest[0], options, fields[2])
    return found


def unescaped(text: str) -> str:
    r"""Blanks in names are written \040 and so on."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)
