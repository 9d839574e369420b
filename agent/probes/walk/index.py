"""The walk itself: every folder once, links never followed, other people's file systems never entered."""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from agent.host import FileStat, Host, file_kind
from agent.looking import AbsentError, UnreadableError
from agent.probes.mountinfo import mounted
from agent.probes.names import Names, names_of
from shieldwall import limits
from shieldwall.fact import ABSENT, MARK
from shieldwall.outcome import Reason

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

KEY_NAMES: Final = re.compile(
    r"(?i)(id_(rsa|dsa|ecdsa|ed25519)(_sk)?|ssh_host_.*_key|privkey\d*\.pem|.*\.key|.*-key\.pem)"
)
CREDENTIAL_NAMES: Final = frozenset({
    ".pgpass", ".my.cnf", ".netrc", ".git-credentials", ".env", ".htpasswd", "wp-config.php", ".vault-token",
})  # fmt: skip
CREDENTIAL_ENDS: Final = ("/.aws/credentials", "/.docker/config.json", "/.kube/config", "/.config/rclone/rclone.conf")


@dataclass(frozen=True, slots=True)
class Entry:
    info: FileStat
    exposed: bool
    """Everybody may reach it and read it: read bit for others, and every folder above lets others through."""


@dataclass(slots=True)
class Index:
    found: dict[str, list[Entry]] = field(default_factory=lambda: {name: [] for name in FINDERS})
    entries: int = 0
    reason: Reason | None = None
    """Why the walk did not see everything, None when it did."""


@dataclass(frozen=True, slots=True)
class Folder:
    path: str
    """On the host."""
    reachable: bool
    """Others may pass through it."""


def walk(host: Host) -> Index:
    """Bounded by WALK_SECONDS and WALK_ENTRIES; an unreadable folder, and a limit, set `reason`."""
    index, names = Index(), names_of(host)
    base = str(host.root).rstrip("/")
    deadline = time.monotonic() + limits.WALK_SECONDS
    foreign = _foreign(host)
    todo = [Folder("/", True)]
    while todo:
        folder = todo.pop()
        if time.monotonic() > deadline or index.entries > limits.WALK_ENTRIES:
            index.reason = Reason.TIMEOUT
            break
        try:
            with os.scandir(f"{base}{folder.path}") as listing:
                for one in listing:
                    below = _see(one, folder, index, names)
                    if below is not None and below.path not in foreign and not _skipped(below.path):
                        todo.append(below)
        except FileNotFoundError:
            continue
        except PermissionError:
            index.reason = index.reason or Reason.PRIVILEGE
        except OSError:
            index.reason = index.reason or Reason.UNSUPPORTED
    return index


def _see(one: os.DirEntry[str], folder: Folder, index: Index, names: Names) -> Folder | None:
    """Sort one entry into the questions it answers; a folder to go on with, or None."""
    path = f"{folder.path.rstrip('/')}/{one.name}"
    try:
        status = one.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    except PermissionError:
        index.reason = index.reason or Reason.PRIVILEGE
        return None
    index.entries += 1
    info = FileStat(
        path, file_kind(status.st_mode), stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid, status.st_size,
        status.st_mtime, status.st_dev, status.st_ino,
    )  # fmt: skip
    wanted = [name for name, finder in FINDERS.items() if finder(info, names)]
    for name in wanted:
        index.found[name].append(Entry(info, folder.reachable and info.mode & 0o004 != 0))
    if info.kind != "dir":
        return None
    return Folder(path, folder.reachable and info.mode & 0o001 != 0)


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


def _world_writable(info: FileStat, names: Names) -> bool:
    """Files that everybody may change. A folder with the sticky bit is shared on purpose."""
    return info.kind == "file" and info.mode & 0o002 != 0


def _no_sticky(info: FileStat, names: Names) -> bool:
    return info.kind == "dir" and info.mode & 0o1002 == 0o002


def _suid(info: FileStat, names: Names) -> bool:
    """Set-user-id, or set-group-id with the group's execute bit (without it, it is an old lock mode)."""
    return info.kind == "file" and (info.mode & 0o4000 != 0 or info.mode & 0o2010 == 0o2010)


def _unowned(info: FileStat, names: Names) -> bool:
    nobody = {MARK: ABSENT}
    if not names.users or not names.groups:
        return False
    return bool(names.user(info.uid) == nobody or names.group(info.gid) == nobody)


def _key_file(info: FileStat, names: Names) -> bool:
    if info.kind != "file" or info.path.startswith(("/usr/share/", "/usr/lib/")):
        return False
    folder, _, name = info.path.rpartition("/")
    return folder in ("/etc/ssl/private", "/etc/pki/tls/private") or KEY_NAMES.fullmatch(name) is not None


def _credential(info: FileStat, names: Names) -> bool:
    if info.kind != "file" or info.path.startswith("/usr/share/"):
        return False
    return info.path.rpartition("/")[2] in CREDENTIAL_NAMES or info.path.endswith(CREDENTIAL_ENDS)


FINDERS: Final[dict[str, Callable[[FileStat, Names], bool]]] = {
    "world_writable": _world_writable,
    "no_sticky": _no_sticky,
    "suid": _suid,
    "unowned": _unowned,
    "key_files": _key_file,
    "credentials": _credential,
}
