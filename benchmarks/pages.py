"""Weight and time to first byte of the manager's pages: many firms, eight releases, the real server in its own process.

    .venv/bin/python benchmarks/pages.py [FIRMS] [RELEASES]     (500 and 8 when left out; a minute)

Outcomes are invented and laid where ingest would have put them; freezing, gate, attacks, building and publishing are
the real ones. A fifth of the firms joins halfway and some are missing now, so the gate has something to think about.
Time is from the request to the answer's first byte, over one kept connection on loopback; `first` is the first
request to a page, before anything of it is kept. Read the ratios, for the figures belong to the machine and to what
else it does. The last results lie in benchmarks/results/pages.json.
"""

from __future__ import annotations

import gzip
import json
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from housed import founded, housed
from own_result import own_result
from releasing import QUARTER, MadeUp, random_hosts

from aggregator.config import rewrite
from aggregator.pages.paper import address
from aggregator.pages.shelf import Shelf
from aggregator.release.build import publish
from aggregator.standing import FILE
from shieldwall.packs.pack import load_pack

RESULTS = Path(__file__).with_name("results") / "pages.json"
ROUNDS = 40
AIM_MS = 50
SECTORS = ("metal", "wood", "food", "logistics")
MISSING_NOW = 0.03
PAGES = {
    "sign-in": "/manage/sign-in?again=1",
    "overview": "/manage",
    "this server": "/manage/server",
    "themes and checks": "/manage/themes",
    "one check": "/manage/checks/{check}",
    "training needs": "/manage/training",
    "courses": "/manage/courses",
    "releases": "/manage/releases",
    "one release": "/manage/releases/{release}",
    "gate": "/manage/gate",
    "freeze": "/manage/periods/{period}/freeze",
    "members": "/manage/members",
    "one member": "/manage/members/{firm}",
    "audit log": "/manage/log",
    "people": "/manage/people",
    "account": "/manage/account",
    "style": "{style}",
    "script": "{script}",
}


@dataclass(frozen=True, slots=True)
class Row:
    page: str
    bytes: int
    gzipped: int
    first_ms: float
    median_ms: float
    p95_ms: float
    cpu_ms: float
    """Of the server, a request: what hardly depends on what else the machine does."""


def main() -> int:
    firms, releases = (int(word) for word in (sys.argv[1:3] + ["500", "8"][len(sys.argv[1:3]) :]))
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        port = free_port()
        parts, cookies = filled(data, port, firms, releases)
        with served(data, port) as server:
            client = httpx.Client(base_url=f"http://localhost:{port}", cookies=cookies, timeout=60)
            rows = [measured(client, server, title, path.format(**parts)) for title, path in PAGES.items()]
            client.close()
    print(f"{firms} firms, {releases} releases; ms to the first byte of {ROUNDS} requests, and CPU of the server")
    print(f"{'page':<20}{'bytes':>9}{'gzipped':>9}{'first':>9}{'median':>9}{'p95':>9}{'CPU':>9}")
    for row in rows:
        late = "  over the aim" if row.median_ms >= AIM_MS else ""
        print(
            f"{row.page:<20}{row.bytes:>9}{row.gzipped:>9}"
            f"{row.first_ms:>9.1f}{row.median_ms:>9.1f}{row.p95_ms:>9.1f}{row.cpu_ms:>9.1f}{late}"
        )
    machine = {"kernel": platform.release(), "python": platform.python_version()}
    told = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine, "firms": firms,
        "releases": releases, "requests": ROUNDS, "rows": [asdict(row) for row in rows],
    }  # fmt: skip
    RESULTS.write_text(json.dumps(told, indent=1) + "\n")
    return 0


def filled(data: Path, port: int, firms: int, releases: int) -> tuple[dict[str, str], dict[str, str]]:
    """Names for the paths, and the cookies of a manager who signed in."""
    pack = load_pack()
    config = replace(founded(data), url=f"http://localhost:{port}")
    rewrite(config)
    with housed(config, pack) as house:
        now = house.desk.now()
        made = MadeUp(config, house.desk.engine, house.desk.service.notary, pack, now=now - releases * QUARTER)
        generator, began = np.random.default_rng(8), time.monotonic()
        for number in range(releases):
            while len(made.firms) < firms - firms // 5 * (1 - 2 * number // releases):
                made.join(f"Firm {len(made.firms):04}", sector=SECTORS[len(made.firms) % 4])
            made.index += 10_000
            period = made.send(random_hosts(generator, list(made.firms), len(pack.order)))
            made.freeze(period)
            publish(config, made.engine, made.build(period))
            print(f"release {number + 1} of {releases}: {time.monotonic() - began:.0f} s", file=sys.stderr)
        made.now, made.index = now, made.index + 10_000
        here = [name for name in made.firms if generator.random() > MISSING_NOW]
        opened = made.send(random_hosts(generator, here, len(pack.order)))
        (data / FILE).write_text(json.dumps(own_result(now)))
        shelf = Shelf(config, made.engine, house.desk.service.notary, pack).all()
        cookies = dict(house.signed_in("maria").client.cookies)
    return {
        "firm": made.firms["Firm 0000"], "check": pack.order[0], "release": shelf[0].release.name, "period": opened,
        "style": address("desk.css"), "script": address("desk.js"),
    }, cookies  # fmt: skip


@contextmanager
def served(data: Path, port: int) -> Iterator[psutil.Process]:
    program = shutil.which("shieldwall-aggregator", path=str(Path(sys.executable).parent))
    assert program is not None, "install the project first: make test does"
    server = subprocess.Popen(
        [program, "--data", str(data), "serve", "--port", str(port)], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        end = time.monotonic() + 30
        while True:
            try:
                httpx.get(f"http://localhost:{port}/healthz").raise_for_status()
                break
            except httpx.HTTPError:
                assert server.poll() is None and time.monotonic() < end, "the server did not start"
                time.sleep(0.2)
        yield psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait(20)


def measured(client: httpx.Client, server: psutil.Process, title: str, path: str) -> Row:
    first, _ = asked(client, title, path)
    settled(client, path)
    before = server.cpu_times()
    found = [asked(client, title, path) for _ in range(ROUNDS)]
    after = server.cpu_times()
    cpu = (after.user + after.system - before.user - before.system) * 1000 / ROUNDS
    times, body = sorted(each[0] for each in found), found[-1][1]
    p95 = statistics.quantiles(times, n=20)[-1]
    return Row(title, len(body), len(gzip.compress(body, 6)), first, statistics.median(times), p95, cpu)


def settled(client: httpx.Client, path: str) -> None:
    """Until a page that is worked out beside the server is there."""
    while b'data-work="' in client.get(path).content:
        time.sleep(0.1)


def asked(client: httpx.Client, title: str, path: str) -> tuple[float, bytes]:
    began = time.perf_counter()
    with client.stream("GET", path) as answer:
        assert answer.status_code == 200, f"{title}: {answer.status_code}"
        chunks = answer.iter_raw()
        first = next(chunks, b"")
        took = (time.perf_counter() - began) * 1000
        return took, first + b"".join(chunks)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
