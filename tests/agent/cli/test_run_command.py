"""`run` as a scheduler calls it."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from simulator import Cluster, served

from agent.cli.job import LOG_BYTES
from agent.home.config import Home
from agent.home.locking import locked
from agent.home.store import opened
from agent.records.history import SCHEMA, recent
from shieldwall.packs.pack import load_pack

MAIN = "from agent.cli import main; main()"


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cache = tmp_path_factory.mktemp("compiled")
    load_pack(cache)
    return cache


@pytest.fixture
def home(tmp_path: Path, compiled: Path) -> Home:
    made = Home(tmp_path / "home").create()
    shutil.copytree(compiled, made.cache)
    made.settings.write_text("policy: cyfun-small\n")
    return made


def shieldwall(home: Home, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", MAIN, "--home", str(home.path), "--log", "json", *words],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3], env={**os.environ, "COLUMNS": "100"},
    )  # fmt: skip


def triggers(home: Home) -> list[str]:
    with opened(home, SCHEMA) as db:
        return [run.trigger for run in recent(db, 10)]


def said(text: str) -> list[str]:
    return [json.loads(line)["message"] for line in text.splitlines()]


def test_once_a_period_with_counts_and_no_findings_in_the_log(home: Home) -> None:
    seconds = int((datetime.now(UTC) - datetime(2024, 1, 1, tzinfo=UTC)).total_seconds())
    turn = [
        "run",
        "--every",
        "daily",
        "--offset",
        str((seconds - 3600) % 86_400),
        "--log-file",
        str(home.path / "run.log"),
    ]
    first, second = shieldwall(home, *turn), shieldwall(home, *turn)
    assert [(d.returncode, d.stdout, d.stderr) for d in (first, second)] == [(0, "", "")] * 2
    assert triggers(home) == ["schedule"]
    log = home.path / "run.log"
    (line,) = said(log.read_text())
    assert line.startswith("audited: ")
    assert " pass" in line
    assert log.stat().st_mode & 0o777 == 0o600


def test_results_are_sent_and_an_unreachable_cluster_costs_nothing(home: Home, tmp_path: Path) -> None:
    with served(Cluster()) as (cluster, url):
        invitation = tmp_path / "invitation.txt"
        invitation.write_text(cluster.invite(url).encode())
        assert shieldwall(home, "join", str(invitation)).returncode == 0
        assert shieldwall(home, "run").returncode == 0
        (member,) = cluster.members.values()
        assert len(member.statements) == 1
    away = shieldwall(home, "run")
    assert away.returncode == 4
    assert triggers(home) == ["schedule", "schedule"]


def test_one_at_a_time(home: Home) -> None:
    with locked(home.lock):
        done = shieldwall(home, "run")
    assert done.returncode == 0
    assert said(done.stderr) == ["another audit is running; this one is left out"]
    assert not home.database.exists()


def test_the_log_stays_small(home: Home) -> None:
    log = home.path / "run.log"
    log.write_bytes(b"x" * (LOG_BYTES + 1))
    with locked(home.lock):
        shieldwall(home, "run", "--log-file", str(log))
    assert len(said(log.read_text())) == 1
    assert log.with_name("run.log.1").stat().st_size == LOG_BYTES + 1
