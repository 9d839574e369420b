"""What a network does to a server: repeats, reorders, stalls, leaves open, and brings everybody back at once."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aggregating import Agent, Running, fresh, log_held, running
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from whole import assert_whole

from aggregator.database import bulk, log
from aggregator.database.agents import AgentStatus
from aggregator.database.engine import writing
from aggregator.database.log import Leaf, Nodes
from aggregator.database.schema import agent as agents
from aggregator.ledger.writer import RETRY_SECONDS
from aggregator.web.bounded import BoundedHttp
from shieldwall.encoding import canonical, envelope
from shieldwall.encoding.envelope import MEDIA_TYPE
from shieldwall.log.receipt import Kind, Receipt, parse_receipt

RETURNING = int(os.environ.get("SHIELDWALL_TEST_RETURNING", "600"))
"""Agents that come back at once; `make faults` takes 10,000."""
AT_ONCE = 256
"""Connections the test holds open; the waiting line it meets is shorter."""
AUTUMN = 1_790_000_000.0


@pytest.fixture(scope="module")
def live(either_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(fresh(tmp_path_factory.mktemp("traffic") / "data")) as cluster:
        yield cluster


def digest(signed: bytes) -> str:
    return canonical.digest(envelope.peek(signed).payload)


@pytest.mark.parametrize("seed", range(4))
def test_duplicates_in_any_order_make_one_chain(live: Running, seed: int) -> None:
    """Every statement several times, in any order, over several connections: what comes too early is told to wait."""
    chance, agent = random.Random(seed), live.agent()
    sent = [agent.prepare() for _ in range(6)]
    kept: dict[str, Receipt] = {}
    mail = sent * 3
    for _ in range(8):
        chance.shuffle(mail)
        with ThreadPoolExecutor(4) as pool:
            for signed, reply in zip(mail, pool.map(agent.send, mail), strict=True):
                assert reply.status in (200, 201) or (reply.status, reply.problem) == (409, "gap"), reply
                if reply.status != 409:
                    found = parse_receipt(reply.body)
                    assert kept.setdefault(digest(signed), found).index == found.index
    for signed in sent:
        reply = agent.send(signed)
        assert reply.status in (200, 201)
        kept.setdefault(digest(signed), parse_receipt(reply.body))
    assert_whole(live.config, {agent.id: [(digest(signed), kept[digest(signed)]) for signed in sent]})


def test_a_clock_that_jumps_loses_and_doubles_nothing(either_database: str, tmp_path: Path) -> None:
    clock = [AUTUMN]
    with running(fresh(tmp_path / "data"), clock=lambda: clock[0]) as live:
        agent = live.agent()
        receipted = []
        for jump in (0, 3_600, -7_200, 400 * 86_400, -400 * 86_400, 20 * 365 * 86_400, -(AUTUMN - 1), 0):
            clock[0] = AUTUMN + jump
            signed = agent.prepare()
            reply = agent.send(signed)
            assert reply.status == 201
            found = parse_receipt(reply.body)
            assert found.received == int(clock[0])
            assert agent.send(signed).status == 200
            receipted.append((digest(signed), found))
        assert_whole(live.config, {agent.id: receipted})


def test_connections_left_open_keep_nobody_out(tmp_path: Path) -> None:
    """Hundreds of peers that vanished without a word, and hundreds that send a byte now and then."""

    class Impatient(BoundedHttp):
        head_seconds = 1.0

    with running(fresh(tmp_path / "data", database=""), body_seconds=1.0, http=Impatient) as live:
        agent = live.agent()
        head = f"POST {agent.path()} HTTP/1.1\r\nHost: x\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Length: 900\r\n\r\n"
        silent = [socket.create_connection(("127.0.0.1", live.port)) for _ in range(300)]
        slow = [socket.create_connection(("127.0.0.1", live.port)) for _ in range(100)]
        for connection in slow:
            connection.sendall(head.encode() + b"{")
        for _ in range(5):
            assert agent.send(agent.prepare()).status == 201
        time.sleep(0.5)
        assert agent.send(agent.prepare()).status == 201
        for connection in silent:
            connection.settimeout(5)
            assert connection.recv(100) == b"", "closed without a word, as it spoke none"
            connection.close()
        for connection in slow:
            connection.settimeout(5)
            assert connection.recv(4_096).startswith(b"HTTP/1.1 503")
            connection.close()
        assert agent.send(agent.prepare()).status == 201


def test_a_peer_that_does_not_read_its_answer_costs_one_connection(tmp_path: Path) -> None:
    with running(fresh(tmp_path / "data", database="")) as live:
        agent, other = live.agent(), live.agent()
        signed = agent.prepare()
        head = f"POST {agent.path()} HTTP/1.1\r\nHost: x\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Length: {len(signed)}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", live.port)) as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_024)
            for _ in range(50):
                deaf.sendall(head.encode() + signed)
            for _ in range(5):
                assert other.send(other.prepare()).status == 201
        assert agent.send(signed).status == 200


# --- everybody at once ------------------------------------------------------------------------------------------------


def crowd(live: Running, count: int) -> list[Agent]:
    """Enrolled by hand, a row and a leaf each: enrolling is not what is tried here."""
    cluster, firm = live.config.cluster, live.firm("Crowd Ltd")
    made = [
        Agent(live.port, Ed25519PrivateKey.generate(), f"agt_{number:026}", live.config.origin, 1, "")
        for number in range(count)
    ]
    with writing(live.service.engine) as connection:
        leaves = [Leaf(secrets.token_hex(32), int(AUTUMN), Kind.KEY) for _ in made]
        log.append(connection, cluster, leaves, Nodes(connection, cluster))
        for agent, leaf in zip(made, leaves, strict=True):
            agent.prev = leaf.digest
        values = {"cluster": cluster, "firm": firm.id, "epoch": 1, "status": AgentStatus.ACTIVE.value, "last_seq": 0}
        bulk.insert(
            connection,
            agents,
            [
                tuple(
                    (values | {"agent": a.id, "slot": a.id, "public_key": a.key.public_key().public_bytes_raw(),
                               "last_digest": a.prev, "enrolled_at": int(AUTUMN), "clock_suspect": 0}).get(name)
                    for name in agents.columns.keys()  # noqa: SIM118
                )
                for a in made
            ],
        )  # fmt: skip
    return made


async def post(port: int, path: str, body: bytes) -> tuple[int, int, bytes]:
    """Status, Retry-After and body, over a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        answer = await reader.read()
    finally:
        writer.close()
    top, _, rest = answer.partition(b"\r\n\r\n")
    wait = next((int(line.split(b":")[1]) for line in top.lower().split(b"\r\n") if line.startswith(b"retry-after")), 0)
    return int(top.split(b" ")[1]), wait, rest


def test_everybody_returns_at_once_after_an_outage(either_database: str, tmp_path: Path) -> None:
    """The waiting line is far too short for them; whoever is turned away comes back when told, and all are heard."""
    with running(fresh(tmp_path / "data"), waiting=8) as live:
        agents_ = crowd(live, RETURNING)
        mail = {agent.id: agent.prepare() for agent in agents_}
        turned_away, receipted = [], dict[str, list[tuple[str, Receipt]]]()
        gate = asyncio.Semaphore(AT_ONCE)

        async def come_back(agent: Agent) -> None:
            signed = mail[agent.id]
            while True:
                async with gate:
                    status, wait, body = await post(live.port, agent.path(), signed)
                if status == 503:
                    assert wait == RETRY_SECONDS
                    turned_away.append(agent.id)
                    # As told, on a clock that runs sixty times as fast, with the agent's jitter.
                    await asyncio.sleep(wait / 60 * (1 + random.random()))
                    continue
                assert status in (200, 201), body
                receipted[agent.id] = [(digest(signed), parse_receipt(body))]
                return

        async def everybody() -> None:
            await asyncio.gather(*(come_back(agent) for agent in agents_))

        held = threading.Event()

        def hold() -> None:
            # However fast the server is, or slow the crowd, the waiting line fills behind it.
            deadline = time.monotonic() + 20
            with log_held(live):
                held.set()
                while not turned_away and time.monotonic() < deadline:
                    time.sleep(0.01)

        holder = threading.Thread(target=hold)
        holder.start()
        assert held.wait(10)
        asyncio.run(everybody())
        holder.join()
        assert turned_away, "it was a crowd"
        assert len(receipted) == RETURNING
        assert assert_whole(live.config, receipted) == 2 * RETURNING
        print(f"{either_database}: {RETURNING} agents at once, {len(turned_away)} times told to come back, all heard")
