"""What a package manager's own downloaded lists say about updates that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    refreshed: datetime
    """When the lists were last fetched, or confirmed to be current."""
    valid_until: datetime | None
    """After this time their publisher no longer stands by them."""
    packages: frozenset[str] | None
    """Every installed package with a newer version; None when a list could not be read."""
    security: frozenset[str]
    """Those whose newer version is a security update."""
    oldest: datetime | None
    """Since when the oldest security update waits: its publication (rpm), or the last upgrade run (apt).
    None when none waits, or nothing tells."""
    source: str
