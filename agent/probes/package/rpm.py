"""The rpm database, read as a file: sqlite (RHEL 9, Fedora) and ndb (SUSE). Berkeley DB (RHEL 8 and older) is asked
through `rpm -qa`, because nothing in the standard library reads it.

Formats: rpm's own documentation of the header (https://rpm-software-management.github.io/rpm/manual/format_header.html)
and of its database backends.
"""

from __future__ import annotations

import os
import sqlite3
import struct
from collections.abc import Callable, Iterator
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.package.inventory import Inventory, Package
from shieldwall import limits
from shieldwall.checks.outcome import Reason

FOLDERS: Final = ("/usr/lib/sysimage/rpm", "/var/lib/rpm")
DATABASE_BYTES: Final = 512 * limits.MIB
"""A workstation with 3,000 packages measures 150 MiB."""
HEADER_ENTRIES: Final = 4_096
"""A header has below 100 tags."""

NAME, VERSION, RELEASE, EPOCH, ARCH, SOURCE_RPM = 1000, 1001, 1002, 1003, 1022, 1044
INT32, STRING, I18N_STRING = 4, 6, 9
QUERY: Final = r"%{NAME}\t%{EPOCH}\t%{VERSION}\t%{RELEASE}\t%{ARCH}\t%{SOURCERPM}\n"


def read(host: Host) -> Inventory:
    """Raises AbsentError when there is no rpm here, UnreadableError when its database cannot be read."""
    readers: tuple[tuple[str, Callable[[Host, str], Iterator[Package]]], ...] = (
        ("rpmdb.sqlite", _sqlite), ("Packages.db", _ndb), ("Packages", _asked),
    )  # fmt: skip
    for folder in FOLDERS:
        for name, reader in readers:
            path = f"{folder}/{name}"
            if host.exists(path):
                found = {p.name: p for p in reader(host, path)}
                return Inventory("rpm", path, found)
    raise AbsentError(FOLDERS[0])


def _sqlite(host: Host, path: str) -> Iterator[Package]:
    real = host.real_path(path)
    if host.stat(path).kind != "file":
        raise UnreadableError(Reason.REFUSED, f"{path} is not a regular file")
    if not os.access(real, os.R_OK):
        raise UnreadableError(Reason.PRIVILEGE, f"{path} is not readable for this user; run as root to see it")
    try:
        busy = host.stat(path + "-wal").size > 0
    except AbsentError:
        busy = False
    # immutable: nothing is written beside the database, not even a lock; not while a transaction is under way
    mode = "mode=ro" if busy else "mode=ro&immutable=1"
    try:
        database = sqlite3.connect(f"{real.as_uri()}?{mode}", uri=True)
        try:
            for (blob,) in database.execute("SELECT blob FROM Packages ORDER BY hnum"):
                yield _package(blob, path)
        finally:
            database.close()
    except sqlite3.Error as error:
        raise UnreadableError(Reason.PARSE, f"{path}: {error}") from error


def _ndb(host: Host, path: str) -> Iterator[Package]:
    data = host.read(path, DATABASE_BYTES)
    try:
        magic, _, _, pages = struct.unpack_from("<4s3I", data)
        if magic != b"RpmP":
            raise UnreadableError(Reason.UNSUPPORTED, f"{path} is not an rpm database this agent knows")
        slots = []
        for at in range(32, min(pages * 4096, len(data)), 16):
            slot, index, offset, _ = struct.unpack_from("<4s3I", data, at)
            if slot == b"Slot" and offset:
                slots.append((index, offset * 16))
        for index, at in sorted(slots):
            head, owner, _, length = struct.unpack_from("<4s3I", data, at)
            if head == b"BlbS" and owner == index:
                yield _package(data[at + 16 : at + 16 + length], path)
    except struct.error as error:
        raise UnreadableError(Reason.PARSE, f"{path}: {error}") from error


def _asked(host: Host, path: str) -> Iterator[Package]:
    answer = host.run("rpm", "-qa", "--queryformat", QUERY)
    if answer.status != 0:
        raise UnreadableError(Reason.TOOL, f"rpm could not read {path}")
    for line in answer.output.splitlines():
        parts = line.split("\t")
        if len(parts) == 6:
            name, epoch, version, release, arch, source = (p if p != "(none)" else "" for p in parts)
            yield _made(name, epoch, version, release, arch, source)


def _package(header: bytes, path: str) -> Package:
    """One header: counts, an index of 16-byte entries (tag, type, offset, count), then the data they point into."""
    try:
        entries, _ = struct.unpack_from(">2I", header)
        if entries > HEADER_ENTRIES:
            raise UnreadableError(Reason.PARSE, f"{path} holds a broken header")
        start = 8 + 16 * entries
        found: dict[int, str] = {}
        for at in range(8, start, 16):
            tag, kind, offset, _ = struct.unpack_from(">4I", header, at)
            if tag not in (NAME, VERSION, RELEASE, EPOCH, ARCH, SOURCE_RPM):
                continue
            where = start + offset
            if kind in (STRING, I18N_STRING):
                found[tag] = header[where : header.index(b"\0", where)].decode("utf-8", "surrogateescape")
            elif kind == INT32:
                found[tag] = str(struct.unpack_from(">I", header, where)[0])
    except (struct.error, ValueError) as error:
        raise UnreadableError(Reason.PARSE, f"{path} holds a broken header: {error}") from error
    name, epoch, version, release, arch, source = (
        found.get(tag, "") for tag in (NAME, EPOCH, VERSION, RELEASE, ARCH, SOURCE_RPM)
    )
    return _made(name, epoch, version, release, arch, source)


def _made(name: str, epoch: str, version: str, release: str, arch: str, source: str) -> Package:
    prefix = f"{epoch}:" if epoch not in ("", "0") else ""
    origin = source.rsplit("-", 2)[0] if source.count("-") >= 2 else name
    return Package(name, f"{prefix}{version}-{release}", arch, origin)
