"""Probe `mandatory_access` on macOS: System Integrity Protection, which keeps even root from changing the system.

Value: {sip: enabled | disabled | custom, active: sip | none}. The state lies in the firmware; a tree cannot tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import UnreadableError, looked
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

PREFIX: Final = "System Integrity Protection status:"


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return dict.fromkeys(keys, looked(lambda: _look(host)))


def _look(host: Host) -> Fact:
    sip = state_of(host.run("csrutil", "status").output)
    return Fact.known({"sip": sip, "active": "sip" if sip == "enabled" else "none"}, source="csrutil status")


def state_of(answer: str) -> str:
    """enabled | disabled | custom of `csrutil status`. Raises UnreadableError(parse)."""
    line = next((line for line in answer.splitlines() if line.startswith(PREFIX)), "")
    state = line.removeprefix(PREFIX).strip().rstrip(".").lower()
    if state in ("enabled", "disabled"):
        return state
    if "custom configuration" in state:
        return "custom"
    raise UnreadableError(Reason.PARSE, f"csrutil answered otherwise than expected: {answer.strip()[:100]}")
