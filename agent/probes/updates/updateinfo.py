"""Security advisories that dnf and zypper keep (updateinfo.xml), compared with what is installed.

Only advisories are compared: which packages have newer versions for other reasons is not said.
"""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree import ElementTree

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.package import Inventory
from agent.probes.updates.waiting import Waiting
from shieldwall.checks.expectation.version import compare
from shieldwall.checks.outcome import Reason

CACHES: Final = ("/var/cache/libdnf5/*/repodata", "/var/cache/dnf/*/repodata", "/var/cache/zypp/raw/*/repodata")
OPENERS: Final[dict[str, Any]] = {".gz": gzip.open, ".xz": lzma.open, ".xml": open}
ADVISORIES: Final = 100_000
"""Five times what the oldest enterprise release has."""


def read(host: Host, inventory: Inventory) -> Waiting:
    """Raises AbsentError when no metadata is kept, UnreadableError when it is there and cannot be read."""
    folders = [folder for cache in CACHES for folder in host.glob(cache)]
    refreshed = [host.stat(f"{folder}/repomd.xml").mtime for folder in folders if host.exists(f"{folder}/repomd.xml")]
    files = [path for folder in folders for path in host.glob(f"{folder}/*updateinfo*")]
    if not refreshed or not files:
        raise AbsentError(CACHES[1])
    security: set[str] = set()
    oldest: datetime | None = None
    for path in files:
        for issued, name, version, arch in _advisories(host, path):
            package = inventory.packages.get(name)
            if package and arch == package.arch and compare(version, package.version) > 0:
                security.add(name)
                oldest = min(filter(None, (oldest, issued)), default=None)
    return Waiting(datetime.fromtimestamp(min(refreshed), UTC), None, None, frozenset(security), oldest, files[0])


def _advisories(host: Host, path: str) -> Iterator[tuple[datetime | None, str, str, str]]:
    """(issued, package, version, architecture) of every package a security advisory names."""
    opener = OPENERS.get(path[path.rfind(".") :])
    if opener is None:
        raise UnreadableError(Reason.UNSUPPORTED, f"{path} is packed in a form that cannot be read here")
    if host.stat(path).kind != "file":
        raise UnreadableError(Reason.REFUSED, f"{path} is not a regular file")
    count = 0
    try:
        with opener(host.real_path(path), "rb") as stream:
            # expat itself stops entity bombs (billion laughs) since 2.4; metadata was verified when it was fetched
            for _, element in ElementTree.iterparse(stream):  # noqa: S314
                if element.tag != "update":
                    continue
                count += 1
                if count > ADVISORIES:
                    raise UnreadableError(Reason.REFUSED, f"{path} names more than {ADVISORIES} advisories")
                if element.get("type") == "security":
                    issued = element.find("issued")
                    date = _date(issued.get("date", "") if issued is not None else "")
                    for package in element.iter("package"):
                        yield (date, package.get("name", ""), _version(package), package.get("arch", ""))
                element.clear()
    except PermissionError as error:
        raise UnreadableError(Reason.PRIVILEGE, f"{path} is not readable for this user") from error
    except (OSError, EOFError, lzma.LZMAError, ElementTree.ParseError) as error:
        raise UnreadableError(Reason.PARSE, f"{path}: {error}") from error


def _version(package: ElementTree.Element) -> str:
    epoch = package.get("epoch") or "0"
    version = f"{package.get('version', '')}-{package.get('release', '')}"
    return version if epoch == "0" else f"{epoch}:{version}"


def _date(text: str) -> datetime | None:
    """`2024-05-07 12:00:00`, `2024-05-07` or seconds since 1970."""
    try:
        if text.isdigit():
            return datetime.fromtimestamp(int(text), UTC)
        date = datetime.fromisoformat(text[:19].strip())
    except (ValueError, OverflowError, OSError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
