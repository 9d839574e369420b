"""`app: samba`: shares and who may write to them (smb.conf(5)).

Names have neither case nor inner blanks, and synonyms are one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.config.base import Depth, Setting, joined
from shieldwall.checks.fact import Fact, FactKey

FILE: Final = "/etc/samba/smb.conf"
YES: Final = frozenset({"yes", "true", "1", "on"})
SYNONYMS: Final = {
    "public": "guestok", "onlyguest": "guestonly", "directory": "path", "writable": "writeable",
    "writeok": "writeable", "writelist": "writelist", "browsable": "browseable",
    "minprotocol": "serverminprotocol",
}  # fmt: skip
SPECIAL: Final = frozenset({"global", "homes", "printers", "print$"})

Section = dict[str, Setting]


def read(key: FactKey, host: Host) -> Fact:
    """{global: {name: value}, shares: [{name, path, guest, writable}]}. Raises AbsentError without the file."""
    sections: dict[str, Section] = {"global": {}}
    _parse(host, FILE, sections, "global", Depth())
    common = sections["global"]
    shares: list[dict[str, Any]] = []
    origins: dict[str, str] = {}
    for name, section in sections.items():
        if name in SPECIAL or _yes(section, common, "available", default=True) is False:
            continue
        guest = _yes(section, common, "guestok", default=False)
        origins[f"shares.{len(shares)}"] = section["path"].origin if "path" in section else FILE
        shares.append({
            "name": name, "path": section["path"].value if "path" in section else "", "guest": guest,
            "writable": _writable(section, common),
        })  # fmt: skip
    value: dict[str, Any] = {"global": {n: s.value for n, s in common.items()}, "shares": shares}
    origins.update({f"global.{name}": setting.origin for name, setting in common.items()})
    return Fact.known(value, source=FILE, origins=origins)


def _parse(host: Host, file: str, sections: dict[str, Section], section: str, depth: Depth) -> str:
    """Read on in the section where the including file was; the name of the section it ends in."""
    for number, raw in joined(host.text(file)):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        if line.startswith("[") and "]" in line:
            section = " ".join(line[1 : line.index("]")].lower().split())
            sections.setdefault(section, {})
            continue
        name, equals, value = line.partition("=")
        name = "".join(name.lower().split())
        if not equals:
            continue
        if name == "include":
            section = _include(host, value.strip(), sections, section, depth)
        else:
            sections[section][SYNONYMS.get(name, name)] = Setting(value.strip(), file, number)
            if name in ("writable", "writeable", "writeok"):
                sections[section]["readonly"] = Setting("no" if value.strip().lower() in YES else "yes", file, number)
    return section


def _include(host: Host, path: str, sections: dict[str, Section], section: str, depth: Depth) -> str:
    """A name with a variable depends on who connects, and is left out; one that is not there is none."""
    if "%" in path or not path.startswith("/"):
        return section
    try:
        return _parse(host, path, sections, section, depth.below(path))
    except AbsentError:
        return section


def _yes(section: Mapping[str, Setting], common: Mapping[str, Setting], name: str, *, default: bool) -> bool:
    setting = section.get(name) or common.get(name)
    return default if setting is None else str(setting.value).lower() in YES


def _writable(section: Mapping[str, Setting], common: Mapping[str, Setting]) -> bool:
    return not _yes(section, common, "readonly", default=True)
