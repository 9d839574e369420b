"""Which services start with the host and which run now.

`service(name=X)`  -> {name, loaded, enabled, active}
`service(names=[X, Y])` -> the list of such records of those that the host knows, in the order asked
`X` is a unit name; without a suffix `.service` is meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.looking.host import Host
from agent.looking.looked import looked
from agent.probes.service.activity import Activity
from agent.probes.service.unit import ABSENT, Unit, Units, full_name
from shieldwall.checks.fact import Fact, FactKey

__all__ = ["collect", "is_enabled", "units_of"]


def units_of(host: Host) -> Units:
    """The host's unit files and links, listed at most once. Raises UnreadableError."""
    return host.once("units", lambda: Units.of(host))


def is_enabled(host: Host, *names: str) -> str | None:
    """The first of these units that starts with the host, or None. Raises UnreadableError."""
    units = units_of(host)
    return next((name for name in names if units.unit(name).enabled == "enabled"), None)


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    asked = [name for key in keys for name in _names(key)]
    activity = Activity(host, asked)

    def look(key: FactKey) -> Fact:
        units = units_of(host)
        records = [(unit := units.unit(name), activity.of(unit)) for name in _names(key)]
        if key.arg("names") is None:
            return Fact.known(_record(*records[0]), source=records[0][0].source)
        known = [(unit, active) for unit, active in records if unit.enabled != ABSENT or active is True]
        return Fact.known([_record(unit, active) for unit, active in known])

    return {key: looked(lambda key=key: look(key)) for key in keys}  # type: ignore[misc]


def _names(key: FactKey) -> tuple[str, ...]:
    names = key.arg("names")
    return tuple(full_name(str(n)) for n in (names if names is not None else [key.arg("name")]))


def _record(unit: Unit, active: object) -> dict[str, object]:
    return {"name": unit.name, "loaded": unit.loaded, "enabled": unit.enabled, "active": active}
