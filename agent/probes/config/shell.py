"""`config: {app: shell}`: what a login shell of everybody starts with: its idle timeout and its umask.

value
    tmout           seconds, 0 for none; of the files below in the order a login shell of bash reads them the last
                    assignment that stands alone in its file's main flow wins, until one makes it read-only
    tmout_readonly  true when nobody can take it away
    tmout_values    every value assigned anywhere
    umask           octal text: the last umask command in them, else UMASK of /etc/login.defs; absent when neither is
    umask_values    every one set anywhere
Lines inside functions or conditions are read like any other: that they run cannot be told without running them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from agent.looking.host import Host
from agent.probes.config.base import Setting, joined, text_or_none
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey, path_of

BEFORE: Final = ("/etc/profile",)
AFTER: Final = ("/etc/bash.bashrc", "/etc/bashrc")
"""Debian's and Red Hat's; /etc/profile of both reads profile.d and, in bash, this one."""
TMOUT: Final = re.compile(r"(?:^|[;&|{\s])TMOUT=[\"']?(-?\d{1,9})")
READONLY: Final = re.compile(
    r"(?:^|[;&|{\s])(?:readonly|(?:declare|typeset)\s+-[a-zA-Z]*r[a-zA-Z]*)\s+(?:[A-Za-z_=0-9]+\s+)*TMOUT\b"
)
UMASK: Final = re.compile(r"(?:^|[;&|{\s])umask\s+(?:-S\s+)?([0-7]{1,4}|[ugoa=rwx,+-]+)")


@dataclass(frozen=True, slots=True)
class Found:
    name: str
    value: Any
    file: str
    line: int


def read(key: FactKey, host: Host) -> Fact:
    timeouts, masks = list[Setting](), list[Setting]()
    effective, frozen = Setting(0), False
    for found in _all(host):
        setting = Setting(found.value, found.file, found.line)
        match found.name:
            case "tmout":
                timeouts.append(setting)
                effective = effective if frozen else setting
            case "readonly":
                frozen = True
            case _:
                masks.append(setting)
    mask = masks[-1] if masks else _login_umask(host)
    value = {
        "tmout": effective.value,
        "tmout_readonly": frozen,
        "tmout_values": [setting.value for setting in timeouts],
        "umask": mask.value,
        "umask_values": [setting.value for setting in masks],
    }
    origins = {"tmout": effective.origin, "umask": mask.origin}
    for name, settings in (("tmout_values", timeouts), ("umask_values", masks)):
        origins |= {path_of(name, at): setting.origin for at, setting in enumerate(settings)}
    return Fact.known(value, source=BEFORE[0], origins=origins)


def _all(host: Host) -> Iterator[Found]:
    for file in (*BEFORE, *host.glob("/etc/profile.d/*.sh"), *AFTER):
        for number, line in joined(text_or_none(host, file) or ""):
            text = re.sub(r"(^|\s)#.*", "", line)
            for found in TMOUT.finditer(text):
                yield Found("tmout", int(found[1]), file, number)
            if READONLY.search(text):
                yield Found("readonly", True, file, number)
            for found in UMASK.finditer(text):
                yield Found("umask", found[1], file, number)


def _login_umask(host: Host) -> Setting:
    for number, line in reversed(list(joined(text_or_none(host, "/etc/login.defs") or ""))):
        found = re.match(r"[ \t]*UMASK[ \t]+\"?([0-7]+)", line)
        if found:
            return Setting(found[1], "/etc/login.defs", number)
    return Setting({MARK: ABSENT})
