"""`service(name=X)` and `service(names=[X, Y])` on macOS: jobs of launchd by their label.

The records are those of Linux: {name, loaded, enabled: enabled | disabled | absent, active}.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agent.looking.host import Host
from agent.looking.looked import UnreadableError, looked
from agent.probes.macos.launchd import ABSENT, FOLDERS, jobs, running
from shieldwall.checks.fact import Fact, FactKey, unseen


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return {key: looked(lambda key=key: _look(key, host)) for key in keys}  # type: ignore[misc]


def _look(key: FactKey, host: Host) -> Fact:
    known, active = jobs(host), _active(host)
    names = key.arg("names")
    if names is not None:
        return Fact.known([_record(host, str(n), active) for n in names if n in known], source=FOLDERS[0])
    name = str(key.arg("name"))
    return Fact.known(_record(host, name, active), source=known[name].source if name in known else FOLDERS[0])


def _record(host: Host, name: str, active: Callable[[str], Any]) -> dict[str, Any]:
    job = jobs(host).get(name)
    return {"name": name, "loaded": job is not None, "enabled": job.state if job else ABSENT, "active": active(name)}


def _active(host: Host) -> Callable[[str], Any]:
    try:
        now = host.once("launchctl", lambda: running(host.run("launchctl", "list").output))
    except UnreadableError as error:
        mark = unseen(error.reason)
        return lambda name: mark
    return lambda name: name in now
