"""Disks that are full, read-only, damaged or lying: said plainly, nothing accepted is lost, and the way back is named."""

from __future__ import annotations

import contextlib
import io
import os
import resource
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import doomed
import pytest
import unprivileged
from aggregating import Agent, duplicate, fresh, receipt, running
from crashing import Doomed
from serving import free_port, until_open
from unprivileged import NOBODY
from whole import assert_whole

from aggregator import cli
from aggregator.config import Config
from aggregator.database import notary
from aggregator.database.backup import backup, restore
from aggregator.database.engine import connect, reading
from aggregator.ledger.seal import KeyRing
from aggregator.ledger.verifying import Verified, verify
from shieldwall.encoding import canonical, envelope
from shieldwall.errors import ConfigError
from shieldwall.log.receipt import Receipt, parse_receipt
from shieldwall.messages.problem import ProblemType, parse_problem
from shieldwall.packs.pack import load_pack

NOW = 1_790_000_000
PROGRAM = [sys.executable, "-c", "from aggregator.cli import main; main()"]
PAGE = 4_096


def verified(config: Config) -> Verified:
    engine = connect(config.database_url)
    try:
        return verify(engine, config, notary.load(config), KeyRing(config.period_keys))
    finally:
        engine.dispose()


def filled(folder: Path, statements: int = 40) -> tuple[Config, Agent]:
    config = fresh(folder, database="")
    with running(config) as live:
        agent = live.agent()
        for _ in range(statements):
            assert agent.send(agent.prepare()).status == 201
    return config, agent


def run(config: Config, *words: str, little_room: int = 0) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        if little_room:
            resource.setrlimit(resource.RLIMIT_FSIZE, (little_room, little_room))

    return subprocess.run(
        [*PROGRAM, "--data", str(config.folder), *words], capture_output=True, text=True, check=False,
        cwd="/", preexec_fn=limit, env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip


def test_a_full_disk_loses_nothing_that_was_accepted(tmp_path: Path) -> None:
    config = fresh(tmp_path / "data", database="")
    with running(config) as live:
        agent = live.agent()
    size = max(file.stat().st_size for file in config.folder.glob("ledger.sqlite*"))
    agent.port = free_port()
    victim = Doomed(doomed.serve_with_little_room, config, agent.port, size + 20 * PAGE, server=True)
    until_open(agent.port, victim)
    receipted: list[tuple[str, Receipt]] = []
    for _ in range(500):
        signed = agent.prepare()
        reply = agent.send(signed)
        if reply.status != 201:
            break
        receipted.append((canonical.digest(envelope.peek(signed).payload), parse_receipt(reply.body)))
    assert parse_problem(reply.body).type is ProblemType.UNAVAILABLE
    assert int(reply.headers["retry-after"]) > 0
    assert receipted, "there was some room"
    assert agent.send(signed).status == 503, "and it goes on saying so instead of dying"
    victim.kill()
    assert_whole(config, {agent.id: receipted})
    with running(config) as live:
        agent.port = live.port
        reply = agent.send(signed)
        assert reply.status == 201, "with room again the same statement is taken"
        receipt(live, reply, signed)
    assert verified(config).statements == len(receipted) + 1


def test_a_full_disk_is_named_by_every_command(tmp_path: Path) -> None:
    config, _ = filled(tmp_path / "data", 3)
    for words in (["backup"], ["firm", "add", "New Ltd", "--sector", "metal", "--size", "1-9"]):
        done = run(config, *words, little_room=PAGE)
        assert done.returncode in (74, 78), done
        assert "room" in done.stderr or "doctor" in done.stderr
        assert "defect" not in done.stderr
    assert not list((config.folder / "backups").glob("*.sqlite"))
    assert verified(config).statements == 3
    assert run(config, "backup").returncode == 0
    assert len(list((config.folder / "backups").iterdir())) == 1, "what the failed one left is gone"


def test_a_read_only_disk_is_named(tmp_path: Path) -> None:
    made, _ = filled(tmp_path / "data", 2)
    # Where an ordinary user can look and not write; pytest's own folders belong to root alone.
    with tempfile.TemporaryDirectory() as place:
        config = duplicate(made, Path(place) / "data")
        with reading(connect(config.database_url)) as connection:
            connection.exec_driver_sql("SELECT 1")
        load_pack()
        everything = [Path(place), config.folder, *config.folder.rglob("*")]
        for file in everything:
            file.chmod(0o500 if file.is_dir() else 0o400)
            if os.geteuid() == 0:
                os.chown(file, NOBODY, NOBODY)
        commands = (
            ["serve", "--port", "0"],
            ["backup"],
            ["firm", "add", "New Ltd", "--sector", "metal", "--size", "1-9"],
        )
        told = unprivileged.as_nobody(lambda: [typed(config, *words) for words in commands])
        for file in everything:
            file.chmod(0o700 if file.is_dir() else 0o600)
        for code, text in told:
            assert code in (74, 78), text
            assert "defect" not in text
            assert "write" in text or "readonly" in text or "denied" in text
        assert verified(config).statements == 2


def typed(config: Config, *words: str) -> tuple[int, str]:
    """A command in this process: one without privileges may not even read the interpreter again."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        code = cli.run(["--data", str(config.folder), *words])
    return code, said.getvalue()


def test_a_damaged_page_is_refused_and_the_backup_named(tmp_path: Path) -> None:
    config, agent = filled(tmp_path / "data")
    copy = backup(config, tmp_path / "copies", NOW)
    file = config.folder / "ledger.sqlite"
    with running(config) as live:
        # The pages of a file that a server has open, behind its back.
        for page in range(2, file.stat().st_size // PAGE):
            with file.open("r+b") as stream:
                stream.seek(page * PAGE)
                stream.write(secrets.token_bytes(200))
        live.service.engine.dispose()
        agent.port = live.port
        signed = agent.prepare()
        assert agent.send(signed).status == 503, "never a 500, never a receipt"
        assert live.ask("GET", "/healthz").status == 503
    told = run(config, "doctor")
    assert told.returncode == 1
    assert "WRONG" in told.stdout
    assert "restore" in told.stdout
    assert run(config, "backup").returncode == 78, "damage does not reach the backups"
    assert copy.exists()
    for words in (["verify"], ["serve", "--port", "0"]):
        done = run(config, *words)
        assert done.returncode in (5, 74, 78), done
        assert "restore" in done.stderr or "doctor" in done.stderr
    restore(config, copy)
    assert verified(config).statements == 40
    with running(config) as live:
        agent.port = live.port
        assert agent.send(signed).status == 201


@pytest.mark.parametrize("kept", [0.0, 0.2, 0.5, 0.9, 0.999])
def test_a_torn_write_ahead_log_leaves_a_whole_beginning(tmp_path: Path, kept: float) -> None:
    """A disk that promised to have written and had not: what is left is an older state, and agents notice and repeat."""
    config = fresh(tmp_path / "data", database="")
    with running(config) as live:
        agent = live.agent()
    agent.port = free_port()
    victim = Doomed(doomed.serve, config, agent.port, server=True)
    until_open(agent.port, victim)
    sent = [agent.prepare() for _ in range(30)]
    assert [agent.send(signed).status for signed in sent] == [201] * 30
    victim.kill()
    log = config.folder / "ledger.sqlite-wal"
    whole = log.stat().st_size
    assert whole > 10 * PAGE
    with log.open("r+b") as stream:
        stream.truncate(int(whole * kept))
    left = verified(config).leaves
    assert 1 <= left <= 31
    with running(config) as live:
        agent.port = live.port
        assert {agent.send(signed).status for signed in sent[: left - 1]} <= {200}
        assert {agent.send(signed).status for signed in sent[left - 1 :]} <= {201}
    assert verified(config).statements == 30
    assert_whole(config, {})


def test_a_backup_that_does_not_fit_changes_nothing(tmp_path: Path) -> None:
    config, _ = filled(tmp_path / "data", 2)
    copy = backup(config, tmp_path / "copies", NOW)
    done = run(config, "restore", str(copy), "--yes", little_room=8 * PAGE)
    assert done.returncode == 78
    assert "was not restored" in done.stderr
    assert verified(config).statements == 2
    with pytest.raises(ConfigError, match="no backup"):
        restore(config, config.log_key)
    shutil.rmtree(tmp_path / "copies")
