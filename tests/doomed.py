"""What is done in processes that die of it (crashing.py): functions that another process can import by name."""

from __future__ import annotations

import resource
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

import releasing
from aggregating import PACK
from joined import MACHINE, draft

from agent.delivery.deliver import Rim, deliver
from agent.delivery.outbox import SCHEMA, Outbox
from agent.delivery.transport import HttpTransport
from agent.home.config import Home
from agent.home.identity import load_identity
from agent.home.store import opened
from agent.membership.enrol import join
from aggregator.config import Config, new
from aggregator.database import found, notary
from aggregator.database.backup import backup, restore
from aggregator.database.engine import connect
from aggregator.release.build import build as build_release
from aggregator.release.build import publish
from aggregator.release.freezing import Summary
from aggregator.release.freezing import freeze_period as freeze_quarter
from aggregator.web import server
from aggregator.web.app import build
from aggregator.web.service import start
from shieldwall.membership.invitation import parse_invitation


def serve(ready: Callable[[], None], config: Config, port: int) -> None:
    service = start(config, (PACK,))
    server.make(build(service), ready).run(sockets=[server.listen("127.0.0.1", port)])


def serve_apart(ready: Callable[[], None], config: Config, port: int) -> None:
    """As `serve`; the steps are those of the process that listens, while another writes and outlives it."""
    service = start(config, (PACK,), apart=True)
    server.make(build(service), ready).run(sockets=[server.listen("127.0.0.1", port)])


def found_cluster(folder: Path) -> None:
    found.found(config_of(folder))


def config_of(folder: Path) -> Config:
    return new(folder, name="Valley Metal", url="http://127.0.0.1:8440")


def freeze_period(config: Config, period: str) -> None:
    engine = connect(config.database_url)
    summary = Summary(releasing.small_pack(), notary.load(config), "sector", False)
    freeze_quarter(config, engine, period, releasing.FIRST + 86_400, summary)
    engine.dispose()


def publish_release(config: Config, period: str) -> None:
    engine = connect(config.database_url)
    publish(config, engine, build_release(config, engine, notary.load(config), period))
    engine.dispose()


def back_up(config: Config, folder: Path) -> None:
    backup(config, folder, releasing.FIRST)


def bring_back(config: Config, copy: Path) -> None:
    restore(config, copy)


def update(config: Config) -> None:
    found.upgrade(config, releasing.FIRST)


def join_cluster(home: Path, invitation: str, url: str) -> None:
    with HttpTransport(url) as transport:
        join(Home(home), parse_invitation(invitation), MACHINE, transport, b"n" * 32)


def submit_runs(home: Path, runs: Sequence[str], url: str) -> None:
    """Place every run that is not placed yet, then deliver what waits."""
    who = load_identity(Home(home), MACHINE)
    with HttpTransport(url) as transport, opened(Home(home), SCHEMA) as connection:
        box = Outbox(connection, who)
        for run in runs:
            made = draft(run)
            box.place(made.run.id, made.at, 1_800_000_000)
        rim = Rim(transport, lambda: 1_800_000_000, lambda: 0.5, lambda: str(uuid.uuid4()))
        deliver(box, who.enrolment, rim)


def serve_with_little_room(ready: Callable[[], None], config: Config, port: int, room: int) -> None:
    """A server whose files cannot grow beyond `room` bytes: what a full disk answers, without a disk to fill."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    serve(ready, config, port)
