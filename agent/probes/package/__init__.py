"""Which software packages are installed, read from the package manager's own database wherever that can be read.

`package(name=X)`  -> {name, version, arch, source}, absent when it is not installed
`package(names=[X, Y])` -> the list of those that are installed, in the order asked; a name may hold `*`
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes.package import dpkg, rpm
from agent.probes.package.inventory import Inventory, Package
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

__all__ = ["Inventory", "Package", "collect", "installed"]


def installed(host: Host) -> Inventory:
    """Every installed package of the host, read at most once.

    Raises UnreadableError: privilege, or unsupported when there is no package database this agent can read.
    """
    found = host.once("packages", lambda: _read(host))
    if isinstance(found, UnreadableError):
        raise found
    return found


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    def look(key: FactKey) -> Fact:
        inventory = installed(host)
        names = key.arg("names")
        if names is None:
            package = inventory.packages.get(key.arg("name"))
            if package is None:
                raise AbsentError(inventory.source)
            return Fact.known(package.to_json(), source=inventory.source)
        found = [package.to_json() for package in _named(names, inventory)]
        return Fact.known(found, source=inventory.source)

    return {key: looked(lambda key=key: look(key)) for key in keys}  # type: ignore[misc]


def _named(names: Sequence[str], inventory: Inventory) -> Iterator[Package]:
    for name in names:
        if "*" in name:
            yield from (p for n, p in sorted(inventory.packages.items()) if fnmatchcase(n, name))
        elif name in inventory.packages:
            yield inventory.packages[name]


def _read(host: Host) -> Inventory | UnreadableError:
    try:
        for read in (dpkg.read, rpm.read):
            try:
                inventory = read(host)
            except AbsentError:
                continue
            if inventory.packages:
                return inventory
    except UnreadableError as error:
        return error
    return UnreadableError(Reason.UNSUPPORTED, "no dpkg or rpm database with a package in it")
