"""Probe `os` on Windows: name, build and the day its updates end, as the registry says."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes.data.windows_eol import end_of_updates
from agent.probes.windows.base import Key, registry_of
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

CURRENT: Final = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
OPTIONS: Final = r"HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions"
COMPUTER: Final = r"HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName"
ELEVEN: Final = 22000
"""From this build on Windows is called 11; the registry goes on saying 10."""


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    fact = looked(lambda: _look(host), source=CURRENT)
    return dict.fromkeys(keys, fact)


def role(host: Host) -> str | None:
    """workstation | server, by the product type; None when it cannot be seen."""
    try:
        kind = (registry_of(host).key(OPTIONS).text("ProductType") or "").lower()
    except (AbsentError, UnreadableError):
        return None
    return {"winnt": "workstation", "servernt": "server", "lanmannt": "server"}.get(kind)


def name(host: Host) -> str:
    """What the computer is called, for the firm's own eyes; "" when it cannot be seen."""
    try:
        return (registry_of(host).key(COMPUTER).text("ComputerName") or "")[:255]
    except (AbsentError, UnreadableError):
        return ""


def _look(host: Host) -> Fact:
    key = registry_of(host).key(CURRENT)
    build = key.text("CurrentBuild") or key.text("CurrentBuildNumber") or ""
    number = int(build) if build.isdecimal() and len(build) < 8 else 0
    edition, revision = key.text("EditionID") or "", key.number("UBR")
    version = f"{key.number('CurrentMajorVersionNumber') or 6}.{key.number('CurrentMinorVersionNumber') or 0}.{build}"
    end = end_of_updates(number, edition)
    value: dict[str, Any] = {
        "id": "windows", "id_like": [], "family": "windows", "version": version, "build": number, "edition": edition,
        "revision": revision if revision is not None else {MARK: ABSENT},
        "version_codename": key.text("DisplayVersion") or key.text("ReleaseId") or {MARK: ABSENT},
        "name": _called(key, number), "kernel": version if revision is None else f"{version}.{revision}",
        "arch": platform.machine() if host.live else unseen(Reason.UNSUPPORTED), "container": False,
        "eol": f"{end}T00:00:00Z" if end else {MARK: ABSENT},
    }  # fmt: skip
    return Fact.known(value, source=CURRENT)


def _called(key: Key, build: int) -> str:
    called = key.text("ProductName") or "Windows"
    return called.replace("Windows 10", "Windows 11", 1) if build >= ELEVEN else called
