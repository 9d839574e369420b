"""Letting the host's own scheduler run the agent. A kind of scheduler is a file here; what they share is in base."""

from __future__ import annotations

from typing import Final

KINDS: Final[dict[str, str]] = {
    "systemd": "agent.schedule.systemd:Systemd",
    "cron": "agent.schedule.cron:Cron",
    "launchd": "agent.schedule.launchd:Launchd",
    "windows": "agent.schedule.windows:Windows",
}
"""Name -> module:class, imported when it is asked for."""
