"""The whole library on recorded host states: no crash, no error, no hang; and where a verdict is known, agreement.

    .venv/bin/python benchmarks/host_states.py [FOLDER]

FOLDER holds base.tar.gz, states.tar, states.jsonl and examples.jsonl. Needs root, because a tree keeps its owners.
A known verdict is about one rule, which is often only a part of a check or assumes another value than the check wants;
`host_states_known.yaml` says which part it is about, and why ours differs where it does. A difference that this file
does not explain is printed, and the program ends with 1.
"""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.looking.host import Host
from agent.scan.collect import collect
from agent.scan.run import judged, look
from shieldwall.checks.expectation.evaluate import evaluate
from shieldwall.checks.expectation.matcher import Moment
from shieldwall.checks.expectation.parse import parse_test
from shieldwall.checks.expectation.test import Test, fact_keys
from shieldwall.checks.outcome import FAILED, Outcome
from shieldwall.encoding.cursor import Cursor
from shieldwall.packs.library import read_yaml
from shieldwall.packs.pack import load_pack
from shieldwall.packs.policy import whole_library

KNOWN = Path(__file__).with_name("host_states_known.yaml")
NOW = datetime(2026, 11, 25, tzinfo=UTC)
MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None
"""Where trees are laid out; the usual place for temporary files where there is none in memory."""


@dataclass(frozen=True, slots=True)
class State:
    id: str
    changed: bytes
    """A tar.gz over the base."""
    deleted: tuple[str, ...]
    runtime: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scanned:
    id: str
    seconds: float
    outcomes: Mapping[str, str]
    parts: Mapping[str, str]
    """Check -> verdict of the part that known verdicts are about."""
    crash: str
    defects: tuple[str, ...]


def main(folder: Path) -> int:
    states = list(_states(folder))
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="base-", dir=MEMORY) as name:
        _unpack((folder / "base.tar.gz").read_bytes(), Path(name))
        with multiprocessing.Pool(2, _start, (Path(name),)) as pool:
            scanned = list(pool.imap_unordered(_scan, states, chunksize=8))
    crashes = [s for s in scanned if s.crash]
    errors = sorted({f"{s.id} {line}" for s in scanned for line in s.defects})
    slowest = max(scanned, key=lambda s: s.seconds)
    totals = Counter(outcome for s in scanned for outcome in s.outcomes.values())
    print(f"states    {len(scanned)} in {time.monotonic() - started:.0f} s, {len(scanned[0].outcomes)} checks each")
    print(f"outcomes  {', '.join(f'{name} {count}' for name, count in sorted(totals.items()))}")
    print(f"crashes   {len(crashes)}")
    print(f"errors    {len(errors)}")
    print(f"slowest   {slowest.seconds:.2f} s ({slowest.id})")
    for one in crashes[:5]:
        print(one.id, one.crash, sep="\n")
    for line in errors[:20]:
        print(line)
    return 1 if _agreement(folder, {s.id: s for s in scanned}) or crashes or errors else 0


def _agreement(folder: Path, scanned: Mapping[str, Scanned]) -> int:
    """Print how known verdicts compare; the number of differences that nothing explains."""
    explained = _known().value["differences"]
    same = part_same = total = unexplained = 0
    reasons: list[str] = []
    for line in (folder / "examples.jsonl").read_text().splitlines():
        example = json.loads(line)
        for check in example["checks"]:
            total += 1
            one, label = scanned[example["id"]], example["label"]
            ours, part = one.outcomes.get(check, "missing"), one.parts.get(check, "")
            same += ours == label
            part_same += (part or ours) == label
            agreed = ours == label and part in ("", label)
            why = "-" if agreed else explained.get(example["id"]) or explained.get(f"{check} {label}")
            if why is None:
                unexplained += 1
            if why is None:
                print(f"  UNEXPLAINED {example['id']} {check}: known {label}, part {part or '-'}, ours {ours}")
            elif why != "-":
                reasons.append(f"{check}, known {label}, ours {ours}: {why}")
    print(f"agreement {same} of {total} whole verdicts, {part_same} of {total} on the part they are about")
    for reason, count in Counter(reasons).most_common():
        print(f"  {count} x {reason}")
    print(f"unexplained {unexplained}")
    return unexplained


def _states(folder: Path) -> Iterator[State]:
    with tarfile.open(folder / "states.tar") as outer:
        changed = {m.name.partition(".")[0]: outer.extractfile(m) for m in outer if m.isfile()}
        for line in (folder / "states.jsonl").read_text().splitlines():
            data = json.loads(line)
            packed = changed[data["id"]]
            if packed is not None:
                yield State(data["id"], packed.read(), tuple(data["deleted"]), data["runtime"] or {})


def _start(base: Path) -> None:
    """Once a process: the library, the parts, and where the base tree lies."""
    global BASE, PACK, POLICY, PARTS
    BASE, PACK = base, load_pack()
    POLICY = whole_library(PACK)
    PARTS = {name: parse_test(cursor) for name, cursor in _known().fields(["parts", "differences"])["parts"].entries()}


def _known() -> Cursor:
    return read_yaml(KNOWN.read_bytes(), KNOWN.name)


def _scan(state: State) -> Scanned:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="state-", dir=MEMORY) as name:
        root = Path(name)
        subprocess.run(["cp", "-aT", BASE, root], check=True)
        _unpack(state.changed, root)
        for path in state.deleted:
            _delete(root / path)
        (root / ".shieldwall").mkdir(mode=0o700)
        (root / ".shieldwall" / "runtime.json").write_text(json.dumps(state.runtime))
        try:
            host = Host(root=root, now=NOW)
            snapshot = look(POLICY, host, "server", lambda probe, done, of: None)
            result = judged(POLICY, PACK, snapshot, {}, run=state.id, now=NOW)
            outcomes = {item.check.id: item.outcome.value for item in result.items}
            defects = tuple(f"{i.check.id}: {i.defect}" for i in result.items if i.outcome is Outcome.ERROR)
            parts = {name: _part(test, host) for name, test in PARTS.items()}
        except Exception:
            return Scanned(state.id, time.monotonic() - started, {}, {}, traceback.format_exc(), ())
    return Scanned(state.id, time.monotonic() - started, outcomes, parts, "", defects)


def _part(test: Test, host: Host) -> str:
    facts = collect(list(dict.fromkeys(fact_keys(test))), host).facts
    return evaluate(test, facts, Moment(NOW), FAILED).verdict.outcome.value


def _unpack(packed: bytes, root: Path) -> None:
    """Owners and modes as recorded. A link may point out of the tree; nothing is ever written through one."""
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        for member in tar:
            target = root / member.name
            if member.name.startswith("/") or ".." in Path(member.name).parts:
                raise ValueError(f"{member.name} leaves the tree")
            if any(parent.is_symlink() for parent in target.parents if root in parent.parents):
                raise ValueError(f"{member.name} goes through a link")
            if (target.is_symlink() or target.is_file()) and not member.isdir():
                target.unlink()
            if member.isfile() and member.size > 1 << 24:
                target.touch()
                continue
            tar.extract(member, root, filter="fully_trusted", numeric_owner=True)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


BASE: Path
PACK: Any
POLICY: Any
PARTS: dict[str, Test]

if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit("a tree keeps its owners only when root unpacks it; run as root")
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/hosts")))
