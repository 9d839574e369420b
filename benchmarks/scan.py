"""What a scan costs beside lynis, OpenSCAP and goss: CPU, wall time, peak memory, and each for one evaluated check.

    .venv/bin/python benchmarks/scan.py [--place host|tree] [--tool NAME]

Every tool runs alone, after another, on this host and in a clean Debian tree, both with the same files in the cache.
CPU is user and system time of the tool and of everything it started, the peak is that of its largest process
(wait4(2)). What a check is differs from tool to tool; "evaluated" is what the tool itself says it decided. Read the
ratios, for the figures belong to the machine and to what else it does. Needs root; takes minutes, most of them in
oscap on this host. The last results lie in benchmarks/results/scan.json; a run of one tool or place replaces its rows.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import scan_place
from scan_place import Place, tell
from scan_tool import SCRATCH, Tool, available, goss, lynis, oscap, shieldwall

RESULTS = Path(__file__).with_name("results") / "scan.json"
MIB = 1024.0
"""wait4 counts in KiB."""
TARGETS = {"lynis": {"clean tree": 40}, "oscap": {"clean tree": 4, "this host": 40}}
"""On this host a scan walks every file, as oscap does and lynis does not; its ratio is told without an aim."""
PEAK_MIB, START_MS = 45, 60


@dataclass(frozen=True, slots=True)
class Cost:
    cpu: float
    wall: float
    peak: float
    """MiB."""


@dataclass(frozen=True, slots=True)
class Row:
    place: str
    tool: str
    cost: Cost
    counts: dict[str, int]
    first: Cost | None = None
    """Of the first run with an empty home, where there is one."""
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    @property
    def per_check(self) -> float:
        """CPU milliseconds."""
        return 1000 * self.cost.cpu / max(1, self.counts["evaluated"])


def measured(argv: Sequence[str], ended: frozenset[int] = frozenset({0})) -> tuple[Cost, bytes]:
    """Run to the end. Raises RuntimeError when it ended as a finished run does not."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.monotonic()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in ended:
            errors.seek(0)
            raise RuntimeError(f"{argv} ended with {process.returncode}: {errors.read()[-2000:]!r}")
        output.seek(0)
        return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / MIB), output.read()


def compared(tool: Tool, place: Place) -> Row:
    """The run with the median of CPU, after one that warms caches where a run is short."""
    tell(f"{place.name}: {tool.name}")
    tool.prepare(place)
    argv = place.command(tool.argv(place))
    first = measured(argv, tool.ended) if tool.runs > 1 else None
    runs = sorted((measured(argv, tool.ended) for _ in range(tool.runs)), key=lambda run: run[0].cpu)
    cost, output = runs[len(runs) // 2]
    return Row(place.name, tool.name, cost, tool.count(place, output), first[0] if first else None)


def fastest_start(place: Place) -> float:
    """CPU milliseconds of `shieldwall --version`, the least of twenty."""
    argv = ["/usr/bin/env", f"PYTHONPATH={place.path}", place.python, "-c", "from agent.cli import main; main()"]
    return 1000 * min(measured(place.command([*argv, "--version"]))[0].cpu for _ in range(20))


def at(place: Place, only: str | None) -> list[Row]:
    scratch = place.file(SCRATCH)
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True, mode=0o700)
    rows = []
    try:
        for tool in (shieldwall(), goss(), lynis(), oscap()):
            if only not in (None, tool.name):
                continue
            if available(tool, place):
                rows.append(compared(tool, place))
            else:
                print(f"{place.name}: {tool.name} is not there and was not compared")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return rows


def show(rows: Sequence[Row]) -> None:
    print(f"\n{'':12}{'':12}{'CPU s':>9}{'wall s':>9}{'peak MiB':>10}{'evaluated':>11}{'CPU ms each':>13}{'ratio':>9}")
    for row in rows:
        ours = next(r for r in rows if r.place == row.place and r.tool == "shieldwall")
        cost = row.cost
        print(
            f"{row.place:12}{row.tool:12}{cost.cpu:9.2f}{cost.wall:9.2f}{cost.peak:10.1f}"
            f"{row.counts['evaluated']:11}{row.per_check:13.2f}{cost.cpu / ours.cost.cpu:8.1f}x"
        )
        if row.first and row.tool == "shieldwall":
            print(f"{'':12}{'  first':12}{row.first.cpu:9.2f}{row.first.wall:9.2f}{row.first.peak:10.1f}")


def goals(rows: Sequence[Row], start: float) -> list[str]:
    """Each aim with what was reached; told, never asserted, for a busy machine decides too."""
    lines = [f"cold start {start:.0f} ms of CPU, at most {START_MS}: {_met(start <= START_MS)}"]
    for ours in (row for row in rows if row.tool == "shieldwall"):
        peak = ours.cost.peak
        lines.append(f"{ours.place}: peak {peak:.1f} MiB, at most {PEAK_MIB}: {_met(peak <= PEAK_MIB)}")
        for other in (row for row in rows if row.place == ours.place):
            wanted = TARGETS.get(other.tool, {}).get(ours.place)
            if wanted is None:
                continue
            ratio = other.cost.cpu / ours.cost.cpu
            lines.append(f"{ours.place}: {other.tool} / {ratio:.1f}, at least {wanted}: {_met(ratio >= wanted)}")
    return lines


def _merged(rows: Sequence[Row]) -> list[Row]:
    """With the rows of the last results that were not measured anew."""
    if not RESULTS.exists():
        return list(rows)
    fresh = {(row.place, row.tool): row for row in rows}
    known = {(row["place"], row["tool"]): _row(row) for row in json.loads(RESULTS.read_text())["rows"]}
    return list({**known, **fresh}.values())


def _row(data: dict[str, Any]) -> Row:
    first = Cost(**data["first"]) if data["first"] else None
    return Row(data["place"], data["tool"], Cost(**data["cost"]), data["counts"], first, data["at"])


def _met(yes: bool) -> str:
    return "reached" if yes else "NOT REACHED"


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare a scan with other tools; see the head of this file.")
    parser.add_argument("--place", choices=["host", "tree"], help="only there")
    parser.add_argument("--tool", choices=["shieldwall", "goss", "lynis", "oscap"], help="only this one")
    given = parser.parse_args()
    if os.geteuid() != 0:
        print("the clean tree and the other tools need root; run as root", file=sys.stderr)
        return 2
    places = [
        make() for name, make in (("tree", scan_place.clean), ("host", scan_place.host)) if given.place in (None, name)
    ]
    start = fastest_start(places[0])
    rows = _merged([row for place in places for row in at(place, given.tool)])
    sizes = {place.name: place.files() for place in places}
    show(rows)
    print()
    reached = goals(rows, start)
    print("\n".join(reached))
    print(", ".join(f"{name}: {count} files" for name, count in sizes.items()))
    data = {
        "machine": {"kernel": platform.release(), "processors": os.cpu_count(), "python": platform.python_version()},
        "newer": (scan_place.newer() / "versions").read_text().split(),
        "files": sizes,
        "cold_start_ms": round(start, 1),
        "rows": [{**asdict(row), "cpu_ms_per_check": round(row.per_check, 3)} for row in rows],
        "goals": reached,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(data, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
