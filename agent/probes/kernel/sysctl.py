"""Kernel parameters: the value that runs, and the value the files set at the next boot.

Two programs read the same files in two orders, and a host may use either: systemd-sysctl at boot (sysctl.d(5)), and
`sysctl --system` of procps (sysctl(8)), at boot where systemd is not the init, and by hand everywhere. They differ in
/etc/sysctl.conf only, which procps reads last and systemd not at all unless a link in /etc/sysctl.d names it.
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.config.base import broken, drop_ins, numbered
from agent.probes.init import systemd_boots
from shieldwall.checks.fact import ABSENT, MARK, unseen
from shieldwall.checks.outcome import Reason

SOURCE: Final = "/proc/sys and sysctl.d"
FOLDERS: Final = (
    "/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d",
)  # fmt: skip
PROCPS_LAST: Final = "/etc/sysctl.conf"
RUNTIME: Final = "/.shieldwall/runtime.json"
"""Running values recorded beside a tree: parameter -> value."""


@dataclass(frozen=True, slots=True)
class Line:
    key: str
    """Path below /proc/sys, may hold a glob."""
    value: str | None
    """None: the key is taken out of the reach of globs."""
    file: str
    number: int

    @property
    def origin(self) -> str:
        return f"{self.file}:{self.number}"

    @property
    def is_glob(self) -> bool:
        return any(character in self.key for character in "*?[")


@dataclass(frozen=True, slots=True)
class Orders:
    at_boot: tuple[Line, ...]
    other: tuple[Line, ...]
    """What the program that does not run at boot would read."""


def look(host: Host, name: str) -> tuple[dict[str, Any], str]:
    """({running, persistent, conflict}, `file:line` of the persistent value or "").

    conflict is the value that the other reading order leaves, absent unless it sets one that differs.
    """
    path = normalised(name)
    record: dict[str, Any] = {"running": _running(host, path)}
    try:
        orders = host.once("kernel.sysctl", lambda: _orders(host))
    except UnreadableError as error:
        return {**record, "persistent": unseen(error.reason), "conflict": unseen(error.reason)}, ""
    settled, otherwise = settle(orders.at_boot, path), settle(orders.other, path)
    value = _set_by(settled)
    other = _set_by(otherwise)
    record["persistent"] = {MARK: ABSENT} if value is None else value
    record["conflict"] = {MARK: ABSENT} if other is None or other == value else other
    return record, settled.origin if settled is not None and value is not None else ""


def expand(host: Host, name: str) -> list[str]:
    """`net.ipv4.conf.*.X`: one name for each network card the kernel has, without lo, all and default.

    Any other name stands for itself. Cards of a tree are those that its recorded running values name.
    """
    path = normalised(name)
    before, star, after = path.partition("/*/")
    if not star:
        return [name]
    if host.live:
        cards = host.listdir(f"/proc/sys/{before}")
    else:
        known = host.once("kernel.runtime", lambda: _recorded(host))
        cards = sorted(k.split("/")[before.count("/") + 1] for k in known if _covers(path, k))
    return [dotted(f"{before}/{card}/{after}") for card in cards if card not in ("lo", "all", "default")]


def settings(host: Host) -> dict[str, Line]:
    """Every key that the files name, globs as written, with the line that wins at boot. Raises UnreadableError."""
    lines = host.once("kernel.sysctl", lambda: _orders(host)).at_boot
    return {dotted(line.key): line for line in lines if line.value is not None}


def settle(lines: Sequence[Line], path: str) -> Line | None:
    """The line that decides: the last one that names the parameter, else the last glob that covers it.

    A line takes the place of an earlier one with the same name or glob, also to exclude it; one that says the same
    again leaves it where it stood (as systemd-sysctl does).
    """
    standing: dict[str, Line] = {}
    for line in lines:
        before = standing.get(line.key)
        if before is None or before.value != line.value:
            standing.pop(line.key, None)
            standing[line.key] = line
    if path in standing:
        return standing[path]
    globs = [line for line in standing.values() if line.is_glob and line.value is not None and _covers(line.key, path)]
    return globs[-1] if globs else None


def normalised(name: str) -> str:
    """The path below /proc/sys. When the first separator is a dot, dots and slashes change places (sysctl.d(5))."""
    first = re.search(r"[./]", name)
    if first is None or first.group() == "/":
        return name
    return name.translate(str.maketrans("./", "/."))


def dotted(path: str) -> str:
    return path.translate(str.maketrans("./", "/."))


def plain(text: str) -> int | str:
    """As the kernel understands it: white space between numbers does not count, 0x and 0 prefixes do."""
    words = text.split()
    if len(words) == 1:
        try:
            return int(words[0], 8 if re.fullmatch(r"-?0[0-7]+", words[0]) else 0)
        except ValueError:
            pass
    return " ".join(words)


def _covers(pattern: str, path: str) -> bool:
    wanted, have = pattern.split("/"), path.split("/")
    return len(wanted) == len(have) and all(map(fnmatch.fnmatchcase, have, wanted))


def _set_by(line: Line | None) -> int | str | None:
    return None if line is None or line.value is None else plain(line.value)


def _orders(host: Host) -> Orders:
    dropped = [line for file in drop_ins(host, FOLDERS) for line in _lines(host, file)]
    late = list(_firewall_lines(host))
    systemd = (*dropped, *late)
    procps = (*dropped, *_lines(host, PROCPS_LAST), *late)
    return Orders(systemd, procps) if systemd_boots(host) else Orders(procps, systemd)


def _lines(host: Host, file: str) -> Iterator[Line]:
    try:
        text = host.text(file)
    except AbsentError:
        return
    for number, raw in numbered(text):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        name, equals, value = line.partition("=")
        name = name.strip()
        if not equals and not name.startswith("-"):
            continue
        key = normalised(name.removeprefix("-").strip())
        if key:
            yield Line(key, value.strip() if equals else None, file, number)


def _firewall_lines(host: Host) -> Iterator[Line]:
    """ufw sets parameters of its own when it starts, after everybody else (ufw-framework(8))."""
    enabled = any(line.value == "yes" for line in _lines(host, "/etc/ufw/ufw.conf") if line.key == "ENABLED")
    if not enabled:
        return
    named = [line.value for line in _lines(host, "/etc/default/ufw") if line.key == "IPT_SYSCTL"]
    file = (named[-1] or "").strip("\"'") if named else "/etc/ufw/sysctl.conf"
    if file.startswith("/"):
        yield from _lines(host, file)


def _running(host: Host, path: str) -> Any:
    try:
        if host.live:
            return plain(host.text(f"/proc/sys/{path}"))
        recorded = host.once("kernel.runtime", lambda: _recorded(host))
    except AbsentError:
        return {MARK: ABSENT}
    except UnreadableError as error:
        return unseen(error.reason)
    return plain(recorded[path]) if path in recorded else unseen(Reason.UNSUPPORTED)


def _recorded(host: Host) -> Mapping[str, str]:
    try:
        data = json.loads(host.text(RUNTIME))
    except AbsentError:
        return {}
    except ValueError as error:
        raise broken(RUNTIME, 0, "is not JSON") from error
    if not isinstance(data, dict):
        raise broken(RUNTIME, 0, "is not a mapping of parameter to value")
    return {normalised(str(name)): str(value) for name, value in data.items()}
