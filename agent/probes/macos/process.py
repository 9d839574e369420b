"""`process(name=X)` and `process(names=[X, Y])` on macOS: programs that run now, by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from agent.looking.host import Host
from agent.looking.looked import AbsentError, looked
from shieldwall.checks.fact import Fact, FactKey

SOURCE = "process table"


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return {key: looked(lambda key=key: _look(key, host)) for key in keys}  # type: ignore[misc]


def running(host: Host) -> Counter[str]:
    """Name -> how many. Raises UnreadableError on a tree."""
    import psutil

    host.need_live("processes")
    return host.once("processes", lambda: Counter(str(p.info["name"]) for p in psutil.process_iter(["name"])))


def _look(key: FactKey, host: Host) -> Fact:
    counts, names = running(host), key.arg("names")
    asked = [str(n) for n in (names if names is not None else [key.arg("name")])]
    records = [{"name": name, "count": counts[name]} for name in asked if counts[name]]
    if names is not None:
        return Fact.known(records, source=SOURCE)
    if not records:
        raise AbsentError(SOURCE)
    return Fact.known(records[0], source=SOURCE)
