"""An agent that dies at a step of its delivery says everything once all the same."""

import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from joined import Agent, assert_all_arrived, member
from simulator import (
    hung_up,
)

from shieldwall.encoding import canonical

HERE = Path(__file__).parents[2]
DYING = """
import os, sys, uuid
from pathlib import Path
from agent.home.config import Home
from agent.delivery.deliver import Rim, deliver
from agent.home.identity import load_identity
from agent.delivery.outbox import SCHEMA, Outbox
from agent.home.store import opened
from agent.delivery.transport import HttpTransport
from joined import MACHINE, draft
point, home, url, run = sys.argv[1], Home(Path(sys.argv[2])), sys.argv[3], sys.argv[4]
who = load_identity(home, MACHINE)
die = lambda: os._exit(77)

class Dying(HttpTransport):
    def post(self, path, body, content_type):
        if point == "before the request": die()
        answer = super().post(path, body, content_type)
        if point == "before the receipt is read": die()
        return answer
    def get(self, path):
        if point == "before the consistency proof": die()
        return super().get(path)

def placed(position, seen):
    made = draft(run).at(position, seen)
    if point == "while placing": die()
    return made

with opened(home, SCHEMA) as connection:
    outbox = Outbox(connection, who)
    outbox.place(run, placed, 0)
    if point == "after placing": die()
    with Dying(url) as transport:
        done = deliver(outbox, who.enrolment, Rim(transport, lambda: 0, lambda: 0.5, lambda: str(uuid.uuid4()),
                       lambda item: die() if point == "after the receipt is stored" else None))
    sys.exit(0 if done.failure is None else 1)
"""
POINTS = [
    "while placing",
    "after placing",
    "before the request",
    "before the receipt is read",
    "before the consistency proof",
    "after the receipt is stored",
]


@pytest.mark.parametrize("point", POINTS)
def test_an_agent_that_dies_says_everything_once(agent: Agent, point: str) -> None:
    runs = [str(uuid.uuid4()) for _ in range(2)]
    path = f"{HERE}:{HERE.parent}"

    def run(where: str, name: str) -> int:
        command = [sys.executable, "-c", DYING, where, str(agent.home.path), agent.who.enrolment.url, name]
        return subprocess.run(command, env={"PYTHONPATH": path, "PATH": os.environ["PATH"]}, check=False).returncode

    assert run(point, runs[0]) == 77
    assert run("never", runs[0]) == 0
    assert run("never", runs[1]) == 0
    said = [canonical.decode(payload)["predicate"] for payload in member(agent).statements]
    assert [p["run"]["id"] for p in said] == runs
    assert [p["seq"] for p in said] == [1, 2]


def test_an_agent_killed_by_the_system_says_everything_once(agent: Agent) -> None:
    """The server kills the sender itself, while the sender waits for the receipt."""
    pids: list[int] = []

    def kill(handler: Any, _: Any) -> bool:
        os.kill(pids[0], signal.SIGKILL)
        return hung_up(handler)

    name = str(uuid.uuid4())
    agent.cluster.faults.append(kill)
    command = [sys.executable, "-c", DYING, "never", str(agent.home.path), agent.who.enrolment.url, name]
    with agent.cluster.lock:
        run = subprocess.Popen(command, env={"PYTHONPATH": f"{HERE}:{HERE.parent}", "PATH": os.environ["PATH"]})
        pids.append(run.pid)
    assert run.wait() == -signal.SIGKILL
    assert agent.deliver().failure is None
    assert_all_arrived(agent, 1)
