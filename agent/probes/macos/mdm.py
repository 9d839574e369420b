"""`config: {app: mdm}` on macOS: whether somebody manages this Mac from a server. Value: {enrolled, approved}."""

from __future__ import annotations

import re
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import UnreadableError
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

LINE: Final = re.compile(r"(?m)^\s*MDM enrollment:\s*(Yes|No)\b(.*)$")


def read(key: FactKey, host: Host) -> Fact:
    enrolled, approved = state_of(host.run("profiles", "status", "-type", "enrollment").output)
    return Fact.known({"enrolled": enrolled, "approved": approved}, source="profiles status")


def state_of(answer: str) -> tuple[bool, bool]:
    """(enrolled, approved by the user) of `profiles status -type enrollment`. Raises UnreadableError(parse)."""
    found = LINE.search(answer)
    if found is None:
        raise UnreadableError(Reason.PARSE, f"profiles answered otherwise than expected: {answer.strip()[:100]}")
    return found[1] == "Yes", "User Approved" in found[2]
