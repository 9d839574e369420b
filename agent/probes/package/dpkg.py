"""The dpkg status file (deb822 paragraphs; format: dpkg(1), deb-control(5))."""

from __future__ import annotations

from typing import Final

from agent.looking.host import Host
from agent.probes.package.inventory import Inventory, Package
from shieldwall import limits

STATUS: Final = "/var/lib/dpkg/status"
STATUS_BYTES: Final = 64 * limits.MIB
"""A workstation with 4,000 packages measures 6 MiB."""

ON_DISK: Final = frozenset({"installed", "triggers-pending", "triggers-awaited", "half-configured", "unpacked"})
"""States in which the package's programs lie on the disk; `config-files` and `half-installed` are not among them."""

FIELDS: Final = frozenset({"Package", "Status", "Version", "Architecture", "Source"})


def read(host: Host) -> Inventory:
    """Raises AbsentError when there is no dpkg here, UnreadableError when it cannot be read."""
    packages: dict[str, Package] = {}
    held: list[str] = []
    for paragraph in host.read(STATUS, STATUS_BYTES).decode("utf-8", "surrogateescape").split("\n\n"):
        field = _fields(paragraph)
        want, _, state = field.get("Status", "").partition(" ")
        if state.rpartition(" ")[2] not in ON_DISK:
            continue
        name, version = field.get("Package", ""), field.get("Version", "")
        if not name or not version:
            continue
        source = field.get("Source", name).partition(" ")[0]
        packages[name] = Package(name, version.removeprefix("0:"), field.get("Architecture", ""), source)
        if want == "hold":
            held.append(name)
    return Inventory("dpkg", STATUS, packages, tuple(sorted(held)))


def _fields(paragraph: str) -> dict[str, str]:
    """The few fields that matter; continuation lines begin with a space and are passed over."""
    found: dict[str, str] = {}
    for line in paragraph.split("\n"):
        name, colon, value = line.partition(":")
        if colon and name in FIELDS:
            found[name] = value.strip()
    return found
