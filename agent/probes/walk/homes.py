"""Home directories of people, and of root."""

from __future__ import annotations

from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.file import described
from agent.probes.names import names_of
from shieldwall import limits
from shieldwall.checks.fact import Fact, unseen

FIRST_PERSON: Final = 1000
LAST_PERSON: Final = 60000
"""login.defs(5), UID_MIN and UID_MAX as every supported distribution ships them."""
NO_LOGIN: Final = ("nologin", "false", "sync", "halt", "shutdown")
SYSTEM_FOLDERS: Final = frozenset({"/", "/nonexistent", "/dev/null", "/var/empty"})


def homes(host: Host) -> Fact:
    """{items, count, complete}. Raises AbsentError, UnreadableError when there is no readable /etc/passwd."""
    names, items, missed = names_of(host), [], None
    for line in host.text("/etc/passwd").splitlines():
        fields = line.split(":")
        if len(fields) != 7 or not fields[2].isdecimal():
            continue
        uid, home, shell = int(fields[2]), fields[5].rstrip("/") or "/", fields[6].strip()
        person = FIRST_PERSON <= uid <= LAST_PERSON and shell.rpartition("/")[2] not in NO_LOGIN
        if not (person or uid == 0) or home in SYSTEM_FOLDERS or not home.startswith("/"):
            continue
        try:
            info = host.stat(home)
        except AbsentError:
            continue
        except UnreadableError as error:
            missed = error.reason
            continue
        if info.kind == "dir":
            items.append({**described(info, names), "user": fields[0], "own": info.uid == uid})
    items.sort(key=lambda item: (-(int(item["mode"], 8) & 0o027), item["path"]))
    shown: list[Any] = items[: limits.EVIDENCE_ITEMS]
    if missed is not None:
        shown.append(unseen(missed))
    return Fact.known({"items": shown, "count": len(items), "complete": missed is None}, source="/etc/passwd")
