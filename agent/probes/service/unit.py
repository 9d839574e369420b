"""Unit files, links and masks of systemd (systemd.unit(5)), and the start links of System V init where it has no unit.

Nothing is asked of a running systemd: what starts with the host is written in folders and links.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from shieldwall.checks.outcome import Reason

FOLDERS: Final = (
    "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
    "/lib/systemd/system",
)  # fmt: skip
"""From the strongest to the weakest."""
OWN: Final = frozenset({"/etc/systemd/system", "/run/systemd/system"})
"""Where an administrator enables; links shipped in the others make a unit static, not enabled."""
RUNLEVELS: Final = tuple(f"/etc/rc{level}.d" for level in "2345S")
SUFFIXES: Final = (".service", ".socket", ".timer", ".target", ".path", ".mount", ".automount", ".slice")
ENABLED, DISABLED, MASKED, STATIC, ABSENT = "enabled", "disabled", "masked", "static", "absent"


def full_name(name: str) -> str:
    return name if name.endswith(SUFFIXES) else f"{name}.service"


@dataclass(frozen=True, slots=True)
class Unit:
    name: str
    loaded: bool
    """A unit file (or a System V script) is there and not masked."""
    enabled: str
    """enabled | disabled | masked | static | absent"""
    source: str
    """The unit file, or the link that enables it."""
    text: str = ""
    """The unit file itself."""
    real_name: str = ""
    """What an alias stands for."""


@dataclass(frozen=True, slots=True)
class Units:
    host: Host
    files: Mapping[str, str]
    """Unit name -> path of the file that wins."""
    wants: Mapping[str, str]
    """Unit name -> the link by which an administrator's folder pulls it in."""
    shipped: frozenset[str]
    """Units that a vendor's folder pulls in."""
    start_links: Mapping[str, str]
    """System V script -> its start link."""
    vendor: bool
    """Whether the tree holds vendor unit files at all; trees of /etc alone do not."""

    @classmethod
    def of(cls, host: Host) -> Units:
        files: dict[str, str] = {}
        wants: dict[str, str] = {}
        shipped: set[str] = set()
        seen: list[str] = []
        for folder in FOLDERS:
            names = _list(host, folder)
            if names:
                seen.append(folder)
            for name in names:
                if name.endswith((".wants", ".requires", ".upholds")):
                    for unit in _list(host, f"{folder}/{name}"):
                        if folder in OWN:
                            wants.setdefault(unit, f"{folder}/{name}/{unit}")
                        else:
                            shipped.add(unit)
                elif name.endswith(SUFFIXES):
                    files.setdefault(name, f"{folder}/{name}")
        start: dict[str, str] = {}
        for folder in RUNLEVELS:
            for link in _list(host, folder):
                if link[:1] == "S" and link[1:3].isdigit():
                    start.setdefault(link[3:], f"{folder}/{link}")
        if not seen and not start and not _list(host, "/etc/init.d"):
            raise UnreadableError(Reason.UNSUPPORTED, "neither systemd nor System V init keeps services here")
        return cls(host, files, wants, frozenset(shipped), start, any(f not in OWN for f in seen))

    def unit(self, name: str) -> Unit:
        """What the host knows of a unit. Raises UnreadableError when its file cannot be read."""
        name = full_name(name)
        path = self.files.get(name) or self.files.get(_template(name), "")
        real = self._target(path) if path else name
        link = self._link(name, real)
        try:
            text = self.host.text(path) if path and not self._masked(path) else ""
        except AbsentError:
            text = ""  # an alias in /etc whose unit file is not in this tree
        if path and self._masked(path):
            return Unit(name, False, MASKED, path, "", real)
        if text:
            state = ENABLED if link else STATIC if not _installable(text) else DISABLED
            return Unit(name, True, state, path, text, real)
        if link and not self.vendor:
            return Unit(name, False, ENABLED, link, "", real)
        return self._script(name, link or path)

    def instances(self, template: str) -> list[str]:
        """Enabled instances of `name@.service`."""
        head = template.removesuffix(".service").removesuffix("@") + "@"
        return sorted(unit for unit in self.wants if unit.startswith(head) and unit != f"{head}.service")

    def _script(self, name: str, source: str) -> Unit:
        script = name.removesuffix(".service")
        if self.host.exists(f"/etc/init.d/{script}"):
            # where vendor units were left out of a tree, the script's own unit would win over the script
            link = "" if self.wants and not self.vendor else self.start_links.get(script, "")
            return Unit(name, True, ENABLED if link else DISABLED, link or f"/etc/init.d/{script}", "", name)
        return Unit(name, False, ABSENT, source, "", name)

    def _link(self, name: str, real: str) -> str:
        """The link that enables the unit under its own name, the name it is an alias of, or another alias."""
        for candidate in (name, real):
            if candidate in self.wants:
                return self.wants[candidate]
        for alias, path in self.files.items():
            if alias != real and path.rpartition("/")[0] in OWN and self._target(path) == real:
                return path  # made by [Install] Alias=
        if "@." in name:
            instances = self.instances(name)
            return self.wants[instances[0]] if instances else ""
        return ""

    def _target(self, path: str) -> str:
        """The name of the unit file behind an alias link."""
        try:
            return PurePosixPath(self.host.canonical(path)).name
        except (AbsentError, UnreadableError):
            return PurePosixPath(path).name

    def _masked(self, path: str) -> bool:
        """A link to /dev/null, or an empty file."""
        try:
            return self.host.canonical(path) == "/dev/null" or self.host.stat(path).size == 0
        except AbsentError:
            return False


def _list(host: Host, folder: str) -> list[str]:
    try:
        return host.listdir(folder)
    except AbsentError:
        return []


def _template(name: str) -> str:
    """`getty@tty1.service` -> `getty@.service`; empty for a name without an instance."""
    head, at, tail = name.partition("@")
    return f"{head}@.{tail.rpartition('.')[2]}" if at else ""


def _installable(text: str) -> bool:
    return any(line.strip() == "[Install]" for line in text.splitlines())
