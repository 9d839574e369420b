"""A server whose writer is gone cannot take anything: it answers 503, says why and ends, so that it is started again."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
from aggregating import Agent, ask, fresh, running

from shieldwall.encoding.envelope import MEDIA_TYPE
from shieldwall.messages.statement import Bundle
from shieldwall.packs.pack import load_pack

STRUCK = """
import ctypes, sys, threading, time
from aggregator.cli import main

def strike(marker):
    while not marker.exists():
        time.sleep(0.02)
    (writer,) = [thread for thread in threading.enumerate() if thread.name == "ledger-writer"]
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(writer.ident), ctypes.py_object(SystemExit))
    marker.unlink()

from pathlib import Path
threading.Thread(target=strike, args=(Path(sys.argv.pop()),), daemon=True).start()
main()
"""
"""The real program; once a file appears, the writer's thread is ended as the interpreter ends one."""

PROGRAM = "from aggregator.cli import main; main()"


def statement_of_pack(agent: Agent) -> bytes:
    pack = load_pack()
    first = agent.statement().verdicts.values()
    return agent.prepare(
        bundle=Bundle(pack.name, pack.version, pack.digest),
        verdicts=dict(zip(pack.order[:4], first, strict=False)),
        overlays={},
    )


def test_a_server_without_its_writer_answers_503_and_ends(tmp_path: Path) -> None:
    config = fresh(tmp_path / "data")
    with running(config) as live:
        agent = live.agent()
    marker = tmp_path / "strike"
    command = [sys.executable, "-c", STRUCK, "--data", str(config.folder), "serve", "--port", "0", str(marker)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        line = server.stderr.readline()
        assert "listening on" in line, line + server.stderr.read()
        agent.port = int(line.rpartition(":")[2])
        assert agent.send(statement_of_pack(agent)).status == 201
        marker.touch()
        while marker.exists():
            time.sleep(0.02)
        lost = statement_of_pack(agent)
        began = time.monotonic()
        reply = ask(agent.port, "POST", agent.path(), lost, {"Content-Type": MEDIA_TYPE})
        assert (reply.status, reply.problem, reply.headers["retry-after"]) == (503, "unavailable", "30")
        told = server.communicate(timeout=30)[1]
        assert time.monotonic() - began < 15
    assert server.returncode == 3
    assert "the ledger's writer ended" in told
    assert "what writes the ledger ended" in told.splitlines()[-1]
    with running(config) as again:
        agent.port = again.port
        assert agent.send(lost).status == 201, "it was not entered; the same bytes are taken once a server writes again"


def test_a_server_whose_process_that_writes_is_killed_ends_though_nobody_asks_anything(tmp_path: Path) -> None:
    config = fresh(tmp_path / "data")
    with running(config) as live:
        agent = live.agent()
    command = [sys.executable, "-c", PROGRAM, "--data", str(config.folder), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        line = server.stderr.readline()
        agent.port = int(line.rpartition(":")[2])
        assert agent.send(statement_of_pack(agent)).status == 201
        (writer,) = psutil.Process(server.pid).children()
        writer.kill()
        told = server.communicate(timeout=30)[1]
    assert server.returncode == 3
    assert "what writes the ledger ended" in told.splitlines()[-1]
    with running(config) as again:
        agent.port = again.port
        assert agent.send(statement_of_pack(agent)).status == 201


def test_both_end_on_a_signal_to_the_whole_group_and_answer_what_is_under_way(tmp_path: Path) -> None:
    config = fresh(tmp_path / "data")
    with running(config) as live:
        agent = live.agent()
    command = [sys.executable, "-c", PROGRAM, "--data", str(config.folder), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        agent.port = int(server.stderr.readline().rpartition(":")[2])
        (writer,) = psutil.Process(server.pid).children()
        for each in (signal.SIGINT, signal.SIGTERM):
            writer.send_signal(each)
        assert agent.send(statement_of_pack(agent)).status == 201, "it lives as long as the server does"
        for process in (writer, psutil.Process(server.pid)):
            process.send_signal(signal.SIGTERM)
        told = server.communicate(timeout=30)[1]
        assert not writer.is_running()
    assert (server.returncode, "ended" in told) == (0, False), told
