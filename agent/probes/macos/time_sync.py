"""Probe `time_sync` on macOS: whether the clock is set by itself, and from which server.

Value: {service: timed, enabled, servers: [name], synchronised, offset_seconds}. How far the clock is off is known to
timed alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes import plist
from agent.probes.config.base import text_or_none
from agent.probes.macos.preferences import effective, managed, switch
from shieldwall.checks.fact import Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

OWN: Final = "/var/db/timed/Library/Preferences/com.apple.timed.plist"
DOMAIN: Final = "com.apple.timed"
AUTOMATIC: Final = "TMAutomaticTimeOnlyEnabled"
SERVER: Final = re.compile(r"(?m)^[ \t]*(?:server|pool)[ \t]+(\S+)")
APPLE: Final = "time.apple.com"


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return dict.fromkeys(keys, looked(lambda: _look(host)))


def _look(host: Host) -> Fact:
    enabled, source = _enabled(host)
    value: dict[str, Any] = {
        "service": "timed" if enabled is True else "",
        "enabled": enabled,
        "servers": _servers(host),
        "synchronised": unseen(Reason.UNSUPPORTED),
        "offset_seconds": unseen(Reason.UNSUPPORTED),
    }
    return Fact.known(value, source=source)


def _enabled(host: Host) -> tuple[Any, str]:
    """A profile wins; then what timed keeps for itself; a Mac where nobody touched it sets its clock."""
    settings = effective(host, DOMAIN)
    if AUTOMATIC in settings:
        return bool(switch(settings, AUTOMATIC, True)), settings[AUTOMATIC].file
    try:
        found = plist.table(host, OWN).get(AUTOMATIC, True)
    except AbsentError:
        return True, "default"
    except UnreadableError as error:
        return unseen(error.reason), OWN
    return bool(found), OWN


def _servers(host: Host) -> list[str]:
    forced = managed(host, "com.apple.MCX").get("timeServer")
    if forced and isinstance(forced.value, str):
        return [forced.value]
    return SERVER.findall(text_or_none(host, "/etc/ntp.conf") or "") or [APPLE]
