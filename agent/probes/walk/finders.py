"""Which question a file answers. The rules are exact; `Prefilter` says cheaply that none of them can hold.

A walk sees half a million files and a hundred that matter, so almost every file is passed over by the prefilter, which
may call a harmless file telling, and never the other way round (a law of the suite).
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from typing import Final

from agent.looking.host import FileStat
from agent.probes.names import Names
from shieldwall.checks.fact import ABSENT, MARK

KEY_NAMES: Final = re.compile(
    r"(?ai)(id_(rsa|dsa|ecdsa|ed25519)(_sk)?|ssh_host_.*_key|privkey\d*\.pem|.*\.key|.*-key\.pem)"
)
KEY_FOLDERS: Final = ("/etc/ssl/private", "/etc/pki/tls/private")
KEYLESS: Final = ("/usr/share/", "/usr/lib/")
CREDENTIAL_NAMES: Final = frozenset({
    ".pgpass", ".my.cnf", ".netrc", ".git-credentials", ".env", ".htpasswd", "wp-config.php", ".vault-token",
})  # fmt: skip
CREDENTIAL_ENDS: Final = ("/.aws/credentials", "/.docker/config.json", "/.kube/config", "/.config/rclone/rclone.conf")
CREDENTIALLESS: Final = "/usr/share/"

NAMES: Final = CREDENTIAL_NAMES | {end.rpartition("/")[2] for end in CREDENTIAL_ENDS}
NAME_ENDS: Final = frozenset({"key", "pem", "rsa", "dsa", "519", "_sk"})
"""The last three characters, in small letters, of every name that KEY_NAMES accepts."""


class Prefilter:
    """Asked by mode, owner and name apart, so that the walk's loop stays a handful of look-ups a file."""

    def __init__(self, names: Names) -> None:
        decided = bool(names.users and names.groups) and not names.remote
        self.users = frozenset(names.users or ()) if decided else None
        """Numbers that have a name; None when nobody can say that one has none."""
        self.groups = frozenset(names.groups or ())

    @staticmethod
    def mode(mode: int) -> bool:
        """st_mode with the type. Whether it may be one that a rule is about."""
        return (stat.S_ISREG(mode) and mode & 0o6002 != 0) or (stat.S_ISDIR(mode) and mode & 0o002 != 0)

    @staticmethod
    def watched(folder: str) -> bool:
        """Whether the names of files right in this folder matter."""
        return not f"{folder}/".startswith(CREDENTIALLESS)

    @staticmethod
    def every_file(folder: str) -> bool:
        """Whether all files right in this folder matter, whatever they are called."""
        return folder in KEY_FOLDERS


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
    if info.kind != "file" or info.path.startswith(KEYLESS):
        return False
    folder, _, name = info.path.rpartition("/")
    return folder in KEY_FOLDERS or KEY_NAMES.fullmatch(name) is not None


def _credential(info: FileStat, names: Names) -> bool:
    if info.kind != "file" or info.path.startswith(CREDENTIALLESS):
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
