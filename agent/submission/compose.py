"""From a finished audit to the statement about it. Pure: what is not a parameter here cannot leave the firm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shieldwall.checks.outcome import Overlay, Verdict
from shieldwall.errors import UsageError
from shieldwall.messages.statement import (
    TOOL,
    Asset,
    AssetClass,
    Bundle,
    Family,
    Position,
    Run,
    Seen,
    Statement,
    Tool,
    Trigger,
    minute,
)

FAMILIES: Mapping[str, Family] = {
    "debian": Family.LINUX,
    "rhel": Family.LINUX,
    "suse": Family.LINUX,
    "linux": Family.LINUX,
    "windows": Family.WINDOWS,
    "macos": Family.MACOS,
}
"""The families a check may ask for, as coarse as they leave the firm."""

DOMAIN_ROLE = "domain"
"""What an audit of domains has in place of a host's role."""
KINDS: Mapping[str, AssetClass] = {"server": AssetClass.SERVER, DOMAIN_ROLE: AssetClass.DOMAIN}


@dataclass(frozen=True, slots=True)
class Audit:
    """A completed run as the rest of the agent knows it."""

    run: str
    """UUIDv4."""
    started: datetime
    finished: datetime
    scheduled: bool
    family: str
    role: str
    """workstation | server | domain"""
    verdicts: Mapping[str, Verdict]
    overlays: Mapping[str, Overlay]
    commitment: str
    """Root over the salted evidence (shieldwall.messages.commitment)."""
    clock_synced: bool | None
    pack: str
    pack_version: str
    pack_digest: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement that has no place in the chain yet."""

    commitment: str
    run: Run
    tool: Tool
    bundle: Bundle
    asset: Asset
    clock_synced: bool | None
    verdicts: Mapping[str, Verdict]
    overlays: Mapping[str, Overlay]

    def at(self, position: Position, seen: Seen | None) -> Statement:
        return Statement(
            self.commitment,
            position,
            self.run,
            self.tool,
            self.bundle,
            self.asset,
            self.clock_synced,
            seen,
            self.verdicts,
            self.overlays,
        )


def compose(audit: Audit, version: str) -> Draft:
    """version: of this program. Raises UsageError when there is nothing to say."""
    if not audit.verdicts:
        raise UsageError("this audit judged nothing, so there is nothing to send; run `shieldwall scan` again")
    trigger = Trigger.SCHEDULE if audit.scheduled else Trigger.MANUAL
    return Draft(
        audit.commitment,
        Run(audit.run, minute(audit.started), minute(audit.finished), trigger),
        Tool(TOOL, version),
        Bundle(audit.pack, audit.pack_version, audit.pack_digest),
        Asset(KINDS.get(audit.role, AssetClass.WORKSTATION), FAMILIES.get(audit.family, Family.OTHER)),
        audit.clock_synced,
        audit.verdicts,
        audit.overlays,
    )
