"""Probe `disk_encryption` on macOS: FileVault. A tree cannot tell: who could mount it has opened it already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.looking.host import Host
from agent.looking.looked import UnreadableError, looked
from shieldwall.checks.fact import Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return dict.fromkeys(keys, looked(lambda: _look(host)))


def _look(host: Host) -> Fact:
    host.need_live("whether FileVault is on")
    state = state_of(host.run("fdesetup", "status").output)
    # homes lie on the same volume, and swap is written with a key of its own since macOS 10.7
    value: dict[str, Any] = {"root": state, "home": state, "swap": "encrypted", "portable": _portable()}
    return Fact.known(value, source="fdesetup status")


def state_of(answer: str) -> str:
    """encrypted | plain of `fdesetup status`; while it is being encrypted or decrypted the disk is not yet, or no
    longer, protected as a whole. Raises UnreadableError(parse)."""
    lines = [line.strip() for line in answer.splitlines() if line.strip()]
    first = lines[0] if lines else ""
    moving = any("in progress" in line for line in lines)
    if first.startswith("FileVault is On"):
        return "plain" if moving else "encrypted"
    if first.startswith("FileVault is Off") or moving:
        return "plain"
    raise UnreadableError(Reason.PARSE, f"fdesetup answered otherwise than expected: {first[:100]}")


def _portable() -> Any:
    """A Mac with a battery is one to be carried."""
    import psutil

    read = getattr(psutil, "sensors_battery", None)
    return read() is not None if read else unseen(Reason.UNSUPPORTED)
