"""The package lists that apt keeps in /var/lib/apt/lists, compared with what is installed. Nothing is refreshed."""

from __future__ import annotations

import gzip
import lzma
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.package import Inventory
from agent.probes.updates import lz4
from agent.probes.updates.waiting import Waiting
from shieldwall import limits
from shieldwall.checks.expectation.version import compare
from shieldwall.checks.outcome import Reason

LISTS: Final = "/var/lib/apt/lists"
PACKED_LIST_BYTES: Final = 64 * limits.MIB
"""The largest list of a distribution measures 19 MiB packed."""
CHUNK: Final = 64 * limits.KIB
"""Pieces that stay in the processor's cache; a list is read once from its beginning to its end."""
PARAGRAPH_BYTES: Final = 1 * limits.MIB
"""A package's paragraph measures 1 KiB."""
PACKAGE: Final = b"\nPackage:"
RELEASE_NAME: Final = re.compile(r"(.+)_(?:In)?Release$")
DATE: Final = re.compile(r"(?a)(?:\w+, )? ?(\d{1,2}) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d)(?: (?:UTC|GMT|Z|[+-]0000))?")
MONTHS: Final = "janfebmaraprmayjunjulaugsepoctnovdec"
OPENERS: Final[dict[str, Any]] = {".gz": gzip.open, ".xz": lzma.open}
LIST_NAME: Final = re.compile(r"_Packages(?:\.lz4|\.gz|\.xz|\.bz2|\.zst)?$")
STAMPS: Final = (
    "/var/lib/apt/periodic/update-success-stamp", "/var/lib/apt/periodic/update-stamp", LISTS, f"{LISTS}/partial",
    "/var/cache/apt/pkgcache.bin",
)  # fmt: skip
"""Touched by every `apt update`; the lists themselves carry the server's time."""


@dataclass(frozen=True, slots=True)
class Release:
    security: bool
    automatic: bool
    """Its packages upgrade installed ones without being asked for by name."""
    valid_until: datetime | None


def read(host: Host, inventory: Inventory, applied: datetime | None) -> Waiting:
    """`applied`: when updates were last applied, if that is known.

    Raises AbsentError when there are no lists, UnreadableError when those of a security archive cannot be read.
    """
    names = host.listdir(LISTS)
    releases = {m[1]: _release(host.text(f"{LISTS}/{n}")) for n in names if (m := RELEASE_NAME.match(n))}
    lists = [(name, _of(name, releases)) for name in names if LIST_NAME.search(name)]
    if not lists:
        raise AbsentError(f"{LISTS}/*_Packages")
    newer: set[str] = set()
    security: set[str] = set()
    complete = True
    for name, release in lists:
        if not release.automatic:
            continue
        try:
            found = set(_newer(host, f"{LISTS}/{name}", inventory))
        except UnreadableError as error:
            if release.security or error.reason is not Reason.UNSUPPORTED:
                raise
            complete = False
            continue
        newer |= found
        if release.security:
            security |= found
    until = [r.valid_until for _, r in lists if r.valid_until]
    return Waiting(
        refreshed=_refreshed(host),
        valid_until=min(until) if until else None,
        packages=frozenset(newer) if complete else None,
        security=frozenset(security),
        oldest=applied if security else None,
        source=LISTS,
    )


def _of(name: str, releases: Mapping[str, Release]) -> Release:
    """The release a list belongs to; a list without one is an unsigned archive, which apt upgrades from as well."""
    prefixes = [prefix for prefix in releases if name.startswith(f"{prefix}_")]
    return releases[max(prefixes, key=len)] if prefixes else Release(False, True, None)


def _release(text: str) -> Release:
    field: dict[str, str] = {}
    for line in text.split("\n"):
        name, colon, value = line.partition(":")
        if colon and name.isprintable() and not name.startswith(" "):
            field.setdefault(name.lower(), value.strip())
    named = [field.get(name, "") for name in ("suite", "codename", "label", "origin")]
    security = (
        any(n.lower().endswith(("-security", "/updates")) for n in named)
        or "security" in field.get("label", "").lower()
    )
    esm = field.get("origin", "") in ("UbuntuESM", "UbuntuESMApps")
    automatic = field.get("notautomatic", "no").lower() != "yes"
    return Release(security or esm, automatic, _date(field.get("valid-until", "")))


def _date(text: str) -> datetime | None:
    """As Release files write it, always in English and in UTC: `Sat, 05 Dec 2026 20:20:20 UTC`."""
    match = DATE.fullmatch(text)
    month = MONTHS.find(match[2].lower()) if match else -1
    if match is None or month % 3:
        return None
    try:
        day, year, *clock = (int(n) for n in match.group(1, 3, 4, 5, 6))
        return datetime(year, month // 3 + 1, day, clock[0], clock[1], clock[2], tzinfo=UTC)
    except ValueError:
        return None


def _refreshed(host: Host) -> datetime:
    times = []
    for path in STAMPS:
        try:
            times.append(host.stat(path).mtime)
        except (AbsentError, UnreadableError):
            continue
    return datetime.fromtimestamp(max(times, default=0.0), UTC)


def _newer(host: Host, path: str, inventory: Inventory) -> Iterator[str]:
    """Installed packages for which the list at `path` holds a newer version."""
    wanted = {name.encode(): package for name, package in inventory.packages.items()}
    for text in _whole(_chunks(host, path)):
        for paragraph in text.split(PACKAGE):
            package = wanted.get(paragraph[: paragraph.find(b"\n")].strip())
            if package is None:
                continue
            paragraph = paragraph.partition(b"\n\n")[0] + b"\n"
            version, arch = _field(paragraph, b"\nVersion:"), _field(paragraph, b"\nArchitecture:") or "all"
            if arch not in ("all", package.arch) and package.arch != "all":
                continue
            if version != package.version and compare(version, package.version) > 0:
                yield package.name


def _field(paragraph: bytes, name: bytes) -> str:
    at = paragraph.find(name)
    value = paragraph[at + len(name) : paragraph.find(b"\n", at + 1)] if at >= 0 else b""
    return value.strip().decode("ascii", "replace")


def _whole(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, cut between paragraphs; each piece begins with a new line and ends with an empty one."""
    rest = b"\n"
    for chunk in chunks:
        data = rest + chunk
        cut = data.rfind(b"\n\n") + 1
        if cut < 1:
            if len(data) > PARAGRAPH_BYTES:
                raise UnreadableError(Reason.PARSE, "a package list has no paragraphs")
            rest = data
            continue
        rest = data[cut:]
        yield data[: cut + 1]
    yield rest + b"\n\n"


def _chunks(host: Host, path: str) -> Iterator[bytes]:
    info = host.stat(path)
    if info.kind != "file":
        raise UnreadableError(Reason.REFUSED, f"{path} is not a regular file")
    try:
        if path.endswith(".lz4"):
            if info.size > PACKED_LIST_BYTES:
                raise UnreadableError(Reason.REFUSED, f"{path} is larger than {PACKED_LIST_BYTES} bytes")
            with open(host.real_path(path), "rb") as stream:
                yield from lz4.blocks(stream)
        elif path.endswith((".bz2", ".zst")):
            raise UnreadableError(Reason.UNSUPPORTED, f"{path} is packed in a form that cannot be read here")
        else:
            real = host.real_path(path)
            with OPENERS.get(path[path.rfind(".") :], open)(real, "rb") as stream:
                while chunk := stream.read(CHUNK):
                    yield chunk
    except PermissionError as error:
        raise UnreadableError(Reason.PRIVILEGE, f"{path} is not readable for this user") from error
    except (OSError, EOFError, ValueError, lzma.LZMAError) as error:
        raise UnreadableError(Reason.PARSE, f"{path}: {error}") from error
