"""`package(name=X)` and `package(names=[X, Y])` on Windows: programs that can be removed, as the registry lists them.

A program is known by its shown name or by the name of its key, without case; a name of `names` may hold `*`. Apps of
the store are not listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes.package.inventory import Package
from agent.probes.windows.base import Key, Registry, registry_of
from shieldwall.checks.fact import Fact, FactKey

BELOW: Final = r"Microsoft\Windows\CurrentVersion\Uninstall"
MACHINE: Final = (rf"HKLM\SOFTWARE\{BELOW}", rf"HKLM\SOFTWARE\WOW6432Node\{BELOW}")


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return {key: looked(lambda key=key: _look(key, host), source=MACHINE[0]) for key in keys}  # type: ignore[misc]


def _look(key: FactKey, host: Host) -> Fact:
    programs, names = installed(host), key.arg("names")
    asked = [str(name) for name in (names if names is not None else [key.arg("name")])]
    found = [package for name in asked for package in programs if _is(package, name.lower())]
    if names is not None:
        return Fact.known([package.to_json() for package in dict.fromkeys(found)], source=MACHINE[0])
    if not found:
        raise AbsentError(MACHINE[0])
    return Fact.known(found[0].to_json(), source=MACHINE[0])


def installed(host: Host) -> tuple[Package, ...]:
    """`source` is the name of the key. Raises UnreadableError."""
    found = host.once("programs", lambda: _all(registry_of(host)))
    if isinstance(found, UnreadableError):
        raise found
    return found


def _is(package: Package, name: str) -> bool:
    return any(known == name or ("*" in name and fnmatchcase(known, name)) for known in
               (package.name.lower(), package.source.lower()))  # fmt: skip


def _all(registry: Registry) -> tuple[Package, ...] | UnreadableError:
    try:
        places = [*MACHINE, *(rf"HKU\{sid}\Software\{BELOW}" for sid in registry.users())]
        return tuple(package for place in places for package in _listed(registry, place))
    except UnreadableError as error:
        return error


def _listed(registry: Registry, place: str) -> Iterator[Package]:
    try:
        names = registry.key(place).keys
    except AbsentError:
        return
    except UnreadableError:
        if place in MACHINE:
            raise
        return  # a person's own programs stand in a hive that only they may open
    for name in names:
        try:
            key = registry.key(f"{place}\\{name}")
        except AbsentError:
            continue
        shown = key.text("DisplayName")
        if shown and key.number("SystemComponent") != 1:
            yield Package(shown, key.text("DisplayVersion") or "", _arch(place, key), name)


def _arch(place: str, key: Key) -> str:
    return "x86" if "WOW6432Node" in place else "x64"
