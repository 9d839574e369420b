"""`service(name=X)` and `service(names=[X, Y])` on Windows, by the key of the service, which is no shown name.

`enabled` is `enabled` (starts with the system), `static` (started when somebody asks for it), `disabled` or `absent`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, looked
from agent.probes.windows.base import Registry, registry_of
from shieldwall.checks.fact import Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

SERVICES: Final = r"HKLM\SYSTEM\CurrentControlSet\Services"
DISABLED: Final = 4
STARTS: Final = {0: "enabled", 1: "enabled", 2: "enabled", 3: "static", DISABLED: "disabled"}
"""SERVICE_BOOT_START, _SYSTEM_START, _AUTO_START, _DEMAND_START, _DISABLED of winsvc.h."""


def start_of(registry: Registry, name: str) -> int | None:
    """None when there is no such service. Raises UnreadableError."""
    try:
        return registry.key(f"{SERVICES}\\{name}").number("Start")
    except AbsentError:
        return None


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    def look(key: FactKey) -> Fact:
        names = key.arg("names")
        asked = [str(name) for name in (names if names is not None else [key.arg("name")])]
        records = [_record(host, name) for name in asked]
        if names is None:
            return Fact.known(records[0], source=f"{SERVICES}\\{asked[0]}")
        return Fact.known([record for record in records if record["enabled"] != "absent"], source=SERVICES)

    return {key: looked(lambda key=key: look(key), source=SERVICES) for key in keys}  # type: ignore[misc]


def _record(host: Host, name: str) -> dict[str, Any]:
    # a name of a Linux unit or a path is no service here
    start = start_of(registry_of(host), name) if "\\" not in name and name else None
    enabled = STARTS.get(-1 if start is None else start, "absent")
    active = False if enabled == "absent" else _runs(name) if host.live else unseen(Reason.UNSUPPORTED)
    return {"name": name, "loaded": enabled not in ("absent", "disabled"), "enabled": enabled, "active": active}


def _runs(name: str) -> Any:
    import psutil

    try:
        return psutil.win_service_get(name).status() == "running"  # type: ignore[attr-defined]
    except (AttributeError, psutil.Error):
        return unseen(Reason.UNSUPPORTED)
