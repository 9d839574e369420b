"""X9 to X16: attacks on services, files and the database, on ours and on naive ones."""

from __future__ import annotations

import json
import random
import re
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from oracles import RankService, averaged, joiner_from_order, order_statistics, probe_ranks, tampered
from releasing import MadeUp, cluster
from simulated import names

from aggregator.database.engine import reading
from aggregator.database.schema import host_period
from aggregator.disclosure.frozen import parse_frozen
from aggregator.disclosure.gate import Candidates, Past, decide
from aggregator.disclosure.groups import frame
from aggregator.release.build import roster_of
from aggregator.tally.outcomes import FirmOutcomes, Subject, unpack_hosts
from aggregator.tally.vectors import firm_vectors
from benchmarks.attack_figures import Row
from shieldwall.errors import IntegrityError
from shieldwall.published.attacks.roster import Roster, placed
from shieldwall.published.release import CountedLog, encode_release


def x9(quick: bool) -> list[Row]:
    rows = []
    for n in (8, 15) if quick else (8, 15, 40):
        draw = random.Random(n)
        scores = sorted(draw.randrange(101) for _ in range(n))
        service = RankService(scores)
        probed = probe_ranks(service, n)
        right = sum(a == b for a, b in zip(probed, scores, strict=True))
        with tempfile.TemporaryDirectory() as folder:
            found, period = _sent(Path(folder), n, failing=4)
            found.freeze(period)
            answers = {found.build(period).envelope}
            for failing in range(10):
                found.send({"Firm 00": np.full((1, len(found.pack.order)), 1 + failing % 2, dtype=np.uint8)})
                answers.add(found.build(period).envelope)
        naive = f"exact ranks, {service.asked} probes"
        rows.append(Row(f"X9 rank probing, n = {n}", "answers that differ; scores", (len(answers) - 1, 10), naive,
                        (right, n)))  # fmt: skip
    return rows


def x10(quick: bool) -> list[Row]:
    draw, told, trials = random.Random(10), 0, 200 if quick else 2_000
    for _ in range(trials):
        scores = {firm: draw.randrange(101) for firm in names(0, 16)}
        before = order_statistics({firm: scores[firm] for firm in names(0, 15)})
        found = joiner_from_order(before, order_statistics(scores))
        told += found == scores["f015"]
    past = [Past("r", frame(frozenset(names(0, 15)), 2, 4, {}))]
    admitted = "f015" in decide(Candidates(tuple(names(0, 16)), frozenset(names(0, 15)), {}, {}), past).members
    return [
        Row("X10 smallest, median, largest", "joiners' exact scores", (trials * admitted, trials),
            "exact order statistics", (told, trials))
    ]  # fmt: skip


def x11(quick: bool) -> list[Row]:
    generator, right, trials = np.random.default_rng(11), 0, 100
    for _ in range(trials):
        count = int(generator.integers(0, 41))
        right += averaged(count, 2.0, 1_000, generator) == count
    with tempfile.TemporaryDirectory() as folder:
        found, period = _sent(Path(folder), 9, failing=4)
        found.freeze(period)
        renders = {found.build(period).envelope for _ in range(10)}
    return [
        Row("X11 re-rendering averaged", "renders that differ; counts", (len(renders) - 1, 10),
            "fresh noise, 1 000 renders", (right, trials))
    ]  # fmt: skip


def x13(quick: bool) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        found, period = _sent(Path(folder), 14, failing=4)
        roster = roster_of(parse_frozen(found.freeze(period).document))
        release = found.build(period).release
    draw, believed, naive, trials = random.Random(13), 0, 0, 200
    for _ in range(trials):
        changed = tampered(sorted(roster.categories), draw)
        naive += len(changed) == release.cohort.n
        try:
            placed(release, Roster(dict.fromkeys(changed, "")))
            believed += 1
        except IntegrityError:
            pass
    past = [Past("r", frame(frozenset(names(0, 15)), 2, 4, {}))]
    batches = [names(15, 15 + puppets + 1) for puppets in range(3)]
    entered = 0
    for batch in batches:
        present = (*names(0, 15), *batch)
        entered += bool(decide(Candidates(present, frozenset(names(0, 15)), {}, {}), past).members & {*batch})
    counted = sum(bool({*batch} & {*names(0, 15), *batch}) for batch in batches)
    return [
        Row("X13 tampered roster", "rosters believed", (believed, trials), "size shown, no hash", (naive, trials)),
        Row("X13 one firm joins among 0 to 2 puppets", "batches let in", (entered, 3), "everybody counted",
            (counted, 3)),
    ]  # fmt: skip


def x14(quick: bool) -> list[Row]:
    generator, moved, naive, trials = np.random.default_rng(14), 0, 0, 200
    subjects = [Subject(f"c{i}", "", "access", 3, i % 3 == 0, False) for i in range(13)]
    for _ in range(trials):
        hosts = int(generator.integers(1, 60))
        blobs = [generator.bytes((len(subjects) + 3) // 4) for _ in range(hosts)]
        codes = unpack_hosts(blobs, len(subjects))
        moved += int(firm_vectors([FirmOutcomes("f", codes)], subjects).max()) > 1
        naive += int((codes == 2).sum(axis=0).max()) > 1
    return [
        Row("X14 malformed vectors", "firms that move a sum by over 1", (moved, trials), "hosts counted",
            (naive, trials))
    ]  # fmt: skip


def x15(quick: bool) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        found, period = _sent(Path(folder), 9, failing=4)
        with reading(found.engine) as connection:
            marks = [row.sealed[-24:] for row in connection.execute(host_period.select())]
        marks.append((found.config.period_keys / f"{period}.key").read_bytes())
        if _seen(marks, found.config.folder) < len(marks):
            raise SystemExit("the forensic read does not see all before the freeze: it tests nothing")
        found.freeze(period)
        after = _seen(marks, found.config.folder)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "naive.sqlite"
        with closing(sqlite3.connect(file)) as naive:
            naive.execute("PRAGMA journal_mode = WAL")
            naive.execute("PRAGMA secure_delete = OFF")
            naive.execute("CREATE TABLE host (sealed BLOB)")
            naive.executemany("INSERT INTO host VALUES (?)", [(mark,) for mark in marks])
            naive.commit()
            naive.execute("DELETE FROM host")
            naive.commit()
            left = _seen(marks, Path(folder))
    return [
        Row("X15 forensic read of all files", "rows and keys found", (after, len(marks)), "DELETE alone",
            (left, len(marks)))
    ]  # fmt: skip


def x16(quick: bool) -> list[Row]:
    """Firms that fail everything become one more: with the figures blackened, does anything else in the file move?"""
    ours, naive = [], []
    for failing in range(0, 15, 3 if quick else 1):
        with tempfile.TemporaryDirectory() as folder:
            found, period = _sent(Path(folder), 14, failing=failing)
            found.freeze(period)
            release = found.build(period).release
            counts = dict.fromkeys(found.pack.order, failing)
        payload = encode_release(replace(release, log=CountedLog("", 0, "")))
        ours.append(re.sub(rb"[0-9]+", b"#", re.sub(rb'"roster_hash":"[0-9a-f]+"', b"", payload)))
        naive.append(re.sub("[0-9]+", "#", json.dumps({check: n for check, n in counts.items() if n >= 5})))
    pairs = len(ours) - 1
    told = [sum(one != other for one, other in pairwise(files)) for files in (ours, naive)]
    return [
        Row("X16 order, keys, times", "neighbours told apart", (told[0], pairs), "cells under 5 left out",
            (told[1], pairs))
    ]  # fmt: skip


def _sent(folder: Path, count: int, failing: int) -> tuple[MadeUp, str]:
    """A cluster in a real database whose first `failing` firms fail everything."""
    found = cluster(folder)
    firms = [f"Firm {number:02}" for number in range(count)]
    for name in firms:
        found.join(name)
    code = np.ones((count, len(found.pack.order)), dtype=np.uint8)
    code[:failing, :] = 2
    return found, found.send({name: code[i : i + 1] for i, name in enumerate(firms)})


def _seen(marks: Sequence[bytes], folder: Path) -> int:
    data = b"\0".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())
    return sum(mark in data for mark in marks)
