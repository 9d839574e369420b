"""Looking: each planned fact once, one batch a probe, every probe under a deadline."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final

from agent import probes
from agent.looking.host import Host
from agent.probes.base import Probe
from shieldwall import limits
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

WORKERS: Final = 4
"""Probes wait for disks and tools more than they compute; more workers only make a busy machine busier."""
NICENESS: Final = 10

Progress = Callable[[str, int, int], None]
"""Called with the probe that ended, how many have ended, and of how many."""


@dataclass(frozen=True, slots=True)
class Collected:
    facts: Mapping[FactKey, Fact]
    """Every planned key, except those of a probe in `defects`."""
    defects: Mapping[str, str]
    """Probe name -> what its code did wrong; the checks that need it end as error."""


@dataclass(frozen=True, slots=True)
class _Ended:
    name: str
    found: Mapping[FactKey, Fact]
    defect: str
    took: float


def collect(
    keys: Sequence[FactKey],
    host: Host,
    *,
    load: Callable[[str], Probe] | None = None,
    known: frozenset[str] | None = None,
    seconds: float = limits.PROBE_SECONDS,
    progress: Progress = lambda name, done, of: None,
) -> Collected:
    """Every key answered, in the order given. `load` gives a probe by name, `known` says which there are; without
    them, those for the host's own system."""
    there = frozenset(probes.table(host.system)) if known is None else known
    batches: dict[str, list[FactKey]] = {}
    for key in keys:
        batches.setdefault(key.probe, []).append(key)
    jobs = {name: batch for name, batch in batches.items() if name in there}
    ended = _run(jobs, host, load or (lambda name: probes.load(name, host.system)), seconds, progress)
    facts: dict[FactKey, Fact] = {}
    for name, batch in batches.items():
        facts |= _answers(name, batch, there, ended, seconds)
    return Collected(
        {key: facts[key] for key in dict.fromkeys(keys) if key in facts},
        {name: end.defect for name, end in ended.items() if end.defect},
    )


def lower_priority() -> None:
    """An audit must not slow down what the machine is for."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(max(0, NICENESS - os.nice(0)))


def _answers(
    name: str, batch: Sequence[FactKey], there: frozenset[str], ended: Mapping[str, _Ended], seconds: float
) -> Mapping[FactKey, Fact]:
    if name not in there:
        return dict.fromkeys(batch, Fact.unknown(Reason.UNSUPPORTED, f"this agent cannot look at {name} yet"))
    end = ended.get(name)
    if end is None:
        return dict.fromkeys(batch, Fact.unknown(Reason.TIMEOUT, f"{name} did not finish within {seconds:g} s"))
    if end.defect:
        return {}
    silent = Fact.unknown(Reason.UNSUPPORTED, f"{name} had no answer to this")
    share = end.took / len(batch)
    return {key: replace(fact, took=fact.took or share) for key in batch for fact in (end.found.get(key, silent),)}


def _run(
    jobs: Mapping[str, Sequence[FactKey]], host: Host, load: Callable[[str], Probe], seconds: float, progress: Progress
) -> dict[str, _Ended]:
    """At most WORKERS probes at a time. One that never ends keeps its thread (a daemon), not its place in the queue."""
    endings: queue.SimpleQueue[_Ended] = queue.SimpleQueue()
    waiting, deadlines, ended, given_up = list(jobs), dict[str, float](), dict[str, _Ended](), 0
    while waiting or deadlines:
        while waiting and len(deadlines) < WORKERS:
            name = waiting.pop(0)
            deadlines[name] = time.monotonic() + seconds
            look = _look(name, jobs[name], host, load, endings)
            threading.Thread(target=look, name=f"probe {name}", daemon=True).start()
        with contextlib.suppress(queue.Empty):
            end = endings.get(timeout=max(0.0, min(deadlines.values()) - time.monotonic()))
            if deadlines.pop(end.name, None) is not None:
                ended[end.name] = end
                progress(end.name, len(ended) + given_up, len(jobs))
        for name in [name for name, deadline in deadlines.items() if time.monotonic() >= deadline]:
            del deadlines[name]
            given_up += 1
            progress(name, len(ended) + given_up, len(jobs))
    return ended


def _look(
    name: str, keys: Sequence[FactKey], host: Host, load: Callable[[str], Probe], endings: queue.SimpleQueue[_Ended]
) -> Callable[[], None]:
    def run() -> None:
        started = time.monotonic()
        try:
            found, defect = load(name)(keys, host), ""
        except Exception as error:
            found, defect = {}, _describe(error)
        endings.put(_Ended(name, found, defect, time.monotonic() - started))

    return run


def _describe(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}: {str(error)[:200]}"
