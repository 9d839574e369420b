"""The server is killed while agents submit: what was receipted is there, nothing is there twice, the root still fits."""

from __future__ import annotations

import http.client
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import aggregating
import crashing
import pytest
from aggregating import Agent, Reply, fresh, running

from aggregator.config import Config
from aggregator.database.engine import connect, reading
from aggregator.database.schema import agent as agents
from aggregator.database.schema import host_period, log_leaf
from aggregator.database.schema import statement as statements
from shieldwall.encoding import canonical, envelope
from shieldwall.log.checkpoint import open_checkpoint
from shieldwall.log.merkle import Tree
from shieldwall.log.receipt import Kind, Receipt, leaf_hash, parse_receipt, verify_receipt

pytestmark = pytest.mark.usefixtures("either_database")

KILLS = int(os.environ.get("SHIELDWALL_TEST_KILLS", "5"))
SENDERS = 4


def until_open(port: int) -> None:
    for _ in range(2_000):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.005)
    raise AssertionError("the server did not come back")


@contextmanager
def killing(config: Config, port: int, done: threading.Event, receipted: Callable[[], int]) -> Iterator[list[int]]:
    """Starts the server, kills it amid its work, starts it again; the last one lives until the end."""
    context = crashing.context()
    lives: list[int] = []

    def run() -> None:
        chance = random.Random(7)
        while True:
            process = context.Process(target=aggregating.serve_until_killed, args=(config, port), daemon=True)
            process.start()
            lives.append(process.pid or 0)
            last = len(lives) > KILLS
            until_open(port)
            enough, patience = receipted() + chance.randrange(5, 40), time.monotonic() + 5
            while not done.is_set() and (last or (receipted() < enough and time.monotonic() < patience)):
                time.sleep(0.001)
            process.kill()
            process.join()
            if last or done.is_set():
                return

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield lives
    finally:
        done.set()
        thread.join()


def deliver(agent: Agent, signed: bytes) -> Reply:
    """As an agent does: the same bytes until there is an answer."""
    while True:
        try:
            reply = agent.send_kept_alive(signed)
        except (OSError, http.client.HTTPException):
            if agent.connection is not None:
                agent.connection.close()
            agent.connection = None
            time.sleep(0.01)
            continue
        assert reply.status in (200, 201, 503), reply
        if reply.status != 503:
            return reply


def test_killed_in_a_loop(tmp_path: Path) -> None:
    config = fresh(tmp_path / "data")
    with running(config) as live:
        firm = live.firm()
        senders = [live.agent(firm) for _ in range(SENDERS)]
        log_key = live.service.notary.key.public_key()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    done = threading.Event()
    receipts: dict[str, list[tuple[str, Receipt, int]]] = {agent.id: [] for agent in senders}

    def submit(agent: Agent, lives: list[int]) -> None:
        agent.port = port
        while len(lives) <= KILLS:
            signed = agent.prepare()
            reply = deliver(agent, signed)
            digest = canonical.digest(envelope.peek(signed).payload)
            receipts[agent.id].append((digest, parse_receipt(reply.body), reply.status))
        if agent.connection is not None:
            agent.connection.close()

    with killing(config, port, done, lambda: sum(map(len, receipts.values()))) as lives:
        threads = [threading.Thread(target=submit, args=(agent, lives)) for agent in senders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(lives) == KILLS + 1

    engine = connect(config.database_url)
    with reading(engine) as connection:
        leaves = connection.execute(log_leaf.select().order_by(log_leaf.c.log_index)).all()
        heads = {row.agent: row for row in connection.execute(agents.select())}
        rows = connection.execute(statements.select()).all()
        hosts = connection.execute(host_period.select()).all()
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    engine.dispose()
    tree = Tree(leaf_hash(leaf.digest, leaf.received_at, Kind(leaf.kind)) for leaf in leaves)
    assert [leaf.log_index for leaf in leaves] == list(range(len(leaves)))
    total = 0
    for agent in senders:
        mine = receipts[agent.id]
        total += len(mine)
        for digest, receipt, _ in mine:
            assert leaves[receipt.index].digest == digest
            seen = verify_receipt(receipt, digest=digest, origin=config.origin, log_key=log_key)
            assert tree.root(seen.size) == seen.root, "a receipted checkpoint is a beginning of today's log"
        assert len({receipt.index for _, receipt, _ in mine}) == len(mine)
        assert (heads[agent.id].last_seq, heads[agent.id].last_digest) == (len(mine), mine[-1][0])
    assert total > 4 * KILLS, "the kills fell on work"
    print(f"{KILLS} kills, {total} statements, {sum(s == 200 for m in receipts.values() for *_, s in m)} repeated")
    assert len(rows) == len({row.digest for row in rows}) == total == len(leaves) - SENDERS
    assert len(hosts) == SENDERS
    with running(config) as live:
        note = live.ask("GET", "/v1/log/checkpoint").body.decode()
        assert open_checkpoint(note, origin=config.origin, log_key=log_key).root == tree.root()
