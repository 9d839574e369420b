"""Where backups are written to, as far as the configuration says, and whether everyday rights reach that place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.config.base import text_or_none
from shieldwall.checks.fact import ABSENT, MARK, unseen

REPOSITORY: Final = re.compile(
    r"(?:(?:RESTIC_REPOSITORY|BORG_REPO)=|(?:--repo|--repository|-r)[ =])[\"']?([^\s\"']+)", re.MULTILINE
)
RSNAPSHOT_ROOT: Final = re.compile(r"^snapshot_root\t+(\S+)", re.MULTILINE)
BORGMATIC_FILES: Final = ("/etc/borgmatic/config.yaml", "/etc/borgmatic.d/*.yaml")
BORGMATIC_PATH: Final = re.compile(
    r"^\s*-\s*(?:path:\s*)?[\"']?((?:/|ssh://|file://|\w[\w.@-]*:)[^\s\"']+)", re.MULTILINE
)
SHARED: Final = 0o022
FIRST_PERSON: Final = 1000
"""Accounts of people begin here (login.defs UID_MIN of every supported distribution)."""


def targets(host: Host, tools: set[str], texts: Sequence[str]) -> list[dict[str, Any]]:
    """{remote, shared} of each place: shared when an ordinary account may write there. Raises UnreadableError."""
    places = {match for text in texts for match in REPOSITORY.findall(text)} | set(_configured(host, tools))
    return [_target(host, place) for place in sorted(places)]


def _configured(host: Host, tools: set[str]) -> Iterator[str]:
    if "rsnapshot" in tools:
        yield from RSNAPSHOT_ROOT.findall(text_or_none(host, "/etc/rsnapshot.conf") or "")
    if "borgmatic" in tools:
        for pattern in BORGMATIC_FILES:
            for path in host.glob(pattern):
                text = host.text(path)
                repositories = text[text.find("repositories:") :] if "repositories:" in text else ""
                block = re.split(r"^\S", repositories[len("repositories:") :], maxsplit=1, flags=re.MULTILINE)[0]
                yield from BORGMATIC_PATH.findall(block)


def _target(host: Host, place: str) -> dict[str, Any]:
    path = place.removeprefix("file://").removeprefix("local:")
    if not path.startswith("/"):
        return {"remote": True, "shared": {MARK: ABSENT}}
    try:
        info = host.stat(path)
    except AbsentError:
        return {"remote": False, "shared": {MARK: ABSENT}}  # a disk that is not there now
    except UnreadableError as error:
        return {"remote": False, "shared": unseen(error.reason)}
    return {"remote": False, "shared": bool(info.mode & SHARED) or info.uid >= FIRST_PERSON}
