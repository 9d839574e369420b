"""Probe `updates` on macOS, from what softwareupdate(8) notes of its own searches; nothing is fetched.

Value: {lists_age: seconds, pending, pending_security, security: [id], waiting: [id], oldest_security_days,
automatic: {enabled, security, tool}, last_run: time, reboot_required, reboot_required_since, held}. Each update of a
release mends holes, so every one that waits counts, except a whole new release. How long it has waited counts from the
day on which this Mac was first offered it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import UnreadableError, looked
from agent.probes import plist
from agent.probes.config.base import Setting
from agent.probes.macos.preferences import FOLDERS, effective, origins, switch, value
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

DOMAIN: Final = "com.apple.SoftwareUpdate"
SEARCHED: Final = (
    "LastSuccessfulDate", "LastFullSuccessfulDate", "LastBackgroundSuccessfulDate", "LastSuccessfulMSUScanDate",
    "LastSuccessfulBackgroundMSUScanDate",
)  # fmt: skip
OFFERED: Final = "FirstOfferDateDictionary"
FRESH: Final = timedelta(days=7)
"""Older searches cannot show that nothing waits."""
ON_BY_DEFAULT: Final = ("AutomaticCheckEnabled", "AutomaticDownload")
SECURITY: Final = ("CriticalUpdateInstall", "ConfigDataInstall")
INSTALLS: Final = "AutomaticallyInstallMacOSUpdates"


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return dict.fromkeys(keys, looked(lambda: _look(host)))


def searched(settings: Mapping[str, Setting], *names: str) -> datetime | None:
    """When a search for updates last came to its end; of all kinds, or of those named."""
    times = [plist.moment(value(settings, name, None)) for name in names or SEARCHED]
    return max((when for when in times if when), default=None)


def _look(host: Host) -> Fact:
    settings = effective(host, DOMAIN)
    last = searched(settings)
    found: dict[str, Any] = {
        "automatic": _automatic(settings),
        "last_run": plist.stamp(last) if last else {MARK: ABSENT},
        "reboot_required": unseen(Reason.UNSUPPORTED),
        "reboot_required_since": unseen(Reason.UNSUPPORTED),
        "held": [],
        **_waiting(settings, last, host.now),
    }
    where = origins(settings, automatic=INSTALLS, last_run="LastSuccessfulDate")
    return Fact.known(found, source=f"{FOLDERS[1]}/{DOMAIN}.plist", origins=where)


def _automatic(settings: Mapping[str, Setting]) -> dict[str, Any]:
    """Unless somebody said otherwise macOS searches and fetches by itself; whether it installs is asked when a Mac is
    set up, and without an answer the releases differ."""
    enabled = all(switch(settings, name, True) for name in ON_BY_DEFAULT)
    complete = enabled and all(switch(settings, name, True) for name in SECURITY)
    installs = switch(settings, INSTALLS, None)
    security: Any = complete and (unseen(Reason.UNSUPPORTED) if installs is None else installs)
    return {"enabled": enabled, "security": security, "tool": "softwareupdate"}


def _waiting(settings: Mapping[str, Setting], last: datetime | None, now: datetime) -> dict[str, Any]:
    names = ("lists_age", "pending", "pending_security", "security", "waiting", "oldest_security_days")
    if last is None:
        return {name: unseen(Reason.STALE) for name in names}
    waiting = _identifiers(value(settings, "RecommendedUpdates", []))
    security = [name for name in waiting if not name.endswith("_major")]
    known = now - last <= FRESH
    stale = unseen(Reason.STALE)
    return {
        "lists_age": max(0, int((now - last).total_seconds())),
        "pending": len(waiting) if known or waiting else stale,
        "pending_security": len(security) if known or security else stale,
        "security": security if known or security else stale,
        "waiting": waiting if known or waiting else stale,
        "oldest_security_days": _oldest(settings, security, now) if known or security else stale,
    }


def _identifiers(updates: Any) -> list[str]:
    if not isinstance(updates, list):
        raise UnreadableError(Reason.PARSE, f"{DOMAIN}: RecommendedUpdates is no list")
    rows = [row for row in updates if isinstance(row, dict)]
    return sorted({str(row.get("Product Key") or row.get("Identifier") or "?") for row in rows})


def _oldest(settings: Mapping[str, Setting], security: Sequence[str], now: datetime) -> Any:
    """Days the oldest has waited; older releases of macOS did not note when they first offered one."""
    if not security:
        return 0
    offers = value(settings, OFFERED, {})
    times = [plist.moment(offers.get(name)) for name in security] if isinstance(offers, dict) else []
    known = [when for when in times if when]
    return max(0, (now - min(known)).days) if known else unseen(Reason.UNSUPPORTED)
