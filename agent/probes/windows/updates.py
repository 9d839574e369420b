"""Probe `updates` on Windows: whether it updates itself, when it last did, and whether a restart is due.

Value: {automatic: {enabled, security, tool}, last_run, oldest_security_days, reboot_required, reboot_required_since,
held}; what waits by name is not kept in the registry. Microsoft mends Windows on the second Tuesday of each month with
one update that holds all before it: the first such day after the newest one was installed is the day since when an
update waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, looked
from agent.probes.windows.base import Key, Registry, registry_of
from agent.probes.windows.people import moment, stamp
from agent.probes.windows.service import DISABLED, start_of
from shieldwall.checks.fact import Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

POLICY: Final = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU"
SETTINGS: Final = r"HKLM\SOFTWARE\Microsoft\WindowsUpdate\UX\Settings"
SERVICING: Final = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing"
RESTART: Final = (
    r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired",
    rf"{SERVICING}\RebootPending",
)
"""Keys that are there while a restart is due."""
ROLLUP: Final = "package_for_rollupfix~"
INSTALLED: Final = 0x70
"""CurrentState of a part that is in use (CBS_STATE_INSTALLED)."""
INSTALLS: Final = (None, 4, 7)
"""AUOptions: never written, download and install, and the same with a notice before the restart of a server."""
LATEST: Final = 40
"""Rollups that are looked at: their names end in their version, and Windows keeps a handful."""


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    fact = looked(lambda: _look(host), source=SERVICING)
    return dict.fromkeys(keys, fact)


def _look(host: Host) -> Fact:
    registry = registry_of(host)
    enabled, run, since = _automatic(registry, host.now), _last_rollup(registry), _restart(registry)
    hidden = unseen(Reason.UNSUPPORTED)
    value: dict[str, Any] = {
        **dict.fromkeys(("lists_age", "pending", "pending_security", "security", "waiting"), hidden),
        "automatic": {"enabled": enabled, "security": enabled, "tool": "windows-update"},
        "last_run": stamp(run), "oldest_security_days": hidden if run is None else _waits(run, host.now),
        "reboot_required": since is not None, "reboot_required_since": stamp(since), "held": [],
    }  # fmt: skip
    return Fact.known(value, source=SERVICING)


def _automatic(registry: Registry, now: datetime) -> Any:
    policy, settings = _key(registry, POLICY), _key(registry, SETTINGS)
    option = policy.number("AUOptions")
    if policy.number("NoAutoUpdate") == 1 or start_of(registry, "wuauserv") in (None, DISABLED):
        return False
    paused = settings.text("PauseQualityUpdatesExpiryTime") or settings.text("PauseUpdatesExpiryTime")
    if paused and _later(paused, now):
        return False
    return unseen(Reason.UNSUPPORTED) if option == 5 else option in INSTALLS  # 5: each computer's own choice


def _later(text: str, now: datetime) -> bool:
    try:
        until = datetime.fromisoformat(text)
    except ValueError:
        return False
    return (until if until.tzinfo else until.replace(tzinfo=UTC)) > now


def _last_rollup(registry: Registry) -> datetime | None:
    """When the newest cumulative update that is in use was installed."""
    names = [n for n in _key(registry, rf"{SERVICING}\Packages").keys if n.lower().startswith(ROLLUP)]
    times = []
    for name in sorted(names, key=_version)[-LATEST:]:
        key = _key(registry, rf"{SERVICING}\Packages\{name}")
        high, low = key.number("InstallTimeHigh"), key.number("InstallTimeLow")
        if key.number("CurrentState") == INSTALLED and high is not None and low is not None:
            times.append(moment((high << 32) | low))
    return max((when for when in times if when), default=None)


def _version(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.rpartition("~")[2].split(".") if part.isdecimal() and len(part) < 10)


def _waits(run: datetime, now: datetime) -> int:
    """Days since the first patch day after `run`; 0 when there was none yet."""
    year, month = run.year, run.month
    while (day := _patch_day(year, month)) <= run:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return max(0, (now - day).days)


def _patch_day(year: int, month: int) -> datetime:
    """The second Tuesday, 18:00 UTC, when Microsoft publishes."""
    first = datetime(year, month, 1, 18, tzinfo=UTC)
    return first + timedelta(days=(1 - first.weekday()) % 7 + 7)


def _restart(registry: Registry) -> datetime | None:
    times = [moment(key.changed) for path in RESTART if (key := _there(registry, path))]
    return min((when for when in times if when), default=None)


def _there(registry: Registry, path: str) -> Key | None:
    try:
        return registry.key(path)
    except AbsentError:
        return None


def _key(registry: Registry, path: str) -> Key:
    return _there(registry, path) or Key(path)
