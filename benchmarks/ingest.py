"""How many statements a second one aggregator process takes, beside the floors it stands on.

    .venv/bin/python benchmarks/ingest.py [STATEMENTS]

Four columns, same server, same client, same 150-outcome statements over loopback: `nothing` answers a fixed receipt
unread, `verify` opens and parses the statement and signs one receipt, `accept` is the real route into SQLite with
synchronous=FULL and group commit, `one by one` is the same with a batch of one. Read the ratios: the figures belong to
the machine and to what else it does.
"""

# ruff: noqa: E402  the paths come first, so that the benchmark runs from a checkout as it is
from __future__ import annotations

import asyncio
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "tests")]

from aggregating import PACK, Agent, fresh, running
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from aggregator.config import Config
from aggregator.ledger.message import opened
from aggregator.ledger.writer import Writer
from aggregator.web import server
from aggregator.web.answers import json_answer
from aggregator.web.app import build
from aggregator.web.body import read_body
from aggregator.web.service import Service, start
from aggregator.web.shell import Shell
from shieldwall.checkpoint import Checkpoint, sign_checkpoint
from shieldwall.envelope import MEDIA_TYPE
from shieldwall.receipt import Kind, Receipt, format_proof

CONNECTIONS = (16, 64)
PROOF = [bytes(32)] * 14


def floor(service: Service, *, verify: bool) -> ASGIApp:
    """The same server and middleware around a route that stores nothing."""
    known: dict[str, object] = {}

    async def answer(request: Request) -> Response:
        body = await read_body(request, service.body_seconds)
        digest = "0" * 64
        if verify:
            name = request.path_params["agent"]
            agent = known.setdefault(name, service.agent(name))
            digest = opened(agent, body, service.config.origin).digest  # type: ignore[arg-type]
        note = sign_checkpoint(Checkpoint(service.config.origin, 9_999, bytes(32)), service.notary.key)
        return json_answer(Receipt(1, 1, digest, Kind.STATEMENT, format_proof(1, PROOF, note)).encode(), 201)

    return Shell(Starlette(routes=[Route("/v1/agents/{agent}/statements", answer, methods=["POST"])]))


def serve(config: Config, kind: str, pipe: Connection) -> None:
    """In a process of its own until killed; tells its port."""
    service = start(config, (PACK,))
    if kind == "one by one":
        service.writer._batch = 1
    app = build(service) if kind in ("accept", "one by one") else floor(service, verify=kind == "verify")
    bound = server.listen("127.0.0.1", 0)
    server.make(app, lambda: pipe.send(bound.getsockname()[1])).run(sockets=[bound])


@dataclass
class Lane:
    """One agent on one connection: its next request goes out when the last answer is in."""

    requests: list[bytes]
    latencies: list[float]


async def drive(port: int, lanes: list[Lane]) -> float:
    async def run(lane: Lane) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in lane.requests:
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


def request_bytes(agent: Agent, signed: bytes) -> bytes:
    head = (
        f"POST {agent.path()} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {MEDIA_TYPE}\r\n"
        f"Shieldwall-Protocol: 1\r\nContent-Length: {len(signed)}\r\n\r\n"
    )
    return head.encode() + signed


def measure(kind: str, connections: int, statements: int) -> tuple[float, float, int]:
    """Statements a second, 99th percentile of the answer time in ms, bytes of a statement."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        config = fresh(Path(folder) / "data")
        with running(config) as live:
            firm = live.firm()
            agents = [live.agent(firm) for _ in range(connections)]
        lanes = [
            Lane([request_bytes(agent, agent.prepare()) for _ in range(statements // connections)], [])
            for agent in agents
        ]
        context = multiprocessing.get_context("forkserver")
        here, there = context.Pipe()
        process = context.Process(target=serve, args=(config, kind, there), daemon=True)
        process.start()
        try:
            seconds = asyncio.run(drive(here.recv(), lanes))
        finally:
            process.kill()
            process.join()
    waits = sorted(latency for lane in lanes for latency in lane.latencies)
    return len(waits) / seconds, 1000 * waits[int(len(waits) * 0.99)], len(lanes[0].requests[0])


def fsyncs(folder: Path) -> float:
    """fdatasync of 4 KiB appended, a second: what a commit a request could reach at most."""
    import os

    with tempfile.NamedTemporaryFile(dir=folder) as file:
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < 1:
            os.write(file.fileno(), bytes(4096))
            os.fdatasync(file.fileno())
            count += 1
        return count / (time.perf_counter() - began)


def main(statements: int) -> None:
    print(f"{fsyncs(Path.cwd()):.0f} fdatasync/s on this disk; {statements} statements a run")
    show: Callable[[str], None] = print
    show("connections  path         statements/s   p99 ms   of verify")
    for connections in CONNECTIONS:
        base = 0.0
        for kind in ("nothing", "verify", "accept", "one by one"):
            rate, tail, size = measure(kind, connections, statements)
            base = rate if kind == "verify" else base
            ratio = f"{rate / base:.2f}" if base else "-"
            show(f"{connections:11}  {kind:12} {rate:12.0f} {tail:8.1f}   {ratio:>9}")
    batch = Writer.__init__.__kwdefaults__["batch"]
    show(f"a statement is {size} bytes with its HTTP head; the writer takes up to {batch} at once")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3_200)
