"""Probe `registry`: what a value says, whether it was ever written, and which key decided.

`registry(key=K, value=V)`     -> {value, type, written, default, key}; absent when it was never written
`registry(key=K, value=V, default=D)` -> the same with `value` D and `default` true when it was never written
`registry(keys=[P, K], value=V)` -> of the first key that has the value; policies stand before preferences
`registry(key=K)`              -> {values: [names], keys: [names]} of the key itself
A `*` stands for every key at its place (HKU\\* for every person); then the value is a list of such records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes.windows.base import KINDS, Key, Registry, Value, registry_of
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

CLOSED: Final = re.compile(
    r"HKLM\\(SAM|SECURITY)(\\|$)|\\(validcommunities|secrets|credentials?|vault|keys|certificates|mountpoints2)(\\|$)",
    re.I,
)
"""Keys whose values, or the very names of values, are secrets."""
SECRET: Final = re.compile(r"passw|pwd|secret|token|credential|psk|apikey|privatekey|passphrase|community|hash$", re.I)
"""Texts and bytes of such a name: that they are there is told, what they hold never. A number is a switch."""
PERSONAL: Final = re.compile(
    r"HKU\\[^\\]+\\(Software\\Policies|Software\\Microsoft\\Office\\(1\d\.0|Common)|Software\\Microsoft\\Windows\\CurrentVersion\\"
    r"(Policies|Explorer\\Advanced|Explorer\\AutoplayHandlers)|Control Panel\\Desktop)(\\|$)",
    re.I,
)
"""What of a person's own hive concerns the firm: policies and a few settings, not what they opened or visited."""
LONGEST: Final = 1024
"""Characters of a text, or entries of a list, that a fact holds."""
ROOTS: Final = {"HKEY_LOCAL_MACHINE": "HKLM", "HKEY_USERS": "HKU"}
MANY: Final = 256
"""Keys that a `*` may stand for."""


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return {key: looked(lambda key=key: _look(key, host), source=_asked(key)[0]) for key in keys}  # type: ignore[misc]


def _look(key: FactKey, host: Host) -> Fact:
    paths = [_allowed(path, key) for path in _asked(key)]
    registry = registry_of(host)
    name = key.arg("value")
    if not any("*" in path for path in paths):
        if name is None:
            return _names(registry.key(paths[0]))
        return _one(registry, paths, str(name), key)
    rows = []
    for filled in _filled(registry, paths):
        try:
            fact = _one(registry, filled, str(name), key) if name is not None else _names(registry.key(filled[0]))
        except AbsentError:
            continue
        except UnreadableError as error:
            rows.append(unseen(error.reason))
            continue
        rows.append(fact.value if name is not None else {**fact.value, "key": filled[0]})
    return Fact.known(rows, source=paths[0])


def _asked(key: FactKey) -> tuple[str, ...]:
    return tuple(str(path) for path in (key.arg("keys") or [key.arg("key")]))


def _allowed(path: str, key: FactKey) -> str:
    """The path in its one form. Raises UnreadableError for one that no check may look into."""
    root, _, rest = path.strip("\\").partition("\\")
    root = ROOTS.get(root.upper(), root.upper())
    if root not in ("HKLM", "HKU"):
        raise UnreadableError(Reason.UNSUPPORTED, f"{path}: keys begin with HKLM or HKU")
    parts = [part for part in rest.split("\\") if part]
    if key.arg("view") == "32" and root == "HKLM" and parts[:1] and parts[0].lower() == "software":
        parts.insert(1, "WOW6432Node")
    parts = [part.upper() if at == 0 and root == "HKLM" else part for at, part in enumerate(parts)]
    whole = "\\".join([root, *parts])
    if CLOSED.search(whole) or (root == "HKU" and not PERSONAL.match(whole)):
        raise UnreadableError(Reason.REFUSED, f"{whole} can hold secrets or private matters; no check looks there")
    return whole


def _one(registry: Registry, paths: Sequence[str], name: str, key: FactKey) -> Fact:
    """The first key that has the value decides."""
    for path in paths:
        try:
            value = registry.key(path).values.get(name.lower())
        except AbsentError:
            continue
        if value is not None:
            written = {"value": _told(value), "type": KINDS.get(value.kind, "other"), "written": True}
            return Fact.known({**written, "default": False, "key": path}, source=f"{path}\\{name}")
    default = key.arg("default")
    if default is None:
        raise AbsentError(f"{paths[0]}\\{name}")
    unwritten = {"value": default, "type": {MARK: ABSENT}, "written": False, "default": True, "key": paths[0]}
    return Fact.known(unwritten, source=f"{paths[0]}\\{name} (never written)")


def _told(value: Value) -> Any:
    if SECRET.search(value.name) and not isinstance(value.data, int):
        return unseen(Reason.REFUSED)
    match value.data:
        case None:
            return unseen(Reason.PARSE)
        case bytes():
            return value.data.hex() if len(value.data) <= LONGEST else unseen(Reason.REFUSED)
        case list():
            return [item[:LONGEST] for item in value.data[:LONGEST]]
        case str():
            return value.data[:LONGEST]
        case number:
            return number


def _names(key: Key) -> Fact:
    values = sorted(value.name for value in key.values.values())
    return Fact.known({"values": values, "keys": sorted(key.keys)}, source=key.path)


def _filled(registry: Registry, paths: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The paths with what stands at the `*` of the first that has one; the others' `*` is the same name."""
    pattern = next(path for path in paths if "*" in path)
    above, _, _ = pattern.partition("\\*")
    names = registry.users() if above == "HKU" else _below(registry, above)
    if len(names) > MANY:
        raise UnreadableError(Reason.REFUSED, f"{above} has more than {MANY} keys")
    for name in names:
        yield tuple(path.replace("*", name, 1) for path in paths)


def _below(registry: Registry, path: str) -> tuple[str, ...]:
    try:
        return registry.key(path).keys
    except AbsentError:
        return ()
