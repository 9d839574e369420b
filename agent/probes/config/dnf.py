"""dnf.conf(5) and repository files, of dnf and of zypper, which share the format.

Value: {main: {gpgcheck, localpkg_gpgcheck, best…}, repos: [{id, enabled, gpgcheck, scheme, host}]}. A repository
without its own gpgcheck follows [main]; dnf's own default is to check nothing, zypper's is to check.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.config.base import Setting, numbered, text_or_none
from shieldwall.checks.fact import Fact, FactKey

MAIN_FILES: Final = ("/etc/dnf/dnf.conf", "/etc/yum.conf")
ZYPP: Final = "/etc/zypp/zypp.conf"
FOLDERS: Final = ("/etc/yum.repos.d", "/etc/distro.repos.d", "/etc/zypp/repos.d")
TRUE: Final = frozenset({"1", "yes", "true", "on"})


@dataclass(slots=True)
class Section:
    name: str
    origin: str
    settings: dict[str, Setting] = field(default_factory=dict)

    def flag(self, name: str, otherwise: bool) -> bool:
        setting = self.settings.get(name)
        return str(setting.value).lower() in TRUE if setting else otherwise


def read(key: FactKey, host: Host) -> Fact:
    """Raises AbsentError when there is neither dnf nor zypper."""
    main = Section("main", "default")
    source = ""
    for path in (*MAIN_FILES, ZYPP):
        text = text_or_none(host, path)
        if text is not None:
            source = source or path
            for section in sections(text, path):
                if section.name == "main":
                    main.settings = {**section.settings, **main.settings}
    repos = [
        (section, "/zypp/" in path)
        for folder in FOLDERS
        for path in host.glob(f"{folder}/*.repo")
        for section in sections(host.text(path), path)
    ]
    if not source and not repos:
        raise AbsentError(MAIN_FILES[0])
    value: dict[str, Any] = {
        "main": {name: setting.value for name, setting in main.settings.items()},
        "repos": [_repo(section, main, zypper) for section, zypper in repos],
    }
    value["main"]["gpgcheck"] = main.flag("gpgcheck", source == ZYPP)
    origins = {f"repos.{at}": section.origin for at, (section, _) in enumerate(repos)}
    origins |= {f"main.{name}": setting.origin for name, setting in main.settings.items()}
    return Fact.known(value, source=source or FOLDERS[0], origins=origins)


def sections(text: str, path: str) -> Iterator[Section]:
    current: Section | None = None
    name = ""
    for number, line in numbered(text):
        if not line.strip() or line.lstrip()[0] in "#;":
            continue
        if line.startswith("[") and "]" in line:
            if current:
                yield current
            current = Section(line[1 : line.index("]")].strip(), f"{path}:{number}")
        elif current and line[0] in " \t" and name in current.settings:
            before = current.settings[name]
            current.settings[name] = Setting(f"{before.value} {line.strip()}", before.file, before.line)
        elif current and ("=" in line or ":" in line):
            cut = min(at for at in (line.find("="), line.find(":")) if at >= 0)
            name = line[:cut].strip().lower()
            current.settings[name] = Setting(line[cut + 1 :].strip(), path, number)
    if current:
        yield current


def _repo(section: Section, main: Section, zypper: bool) -> dict[str, Any]:
    places = (section.settings.get(name) for name in ("baseurl", "metalink", "mirrorlist"))
    address = next((place.value for place in places if place), "")
    try:
        parts = urlsplit(str(address).split()[0] if address else "")
        scheme, host = parts.scheme, parts.hostname or ""
    except ValueError:
        scheme, host = "", ""
    checked = section.flag("gpgcheck", main.flag("gpgcheck", zypper))
    return {
        "id": section.name, "enabled": section.flag("enabled", True), "gpgcheck": checked, "scheme": scheme,
        "host": host,
    }  # fmt: skip
