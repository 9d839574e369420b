"""Weight and time to first byte of the manager's pages: many firms, eight releases, the real server and real builds.

usage: benchmarks/pages.py [FIRMS] [RELEASES]     (500 and 8 when left out; minutes)

Outcomes are invented and laid where ingest would have put them; freezing, gate, attacks, building and publishing are
the real ones. Time is from the request to the answer's first byte, over one kept connection on loopback.
"""

from __future__ import annotations

import gzip
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from housed import House, Visitor, founded, housed
from releasing import MadeUp, random_hosts

from aggregator.pages.paper import address
from aggregator.release.build import publish
from shieldwall.pack import load_pack

ROUNDS = 20
PAGES = {
    "sign-in": "/manage/sign-in?again=1",
    "overview": "/manage",
    "themes and checks": "/manage/themes",
    "one check": "/manage/checks/{check}",
    "training needs": "/manage/training",
    "releases": "/manage/releases",
    "one release": "/manage/releases/{release}",
    "gate": "/manage/gate",
    "members": "/manage/members",
    "one member": "/manage/members/{firm}",
    "audit log": "/manage/log",
    "style": "{style}",
    "script": "{script}",
}


def main() -> int:
    firms, releases = (int(word) for word in (sys.argv[1:3] + ["500", "8"][len(sys.argv[1:3]) :]))
    pack = load_pack()
    with tempfile.TemporaryDirectory() as folder, housed(founded(Path(folder) / "data"), pack) as house:
        made = MadeUp(house.config, house.desk.engine, house.desk.service.notary, pack)
        names = [f"Firm {number:04}" for number in range(firms)]
        for number, name in enumerate(names):
            made.join(name, sector=("metal", "wood", "food", "logistics")[number % 4])
        generator = np.random.default_rng(8)
        began = time.monotonic()
        for number in range(releases):
            made.index += 10_000
            period = made.send(random_hosts(generator, names, len(pack.order)))
            made.freeze(period)
            publish(made.config, made.engine, made.build(period))
            print(f"release {number + 1} of {releases}: {period}, {time.monotonic() - began:.0f} s", file=sys.stderr)
        made.now = house.desk.now()
        made.send(random_hosts(generator, names, len(pack.order)))
        visitor = house.signed_in("maria")
        measure(house, visitor, firms, releases, made.firms[names[0]], pack.order[0])
    return 0


def measure(house: House, visitor: Visitor, firms: int, releases: int, firm: str, check: str) -> None:
    parts = {
        "firm": firm, "check": check, "release": house.desk.shelf.all()[0].release.name,
        "style": address("desk.css"), "script": address("desk.js"),
    }  # fmt: skip
    print(f"{firms} firms, {releases} releases, {len(house.desk.pack.order)} checks; median and worst of {ROUNDS}")
    print(f"{'page':<20}{'kB':>8}{'kB gzip':>10}{'ms first byte':>16}{'worst':>8}")
    for title, path in PAGES.items():
        times, body = [], b""
        for _ in range(ROUNDS):
            began = time.perf_counter()
            with visitor.client.stream("GET", path.format(**parts)) as answer:
                assert answer.status_code == 200, f"{title}: {answer.status_code}"
                chunks = answer.iter_raw()
                first = next(chunks, b"")
                times.append((time.perf_counter() - began) * 1000)
                body = first + b"".join(chunks)
        packed = len(gzip.compress(body, 6)) / 1000
        print(f"{title:<20}{len(body) / 1000:>8.1f}{packed:>10.1f}{statistics.median(times):>16.1f}{max(times):>8.1f}")


if __name__ == "__main__":
    sys.exit(main())
