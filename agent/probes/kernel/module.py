"""Kernel modules: there, loaded, and whether the configuration refuses to load them (modprobe.d(5))."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.config.base import drop_ins, joined, text_or_none
from shieldwall.checks.fact import ABSENT, MARK, unseen
from shieldwall.checks.outcome import Reason

SOURCE: Final = "/lib/modules and modprobe.d"
FOLDERS: Final = (
    "/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d",
)  # fmt: skip
NOTHING: Final = frozenset({"/bin/false", "/usr/bin/false", "/bin/true", "/usr/bin/true", "/sbin/nologin", ":"})
"""Commands that load nothing when they stand in place of a module."""


@dataclass(frozen=True, slots=True)
class Command:
    word: str
    """install | blacklist | alias"""
    name: str
    rest: str
    file: str
    number: int


def look(host: Host, name: str) -> dict[str, Any]:
    """{available, loaded, blacklisted, install, disabled}; - and _ in names are the same, as for modprobe.

    disabled: nothing loads the module by itself any more, because an `install` line puts an empty command in its
    place, it is blacklisted, its name leads nowhere, or this kernel does not have it.
    """
    wanted = underscored(name)
    record: dict[str, Any] = {"available": _available(host, wanted), "loaded": _loaded(host, wanted)}
    try:
        commands = host.once("kernel.modprobe", lambda: tuple(read(host)))
    except UnreadableError as error:
        mark = unseen(error.reason)
        return {**record, "blacklisted": mark, "install": mark, "disabled": mark}
    blacklisted = any(c.word == "blacklist" and underscored(c.name) == wanted for c in commands)
    install = next(
        (c.rest for c in commands if c.word == "install" and fnmatch.fnmatchcase(wanted, underscored(c.name))), None
    )
    off = any(c.word == "alias" and underscored(c.name) == wanted and c.rest == "off" for c in commands)
    record["blacklisted"] = blacklisted
    record["install"] = {MARK: ABSENT} if install is None else install
    refused = install is not None and loads_nothing(install)
    record["disabled"] = refused or off or record["available"] is False or (blacklisted and install is None)
    return record


def read(host: Host) -> Iterator[Command]:
    """The lines of all files in the order they count; of two `install` lines the first does. Raises UnreadableError."""
    for file in drop_ins(host, FOLDERS):
        try:
            text = host.text(file)
        except AbsentError:
            continue
        for number, line in joined(text):
            words = line.split(None, 2)
            if len(words) >= 2 and words[0] in ("install", "blacklist", "alias"):
                yield Command(words[0], words[1], words[2].strip() if len(words) > 2 else "", file, number)


def underscored(name: str) -> str:
    return name.replace("-", "_")


def loads_nothing(command: str) -> bool:
    """A command that a shell ends before it reaches anything that could load a module."""
    words = command.replace(";", " ; ").split()
    return bool(words) and words[0] in NOTHING and not any(word in (";", "||", "&&", "|") for word in words)


def _available(host: Host, name: str) -> Any:
    """False only when the list of this kernel's modules was read and does not have it."""
    try:
        known = host.once("kernel.modules", lambda: _known(host))
    except AbsentError:
        return unseen(Reason.UNSUPPORTED)
    except UnreadableError as error:
        return unseen(error.reason)
    return name in known


def _known(host: Host) -> frozenset[str]:
    if host.live:
        kernels = [host.text("/proc/sys/kernel/osrelease").strip()]
    else:
        kernels = host.listdir("/lib/modules")
        if not kernels:
            raise AbsentError("/lib/modules")
    names: set[str] = set()
    for kernel in kernels:
        listed = host.text(f"/lib/modules/{kernel}/modules.dep")
        built_in = text_or_none(host, f"/lib/modules/{kernel}/modules.builtin") or ""
        names.update(_module_name(line.partition(":")[0]) for line in (listed + built_in).splitlines())
    return frozenset(names)


def _module_name(path: str) -> str:
    return underscored(path.rpartition("/")[2].partition(".")[0])


def _loaded(host: Host, name: str) -> Any:
    if not host.live:
        return unseen(Reason.UNSUPPORTED)
    try:
        listed: Mapping[str, None] = host.once(
            "kernel.loaded",
            lambda: dict.fromkeys(line.partition(" ")[0] for line in host.text("/proc/modules").splitlines()),
        )
    except AbsentError:
        return False
    except UnreadableError as error:
        return unseen(error.reason)
    return name in listed
