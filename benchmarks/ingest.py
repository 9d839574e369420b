"""How many statements a second one aggregator process takes, beside the floors it stands on.

    .venv/bin/python benchmarks/ingest.py [--statements N] [--stored N] [--memory N] [--full]

Same server, same client, same 150-outcome statements over loopback. `nothing` answers a fixed receipt unread, `verify`
opens and parses the statement and signs a receipt, `accept` is the real route: into SQLite with synchronous=FULL, and
into PostgreSQL with fsync and synchronous commit. Then the same with many statements stored already, and the memory of
a server over many. Read the ratios, and of those first the one of CPU time: the wall's belongs to what else a machine
does. --full stores 1,000,000 and sends 200,000; it takes half an hour and 6 GB.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

sys.path[:0] = [
    str(Path(__file__).parent.parent),
    str(Path(__file__).parent.parent / "tests"),
    str(Path(__file__).parent),
]

import postgresql
import psutil
import uvloop
from aggregating import PACK, Agent, fresh, running
from filling import fill
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from aggregator.config import Config
from aggregator.ledger.message import verified
from aggregator.ledger.writer import BATCH
from aggregator.web import server
from aggregator.web.answers import json_answer
from aggregator.web.app import build
from aggregator.web.body import read_body
from aggregator.web.service import Service, start
from aggregator.web.shell import Shell
from shieldwall.encoding.envelope import MEDIA_TYPE
from shieldwall.log.checkpoint import Checkpoint, sign_checkpoint
from shieldwall.log.receipt import Kind, Receipt, format_proof

CONNECTIONS = (16, 64)
WARM = 3
"""Statements a connection sends before the clock runs: what is counted is a server that has been up for a second."""
ROUNDS = 3
"""Each figure is the middle one of so many, taken in turns."""
PROOF = [bytes(32)] * 14
PLACE = Path(__file__).parent.parent / "build" / "ingest"
"""On the disk of the project: a temporary folder may lie in memory."""
DURABLE = ("fsync=on", "synchronous_commit=on", "shared_buffers=256MB", "max_wal_size=2GB")


def floor(service: Service, *, verify: bool) -> ASGIApp:
    """The same server and middleware around a route that stores nothing."""

    async def answer(request: Request) -> Response:
        body = await read_body(request, service.body_seconds)
        digest = "0" * 64
        if verify:
            agent = service.lookup.known(request.path_params["agent"])
            assert agent is not None
            _, digest = verified(agent, body, service.config.audiences)
        note = sign_checkpoint(Checkpoint(service.config.origin, 9_999, bytes(32)), service.notary.key)
        return json_answer(Receipt(1, 1, digest, Kind.STATEMENT, format_proof(1, PROOF, note)).encode(), 201)

    return Shell(Starlette(routes=[Route("/v1/agents/{agent}/statements", answer, methods=["POST"])]))


def serve(config: Config, kind: str, pipe: Connection) -> None:
    """In a process of its own until killed; tells its port."""
    service = start(config, (PACK,), apart=kind == "accept")
    app = build(service) if kind == "accept" else floor(service, verify=kind == "verify")
    bound = server.listen("127.0.0.1", 0)
    server.settle()
    server.make(app, lambda: pipe.send(bound.getsockname()[1])).run(sockets=[bound])


@dataclass
class Lane:
    """One agent on one connection: its next request goes out when the last answer is in."""

    agent: Agent
    requests: list[bytes]
    """Made before the clock runs; when there are too few, the agent makes one on the way."""
    latencies: list[float]


@dataclass(frozen=True)
class Run:
    rate: float
    """Statements a second."""
    tail: float
    """99th percentile of the answer time, ms."""
    cpu: float
    """Of the server, all its threads and the process that writes, microseconds a statement."""


async def drive(port: int, lanes: list[Lane], each: int) -> float:
    async def run(lane: Lane) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(each):
            request = lane.requests.pop() if lane.requests else request_bytes(lane.agent, lane.agent.prepare())
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith((b"HTTP/1.1 201", b"HTTP/1.1 200")), head
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            lane.latencies.append(time.perf_counter() - began)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(run(lane) for lane in lanes))
    return time.perf_counter() - began


def driven(port: int, lanes: list[Lane], each: int) -> float:
    """Seconds. On the loop the server has, too: the client's own cost is then 55 us a statement."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(drive(port, lanes, each))


def request_bytes(agent: Agent, signed: bytes) -> bytes:
    head = (
        f"POST {agent.path()} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {MEDIA_TYPE}\r\n"
        f"Shieldwall-Protocol: 1\r\nContent-Length: {len(signed)}\r\n\r\n"
    )
    return head.encode() + signed


@contextmanager
def cluster(url: str) -> Iterator[Config]:
    """A founded one in SQLite, or in a new database of the PostgreSQL server named."""
    os.environ[postgresql.NAME] = url
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        yield fresh(Path(folder) / "data")


def enrolled(config: Config, count: int) -> list[Agent]:
    with running(config) as live:
        firm = live.firm(f"Firm {secrets.token_hex(4)}")
        return [live.agent(firm) for _ in range(count)]


@contextmanager
def serving(config: Config, kind: str) -> Iterator[tuple[int, psutil.Process]]:
    context = multiprocessing.get_context("forkserver")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(config, kind, there))
    process.start()
    try:
        yield here.recv(), psutil.Process(process.pid)
    finally:
        process.kill()
        process.join()


def measure(config: Config, kind: str, connections: int, statements: int) -> Run:
    each = statements // connections
    lanes = []
    for agent in enrolled(config, connections):
        requests = [request_bytes(agent, agent.prepare()) for _ in range(WARM + each)]
        lanes.append(Lane(agent, requests[::-1], []))
    with serving(config, kind) as (port, process):
        driven(port, lanes, WARM)
        for lane in lanes:
            lane.latencies.clear()
        before = used_by(process)
        seconds = driven(port, lanes, each)
        used = used_by(process) - before
    waits = sorted(latency for lane in lanes for latency in lane.latencies)
    return Run(len(waits) / seconds, 1000 * waits[int(len(waits) * 0.99)], 1e6 * used / len(waits))


def used_by(process: psutil.Process) -> float:
    """Seconds of CPU of the server and of the process that writes for it; PostgreSQL's own are not in it."""
    return sum(sum(each.cpu_times()[:2]) for each in (process, *process.children()))


def middle(runs: list[Run]) -> Run:
    return Run(*(statistics.median(getattr(run, name) for run in runs) for name in ("rate", "tail", "cpu")))


def fsyncs(folder: Path) -> float:
    """fdatasync of 4 KiB appended, a second: what a commit a request could reach at most."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < 1:
            os.write(file.fileno(), bytes(4096))
            os.fdatasync(file.fileno())
            count += 1
        return count / (time.perf_counter() - began)


KINDS = (
    ("nothing", "nothing", False),
    ("verify", "verify", False),
    ("accept: SQLite", "accept", False),
    ("verify: agents in PostgreSQL", "verify", True),
    ("accept: PostgreSQL", "accept", True),
)


def floors(statements: int, url: str) -> None:
    """Each acceptance beside the floor that looks its agents up in the same database."""
    print(f"{'connections':11}  {'path':29} statements/s   p99 ms   CPU us   of verify: wall   CPU")
    for connections in CONNECTIONS:
        runs: dict[str, list[Run]] = {name: [] for name, _, _ in KINDS}
        for _ in range(ROUNDS):
            for name, kind, server_database in KINDS:
                with cluster(url if server_database else "") as config:
                    runs[name].append(measure(config, kind, connections, statements))
        base = {server_database: middle(runs[name]) for name, kind, server_database in KINDS if kind == "verify"}
        for name, _, server_database in KINDS:
            found, below = middle(runs[name]), base[server_database]
            print(
                f"{connections:11}  {name:29} {found.rate:12.0f} {found.tail:8.1f} {found.cpu:8.0f}   "
                f"{found.rate / below.rate:15.2f} {below.cpu / found.cpu:5.2f}"
            )


def growth(stored: int, statements: int, url: str) -> None:
    """The same work with few and with many statements stored, in turns."""
    print(f"\n{'database':12} {'stored':>9}   statements/s   CPU us   cost of the many: wall   CPU")
    for name, database in (("SQLite", ""), ("PostgreSQL", url)):
        with cluster(database) as few, cluster(database) as many:
            fill(few, 1_000, int(time.time()))
            fill(many, stored, int(time.time()))
            pairs = [
                [measure(config, "accept", 64, statements) for config in (few, many)] for _ in range(ROUNDS)
            ]  # fmt: skip
        small, large = (middle(list(runs)) for runs in zip(*pairs, strict=True))
        print(f"{name:12} {1_000:9} {small.rate:14.0f} {small.cpu:8.0f}")
        print(
            f"{name:12} {stored:9} {large.rate:14.0f} {large.cpu:8.0f}   "
            f"{small.rate / large.rate:22.2f} {large.cpu / small.cpu:5.2f}"
        )


def memory(statements: int) -> None:
    """Resident memory of a server and its writer at tenths of the way; the first tenth fills their caches."""
    with cluster("") as config:
        lanes = [Lane(agent, [], []) for agent in enrolled(config, 64)]
        seen = []
        with serving(config, "accept") as (port, process):
            for _ in range(10):
                driven(port, lanes, statements // 640)
                seen.append(sum(each.memory_info().rss for each in (process, *process.children())) / 2**20)
    print(f"\nMiB resident at tenths of {statements} statements: {' '.join(f'{each:.0f}' for each in seen)}")
    print(f"from the first tenth to the last: {seen[-1] / seen[0]:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--statements", type=int, default=3_200, help="of each run")
    parser.add_argument("--stored", type=int, default=100_000, help="before the last comparison")
    parser.add_argument("--memory", type=int, default=20_000, help="sent while memory is watched")
    parser.add_argument("--full", action="store_true", help="1,000,000 stored, 200,000 sent")
    asked = parser.parse_args()
    PLACE.mkdir(parents=True, exist_ok=True)
    stored, watched = (1_000_000, 200_000) if asked.full else (asked.stored, asked.memory)
    print(f"{fsyncs(PLACE):.0f} fdatasync/s on this disk; batches of up to {BATCH}")
    print(f"{asked.statements} statements a run; each figure is the middle one of {ROUNDS}")
    with postgresql.serving(DURABLE) as url:
        floors(asked.statements, url)
        growth(stored, asked.statements, url)
    memory(watched)


if __name__ == "__main__":
    main()
