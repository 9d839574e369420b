"""Several servers, one PostgreSQL: founded, served and looked at as an operator types it, one of them killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import aggregating
import postgresql
import pytest
from aggregating import Agent, join

from aggregator.config import load
from aggregator.database import notary
from aggregator.database.engine import connect, reading
from aggregator.database.schema import log_leaf, statement
from shieldwall.encoding import canonical, envelope
from shieldwall.log.checkpoint import open_checkpoint
from shieldwall.log.merkle import Tree
from shieldwall.log.receipt import Kind, leaf_hash, parse_receipt, verify_receipt
from shieldwall.membership.invitation import parse_invitation
from shieldwall.messages.statement import Bundle
from shieldwall.packs.pack import load_pack

PROGRAM = [sys.executable, "-c", "from aggregator.cli import main; main()"]


@pytest.fixture
def data(tmp_path: Path, postgresql_server: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(postgresql.NAME, postgresql_server)
    url = aggregating.empty_database().replace("postgresql://", "postgresql+psycopg://")
    folder = tmp_path / "cluster"
    run(folder, "init", "--name", "Valley Metal", "--url", "http://127.0.0.1:8440", "--database", url)
    return folder


def run(data: Path, *words: str) -> str:
    done = subprocess.run([*PROGRAM, "--data", str(data), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def serving(data: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    with subprocess.Popen(
        [*PROGRAM, "--data", str(data), "serve", "--port", "0"], stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as server:
        assert server.stderr is not None
        line = server.stderr.readline()
        try:
            assert "listening on" in line, line + server.stderr.read()
            yield int(line.rpartition(":")[2]), server
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=30)


def test_two_serve_processes_write_one_log_and_one_may_die(data: Path) -> None:
    config, pack = load(data), load_pack()
    log_key = notary.load(config).key.public_key()
    run(data, "firm", "add", "Miller Ltd", "--sector", "metalworking", "--size", "10-49")
    lines = run(data, "firm", "invite", "Miller Ltd", "--count", "4", "--stdout").split()
    invitations = [parse_invitation(line) for line in lines]
    bundle = Bundle(pack.name, pack.version, pack.digest)
    with ExitStack() as stack:
        (one, first), (two, _) = (stack.enter_context(serving(data)) for _ in range(2))
        agents = [join((one, two)[n % 2], invitation) for n, invitation in enumerate(invitations)]
        verdicts = dict.fromkeys(pack.order, aggregating.PASSED)

        def submit(agent: Agent, ports: Sequence[int]) -> list[str]:
            sent = []
            for port in ports:
                agent.port = port
                signed = agent.prepare(bundle=bundle, verdicts=verdicts, overlays={})
                reply = agent.send(signed)
                assert reply.status == 201, reply
                digest = canonical.digest(envelope.peek(signed).payload)
                verify_receipt(parse_receipt(reply.body), digest=digest, origin=config.origin, log_key=log_key)
                sent.append(digest)
            return sent

        sent = list[str]()
        with ThreadPoolExecutor(4) as pool:
            for ports in ([one, two, two, one], [two, two]):
                sent += [digest for found in pool.map(submit, agents, [ports] * 4) for digest in found]
                first.kill()
        note = aggregating.ask(two, "GET", "/v1/log/checkpoint").body.decode()
    engine = connect(config.database_url)
    with reading(engine) as connection:
        leaves = connection.execute(log_leaf.select().order_by(log_leaf.c.log_index)).all()
        stored = [row.digest for row in connection.execute(statement.select())]
    engine.dispose()
    assert sorted(stored) == sorted(sent)
    assert [leaf.log_index for leaf in leaves] == list(range(4 + 24))
    tree = Tree(leaf_hash(leaf.digest, leaf.received_at, Kind(leaf.kind)) for leaf in leaves)
    assert open_checkpoint(note, origin=config.origin, log_key=log_key).root == tree.root()
    assert "log of 28 leaves, 28 stored" in run(data, "doctor")
    copy = run(data, "backup").strip()
    for words in (["verify"], ["verify", copy]):
        told = run(data, *words)
        assert f"28 leaves, root {tree.root().hex()}" in told
        assert "24 statements are what the log says" in told
    assert "before_restore" in run(data, "restore", copy, "--yes")
    assert "28 leaves" in run(data, "verify")
