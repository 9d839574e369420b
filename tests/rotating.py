"""One rotation of an agent's key, for tests and for the children they kill."""

from pathlib import Path

from joined import MACHINE

from agent.delivery.outbox import SCHEMA, Outbox
from agent.delivery.transport import HttpTransport
from agent.home import identity
from agent.home.config import Home
from agent.home.identity import load_identity
from agent.home.store import opened
from agent.membership.rotate import rotate

NOW = 1_800_000_000


def rotated(path: Path, port: int, machine: identity.Machine = MACHINE) -> identity.Identity:
    home = Home(path)
    who = load_identity(home, machine)
    with opened(home, SCHEMA) as db, HttpTransport(f"http://127.0.0.1:{port}") as transport:
        return rotate(home, who, Outbox(db, who), machine, transport, NOW)


def rotate_quietly(path: Path, port: int) -> None:
    rotated(path, port)
