"""Backup programs this agent knows, and where each leaves word of its last success."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    packages: tuple[str, ...]
    programs: tuple[str, ...]
    """Names of its files in the usual folders, and words that call it in a job."""
    services: tuple[str, ...] = ()
    """Units that run as long as the host does and keep their own or a server's schedule."""


TOOLS: Final = (
    Tool("restic", ("restic",), ("restic", "resticprofile", "autorestic")),
    Tool("borg", ("borgbackup",), ("borg",)),
    Tool("borgmatic", ("borgmatic",), ("borgmatic",)),
    Tool("duplicity", ("duplicity", "duply", "deja-dup"), ("duplicity", "duply")),
    Tool("rsnapshot", ("rsnapshot",), ("rsnapshot",)),
    Tool("rdiff-backup", ("rdiff-backup",), ("rdiff-backup",)),
    Tool("rsync", (), ("rsync",)),
    Tool("rclone", (), ("rclone",)),
    Tool("timeshift", ("timeshift",), ("timeshift",)),
    Tool("kopia", ("kopia",), ("kopia",)),
    Tool("duplicati", ("duplicati",), ("duplicati-cli",), ("duplicati",)),
    Tool("bacula", ("bacula-fd", "bacula-client"), ("bacula-fd",), ("bacula-fd",)),
    Tool("bareos", ("bareos-filedaemon",), ("bareos-fd",), ("bareos-fd", "bareos-filedaemon")),
    Tool("veeam", ("veeam", "veeam-nosnap"), ("veeamconfig",), ("veeamservice",)),
    Tool("urbackup", ("urbackup-client",), ("urbackupclientbackend",), ("urbackupclientbackend",)),
    Tool("proxmox-backup", ("proxmox-backup-client",), ("proxmox-backup-client",)),
    Tool("amanda", ("amanda-client",), ("amandad",)),
)
FOLDERS: Final = ("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/opt/bin", "/snap/bin")
COPIERS: Final = frozenset({"rsync", "rclone"})
"""They copy for many reasons; only a scheduled call makes them a backup."""

_NAMES: Final = {program: tool.name for tool in TOOLS for program in tool.programs}
_WORD: Final = re.compile(
    r"(?<![\w-])(" + "|".join(map(re.escape, sorted(_NAMES, key=len, reverse=True))) + r")(?![\w-])"
)


def named_in(text: str) -> set[str]:
    """Tools that a job's text calls; comment lines do not count."""
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return {_NAMES[word] for line in lines for word in _WORD.findall(line)}
