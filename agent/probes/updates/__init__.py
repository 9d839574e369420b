"""Which updates wait, whether they install themselves, and whether a restart is due; from files, nothing is fetched.

Value: {lists_age: seconds, pending, pending_security, security: [names], waiting: [names], oldest_security_days,
automatic: {enabled, security, tool}, last_run: time, reboot_required, reboot_required_since: time, held: [names]}.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes.package import Inventory, installed
from agent.probes.updates import apt_lists, automatic, reboot, updateinfo
from agent.probes.updates.waiting import Waiting
from shieldwall import limits
from shieldwall.checks.fact import NOT_THERE, Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

FRESH: Final = timedelta(days=7)
"""Older lists cannot show that nothing waits."""


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return {key: looked(lambda: _look(host)) for key in keys}


def _look(host: Host) -> Fact:
    inventory = installed(host)
    settings = automatic.of_apt(host, inventory) if inventory.kind == "dpkg" else automatic.of_rpm(host)
    run = automatic.last_applied(host)
    value: dict[str, Any] = {
        "automatic": {"enabled": settings.enabled, "security": settings.security, "tool": settings.tool},
        "last_run": _last_run(run, inventory),
        "held": list(inventory.held),
        **_restart(host),
    }
    try:
        waiting = _waiting(host, inventory)
        value |= _of(waiting, host.now)
        source = waiting.source
    except AbsentError as error:
        value |= _unseen(Reason.STALE)
        source = str(error)
    except UnreadableError as error:
        value |= _unseen(error.reason)
        source = error.detail
    return Fact.known(value, source=source, origins={"automatic": settings.origin})


def _waiting(host: Host, inventory: Inventory) -> Waiting:
    if inventory.kind == "dpkg":
        return apt_lists.read(host, inventory, automatic.last_applied(host))
    return updateinfo.read(host, inventory)


def _of(waiting: Waiting, now: datetime) -> dict[str, Any]:
    """Updates that a stale list shows still wait; that it shows none means nothing."""
    fresh = now - waiting.refreshed <= FRESH and (waiting.valid_until is None or now <= waiting.valid_until)
    stale = unseen(Reason.STALE)
    known = fresh or bool(waiting.security)
    days: Any = 0
    if waiting.security:
        days = (now - waiting.oldest).days if waiting.oldest else unseen(Reason.UNSUPPORTED)
    pending: Any = unseen(Reason.UNSUPPORTED)
    names: Any = sorted(waiting.security) if known else stale
    if waiting.packages is not None:
        pending = len(waiting.packages) if fresh or waiting.packages else stale
        names = sorted(waiting.packages) if fresh or waiting.packages else stale
    return {
        "lists_age": max(0, int((now - waiting.refreshed).total_seconds())),
        "pending": pending,
        "pending_security": len(waiting.security) if known else stale,
        "security": sorted(waiting.security)[: limits.EVIDENCE_ITEMS] if known else stale,
        "waiting": names,
        "oldest_security_days": days if known else stale,
    }


def _unseen(reason: Reason) -> dict[str, Any]:
    names = ("lists_age", "pending", "pending_security", "security", "waiting", "oldest_security_days")
    return {name: unseen(reason) for name in names}


def _last_run(run: datetime | None, inventory: Inventory) -> Any:
    if run:
        return _time(run)
    return NOT_THERE if inventory.kind == "dpkg" else unseen(Reason.UNSUPPORTED)


def _restart(host: Host) -> dict[str, Any]:
    try:
        since = reboot.waiting_since(host)
    except UnreadableError as error:
        return {"reboot_required": unseen(error.reason), "reboot_required_since": unseen(error.reason)}
    return {"reboot_required": since is not None, "reboot_required_since": _time(since) if since else NOT_THERE}


def _time(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
