"""A systemd unit as it would run: the unit file that wins, and its drop-ins on top (systemd.unit(5)).

Value: {section: {key: text, or a list of texts for keys that add up and are given more than once}}, names
lower-case; an empty assignment resets. Values of Environment are left out: they can hold secrets. Without `unit`, the
manager's own system.conf.
"""

from __future__ import annotations

from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.config.base import Setting, drop_ins, joined
from agent.probes.config.systemd_conf import files
from agent.probes.service import units_of
from agent.probes.service.unit import FOLDERS, full_name
from shieldwall.checks.fact import Fact, FactKey

ADDING: Final = (
    "exec", "condition", "assert", "listen", "on", "want", "require", "after", "before", "conflicts", "bindsto",
    "partof",
    "alias", "also", "documentation", "environmentfile", "readwritepaths", "readonlypaths", "inaccessiblepaths",
    "systemcallfilter", "restrictaddressfamilies", "capabilityboundingset", "deviceallow", "supplementarygroups",
)  # fmt: skip
"""How names begin of keys whose values add up (systemd.unit(5), systemd.exec(5)); of others the last counts."""
SECRET: Final = frozenset({"environment", "setcredential", "setcredentialencrypted"})


def read(key: FactKey, host: Host) -> Fact:
    """Raises AbsentError when there is no such unit."""
    if key.arg("unit") is None:
        paths = files(host, "system.conf")
    else:
        name = full_name(str(key.arg("unit")))
        unit = units_of(host).unit(name)
        if not unit.text:
            raise AbsentError(unit.source or name)
        names = {name, unit.real_name}
        paths = [unit.source, *drop_ins(host, [f"{folder}/{n}.d" for folder in FOLDERS for n in sorted(names)])]
    if not paths:
        raise AbsentError("/etc/systemd/system.conf")
    found: dict[str, dict[str, list[Setting]]] = {}
    for path in paths:
        _apply(found, host.text(path), path)
    value = {
        section: {k: v[0].value if len(v) == 1 else [s.value for s in v] for k, v in keys.items()}
        for section, keys in found.items()
    }
    origins = {f"{section}.{k}": v[-1].origin for section, keys in found.items() for k, v in keys.items()}
    return Fact.known(value, source=paths[0], origins=origins)


def _apply(found: dict[str, dict[str, list[Setting]]], text: str, path: str) -> None:
    section = ""
    for number, line in joined(text):
        line = line.strip()
        if not line or line[0] in "#;":
            continue
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1].lower()
        elif section and "=" in line:
            name, _, value = line.partition("=")
            name = name.strip().lower()
            if name in SECRET:
                continue
            keys = found.setdefault(section, {})
            if value.strip():
                before = keys.get(name, []) if name.startswith(ADDING) else []
                keys[name] = [*before, Setting(value.strip(), path, number)]
            else:
                keys.pop(name, None)
