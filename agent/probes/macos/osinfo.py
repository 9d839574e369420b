"""Probe `os` on macOS: SystemVersion.plist."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import looked
from agent.probes import plist
from agent.probes.data.eol import end_of_life
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

SOURCE: Final = "/System/Library/CoreServices/SystemVersion.plist"


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return dict.fromkeys(keys, looked(lambda: _look(host)))


def version(host: Host) -> tuple[int, ...]:
    """(14, 5) of macOS 14.5; () when it cannot be told. Raises AbsentError, UnreadableError."""
    text = str(plist.table(host, SOURCE).get("ProductVersion", ""))
    return tuple(int(part) for part in text.split(".") if part.isdecimal() and len(part) < 6)


def _look(host: Host) -> Fact:
    found = plist.table(host, SOURCE)
    release = str(found.get("ProductVersion", ""))
    parts = release.split(".")
    # from 11 on the first number is the release, before that the second
    end = end_of_life("macos", ".".join(parts[:2]) if parts[0] == "10" else parts[0])
    value: dict[str, Any] = {
        "id": "macos",
        "id_like": [],
        "version": release or {MARK: ABSENT},
        "version_codename": str(found.get("ProductBuildVersion", "")) or {MARK: ABSENT},
        "name": f"macOS {release}".strip(),
        "family": "macos",
        "kernel": os.uname().release if host.live else unseen(Reason.UNSUPPORTED),
        "arch": os.uname().machine if host.live else unseen(Reason.UNSUPPORTED),
        "container": False,
        "eol": f"{end}T00:00:00Z" if end else {MARK: ABSENT},
    }
    return Fact.known(value, source=SOURCE)
