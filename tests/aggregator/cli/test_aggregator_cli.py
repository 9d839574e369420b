"""The manager's command line, from founding to a running server in a process of its own."""

from __future__ import annotations

import gc
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aggregating import ask, join

from aggregator.cli import run
from aggregator.cli.group import CommandGroup
from aggregator.cli.registry import COMMANDS
from aggregator.database.versions import newest
from shieldwall.membership.invitation import parse_invitation

PROGRAM = [sys.executable, "-c", "from aggregator.cli import main; main()"]


@pytest.fixture
def data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "data"
    assert run(["--data", str(folder), "init", "--name", "Valley Metal", "--url", "http://127.0.0.1:8440"]) == 0
    assert "valley-metal/log1+" in capsys.readouterr().out
    return folder


def type_in(data: Path, *words: str) -> int:
    """One command; like the process it stands for, it leaves no connection to the database behind."""
    try:
        return run(["--data", str(data), *words])
    finally:
        gc.collect()


def test_help_teaches_the_first_steps_and_imports_nothing_heavy() -> None:
    script = (
        "import sys; from aggregator.cli import run; code = run(['--help']);"
        "heavy = {'sqlalchemy', 'starlette', 'uvicorn', 'alembic', 'numpy', 'cryptography', 'yaml'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for word in ("firm invite", "serve", *COMMANDS):
        assert word in done.stdout


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_exists_and_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = CommandGroup(COMMANDS).get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert run([name, "--help"]) == 0
    assert "Usage:" in capsys.readouterr().out


def test_a_firm_from_adding_to_leaving(data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert type_in(data, "firm", "add", "Miller Ltd", "--sector", "metal", "--size", "10-49") == 0
    firm = capsys.readouterr().out.strip()
    assert re.fullmatch(r"firm_[0-9a-f]{16}", firm)
    file = tmp_path / "invitations.txt"
    assert type_in(data, "firm", "invite", "Miller Ltd", "--count", "3", "--output", str(file)) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert len({parse_invitation(line).id for line in file.read_text().splitlines()}) == 3
    assert capsys.readouterr().out.strip() == str(file)
    assert type_in(data, "firm", "invite", firm, "--output", str(file)) == 78
    assert "never overwritten" in capsys.readouterr().err
    assert type_in(data, "firm", "invite", firm, "--stdout") == 0
    assert parse_invitation(capsys.readouterr().out).url == "http://127.0.0.1:8440"
    assert type_in(data, "firm", "revoke", "Miller Ltd") == 0
    assert "4 unused invitations withdrawn" in capsys.readouterr().out
    assert type_in(data, "firm", "list") == 0
    assert "\tleft\t" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["frim"], 2, "Did you mean `firm`?"),
        (["firm", "invite", "Nobody"], 2, "firm list"),
        (["firm", "approve", "agt_x"], 2, "no agent"),
        (["firm", "add", "X", "--sector", "metal", "--size", "few"], 2, "10-49"),
        (["init", "--name", "X", "--url", "https://x.example"], 78, "--upgrade"),
        (["serve", "--host", "192.0.2.1"], 78, "--port"),
        (["period", "freeze", "--yes"], 2, "no period is open"),
    ],
)
def test_mistakes_are_answered_with_what_to_type(
    data: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    assert type_in(data, *words) == code
    assert said in capsys.readouterr().err


def test_without_a_data_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["serve"], ["firm", "list"], ["doctor"], ["period", "show"], ["init", "--upgrade"]):
        assert type_in(tmp_path / "none", *words) == 78
        assert "holds no aggregator" in capsys.readouterr().err


def test_doctor_finds_what_is_wrong(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert type_in(data, "doctor") == 0
    assert "WRONG" not in capsys.readouterr().out
    (data / "keys" / "log.key").chmod(0o640)
    assert type_in(data, "doctor") == 1
    assert "chmod 600" in capsys.readouterr().out


def test_a_backup_is_made_and_put_back(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    type_in(data, "firm", "add", "Miller Ltd", "--sector", "metal", "--size", "10-49")
    assert type_in(data, "backup") == 0
    copy = capsys.readouterr().out.splitlines()[-1]
    type_in(data, "firm", "add", "Baker Ltd", "--sector", "food", "--size", "1-9")
    assert type_in(data, "restore", copy, "--yes") == 0
    type_in(data, "firm", "list")
    listed = capsys.readouterr().out
    assert "Miller Ltd" in listed
    assert "Baker Ltd" not in listed.partition("restored from")[2]


def test_unused_invitations_can_be_withdrawn(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    type_in(data, "firm", "add", "Miller Ltd", "--sector", "metal", "--size", "10-49")
    type_in(data, "firm", "invite", "Miller Ltd", "--count", "2", "--stdout")
    capsys.readouterr()
    assert type_in(data, "firm", "uninvite", "Miller Ltd") == 0
    assert capsys.readouterr().out == "2 invitations of Miller Ltd withdrawn\n"


def test_upgrade_says_from_where_to_where(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert type_in(data, "init", "--upgrade") == 0
    assert f"version {newest()} -> {newest()}" in capsys.readouterr().out


def test_a_server_of_its_own_takes_an_agent_and_ends_when_told(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    type_in(data, "firm", "add", "Miller Ltd", "--sector", "metal", "--size", "10-49")
    capsys.readouterr()
    type_in(data, "firm", "invite", "Miller Ltd", "--stdout")
    invitation = parse_invitation(capsys.readouterr().out)
    with subprocess.Popen(
        [*PROGRAM, "--data", str(data), "serve", "--port", "0"], stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as server:
        assert server.stderr is not None
        line, _, link = (server.stderr.readline() for _ in range(3))
        try:
            port = int(line.rpartition(":")[2])
            path = urlsplit(link.strip()).path
            assert path.startswith("/manage/welcome/") and b"Welcome" in ask(port, "GET", path).body
            agent = join(port, invitation)
            assert ask(port, "GET", "/healthz").body == b"ok\n"
            reply = agent.send(agent.prepare())
            assert (reply.status, reply.problem) == (422, "schema"), "the tests' pack is not the program's"
        finally:
            server.send_signal(signal.SIGTERM)
        rest = server.stderr.read()
        assert server.wait(20) == 0
    assert '"route": "/v1/enroll", "status": 201' in rest
    assert agent.id not in rest
    assert "127.0.0.1" not in rest
    assert "Traceback" not in rest
