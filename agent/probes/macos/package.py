"""`package(name=X)` and `package(names=[X, Y])` on macOS, by identifier (`com.google.Chrome`).

What the installer left a receipt of, and the programs in /Applications, whose own word on their version is the newer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes import plist
from agent.probes.package.inventory import Inventory, Package
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

RECEIPTS: Final = "/var/db/receipts/*.plist"
PROGRAMS: Final = ("/Applications/*.app/Contents/Info.plist", "/Applications/*/*.app/Contents/Info.plist")


def installed(host: Host) -> Inventory:
    """Raises UnreadableError."""
    return host.once("packages", lambda: Inventory("macos", "/Applications", dict(_all(host))))


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return {key: looked(lambda key=key: _look(key, host)) for key in keys}  # type: ignore[misc]


def _look(key: FactKey, host: Host) -> Fact:
    inventory = installed(host)
    names = key.arg("names")
    if names is None:
        package = inventory.packages.get(str(key.arg("name")))
        if package is None:
            raise AbsentError(inventory.source)
        return Fact.known(package.to_json(), source=inventory.source)
    found = [
        package.to_json()
        for name in names
        for known, package in sorted(inventory.packages.items())
        if known == name or ("*" in name and fnmatchcase(known, name))
    ]
    return Fact.known(found, source=inventory.source)


def _all(host: Host) -> Iterator[tuple[str, Package]]:
    for pattern, names in ((RECEIPTS, ("PackageIdentifier", "PackageVersion")),
                           *((p, ("CFBundleIdentifier", "CFBundleShortVersionString")) for p in PROGRAMS)):  # fmt: skip
        for path in host.glob(pattern):
            try:
                table = plist.table(host, path)
            except AbsentError:
                continue
            except UnreadableError as error:
                if error.reason is Reason.PRIVILEGE:
                    raise
                continue  # a program that macOS would not start either
            name, version = (table.get(key) for key in names)
            if isinstance(name, str):
                yield name, Package(name, version if isinstance(version, str) else "", "", name)
