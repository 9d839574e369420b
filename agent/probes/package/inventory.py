"""What a package database says, whichever package manager wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str
    """`[epoch:]upstream-revision`; the epoch is left out when it is 0 or unset."""
    arch: str
    source: str
    """Name of the source package."""

    def to_json(self) -> dict[str, str]:
        return {"name": self.name, "version": self.version, "arch": self.arch, "source": self.source}


@dataclass(frozen=True, slots=True)
class Inventory:
    kind: str
    """dpkg | rpm"""
    source: str
    """The database that was read."""
    packages: Mapping[str, Package]
    """By name; of several architectures or versions of one name the last in the database."""
    held: tuple[str, ...] = ()
    """Packages that an administrator has pinned to their version."""
