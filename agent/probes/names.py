"""Names of user and group numbers as the host's own passwd and group files give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from shieldwall.checks.fact import ABSENT, MARK, unseen
from shieldwall.checks.outcome import Reason


@dataclass(frozen=True, slots=True)
class Names:
    users: Mapping[int, str] | None
    """None when the file could not be read."""
    groups: Mapping[int, str] | None
    remote: bool
    """Names also come from elsewhere (a directory service), so a number that is not listed may still have a name."""

    def user(self, uid: int) -> Any:
        """The name, or the mark absent, or the mark of why nobody can say."""
        return self._name(self.users, uid)

    def group(self, gid: int) -> Any:
        return self._name(self.groups, gid)

    def _name(self, table: Mapping[int, str] | None, number: int) -> Any:
        if table is None:
            return unseen(Reason.PRIVILEGE)
        if number in table:
            return table[number]
        return unseen(Reason.UNSUPPORTED) if self.remote else {MARK: ABSENT}


def names_of(host: Host) -> Names:
    return host.once("names", lambda: Names(_table(host, "/etc/passwd"), _table(host, "/etc/group"), _remote(host)))


def _table(host: Host, path: str) -> dict[int, str] | None:
    try:
        lines = host.text(path).splitlines()
    except AbsentError:
        return {}
    except UnreadableError:
        return None
    table: dict[int, str] = {}
    for line in lines:
        parts = line.split(":")
        if len(parts) >= 3 and parts[2].isdecimal():
            table.setdefault(int(parts[2]), parts[0])
    return table


def _remote(host: Host) -> bool:
    """Whether nsswitch.conf names a source beyond the files and systemd's own synthetic users."""
    try:
        lines = host.text("/etc/nsswitch.conf").splitlines()
    except (AbsentError, UnreadableError):
        return False
    local = {"files", "compat", "db", "systemd", "altfiles", "extrausers"}
    for line in lines:
        name, _, rest = line.partition("#")[0].partition(":")
        if name.strip() in ("passwd", "group"):
            words = {word for word in rest.split() if not word.startswith("[") and "=" not in word}
            if words - local:
                return True
    return False
