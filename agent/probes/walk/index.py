"""The walk itself: every folder once, links never followed, other people's file systems never entered."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from agent.looking.host import FileStat, Host, file_kind
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.mountinfo import mounted
from agent.probes.names import Names, names_of
from agent.probes.walk.finders import FINDERS, NAME_ENDS, NAMES, Prefilter
from agent.probes.walk.found import Entry, Found
from shieldwall import limits
from shieldwall.checks.outcome import Reason

SKIPPED: Final = frozenset({
    "/proc", "/sys", "/dev", "/run", "/var/run", "/snap",
    "/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/lib/kubelet", "/var/lib/lxd",
    "/var/lib/incus", "/var/lib/machines", "/var/lib/flatpak",
})  # fmt: skip
"""Not files at all, or the files of another system that is audited by itself."""
SKIPPED_ENDS: Final = ("/.local/share/containers", "/.local/share/docker")
FOREIGN: Final = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "ncpfs", "virtiofs", "autofs",
    "overlay", "aufs", "squashfs", "erofs", "iso9660", "udf", "proc", "sysfs", "devtmpfs", "devpts", "cgroup",
    "cgroup2", "debugfs", "tracefs", "securityfs", "pstore", "bpf", "configfs", "hugetlbfs", "mqueue", "ramfs",
    "fusectl", "efivarfs", "binfmt_misc", "rpc_pipefs", "nsfs", "selinuxfs",
})  # fmt: skip
"""On the network, of a container, read-only by nature, or no files."""
KEPT: Final = {"suid": limits.WALK_LOOKED_INTO, "key_files": limits.WALK_LOOKED_INTO}
"""Questions whose answer needs a second look at each file; of the others only evidence is kept."""


@dataclass(slots=True)
class Index:
    found: dict[str, Found] = field(
        default_factory=lambda: {name: Found(KEPT.get(name, limits.EVIDENCE_ITEMS)) for name in FINDERS}
    )
    entries: int = 0
    reason: Reason | None = None
    """Why the walk did not see everything, None when it did."""


class Folder(NamedTuple):
    path: str
    """On the host."""
    reachable: bool
    """Others may pass through it."""


def walk(host: Host) -> Index:
    """Bounded by WALK_SECONDS and WALK_ENTRIES; an unreadable folder, and a limit, set `reason`."""
    index, seer = Index(), _Seer(names_of(host), _foreign(host))
    base = str(host.root).rstrip("/")
    deadline = time.monotonic() + limits.WALK_SECONDS
    while seer.todo:
        folder = seer.todo.pop()
        if time.monotonic() > deadline or index.entries > limits.WALK_ENTRIES:
            index.reason = Reason.TIMEOUT
            break
        try:
            seer.look_into(f"{base}{folder.path}", folder, index)
        except FileNotFoundError:
            continue
        except PermissionError:
            index.reason = index.reason or Reason.PRIVILEGE
        except OSError:
            index.reason = index.reason or Reason.UNSUPPORTED
    return index


class _Seer:
    """Sorts what lies in a folder into the questions it answers, and remembers the folders below."""

    def __init__(self, names: Names, foreign: frozenset[str]) -> None:
        self.names, self.foreign = names, foreign
        self.prefilter = Prefilter(names)
        self.modes: dict[int, bool] = {}
        """st_mode -> may matter; a host has some fifty different ones."""
        self.todo = [Folder("/", True)]

    def look_into(self, real: str, folder: Folder, index: Index) -> None:
        """Everything right in the folder. Raises OSError.

        Opened once and asked through the descriptor: no path is resolved again for each file, nor swapped meanwhile.
        """
        fd = os.open(real, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            with os.scandir(fd) as listing:
                self._see(listing, folder, index)
        finally:
            os.close(fd)

    def _see(self, listing: Iterable[os.DirEntry[str]], folder: Folder, index: Index) -> None:
        """The loop a scan spends most of its time in: what it can, it asks once a folder and not once a file."""
        modes, prefilter = self.modes, self.prefilter
        users, groups = prefilter.users, prefilter.groups
        watched, every_file = prefilter.watched(folder.path), prefilter.every_file(folder.path)
        prefix = folder.path if folder.path == "/" else f"{folder.path}/"
        for one in listing:
            try:
                status = one.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            except PermissionError:
                index.reason = index.reason or Reason.PRIVILEGE
                continue
            index.entries += 1
            mode = status.st_mode
            telling = modes.get(mode)
            if telling is None:
                telling = modes[mode] = prefilter.mode(mode)
            name = one.name
            if (
                telling
                or (users is not None and (status.st_uid not in users or status.st_gid not in groups))
                or (watched and (name[-3:].lower() in NAME_ENDS or name in NAMES))
                or every_file
            ):
                self._sort(prefix + name, status, folder, index)
            if mode & 0o170000 == 0o040000:
                below = prefix + name
                if below not in self.foreign and not _skipped(below):
                    self.todo.append(Folder(below, folder.reachable and mode & 0o001 != 0))

    def _sort(self, path: str, status: os.stat_result, folder: Folder, index: Index) -> None:
        info = FileStat(
            path, file_kind(status.st_mode), stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid,
            status.st_size, status.st_mtime, status.st_dev, status.st_ino,
        )  # fmt: skip
        for name, finder in FINDERS.items():
            if finder(info, self.names):
                index.found[name].add(Entry(info, folder.reachable and info.mode & 0o004 != 0))


def _skipped(path: str) -> bool:
    return path in SKIPPED or path.endswith(SKIPPED_ENDS)


def _foreign(host: Host) -> frozenset[str]:
    """Mount points not to enter. A tree was mounted on purpose, and is walked whole."""
    if not host.live:
        return frozenset()
    try:
        table = mounted(host)
    except (AbsentError, UnreadableError):
        return frozenset()
    return frozenset(
        m.path for m in table.values() if m.path != "/" and (m.fstype in FOREIGN or m.fstype.startswith("fuse"))
    )
