"""Who is signed in at the screen, by the session files that systemd-logind keeps."""

from __future__ import annotations

import re

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from shieldwall.checks.outcome import Reason

SESSIONS = "/run/systemd/sessions"


def at_the_screen(host: Host) -> frozenset[int] | Reason:
    """User ids with a graphical session of their own; a reason when that cannot be seen."""
    found: set[int] = set()
    try:
        for name in host.listdir(SESSIONS):
            if name.endswith(".ref"):
                continue
            try:
                fields = dict(re.findall(r"(?m)^([A-Z_]+)=(.*)$", host.text(f"{SESSIONS}/{name}")))
            except AbsentError:
                continue  # it ended while we looked
            if fields.get("TYPE") in ("x11", "wayland", "mir") and fields.get("CLASS") == "user":
                found.add(int(fields.get("UID", "-1")))
    except AbsentError:
        return frozenset()
    except (UnreadableError, ValueError) as error:
        return error.reason if isinstance(error, UnreadableError) else Reason.PARSE
    return frozenset(found)
