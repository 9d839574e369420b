"""An agent that has joined a simulated cluster, for tests of what comes after."""

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from simulator import Cluster, Member

from agent.delivery.deliver import Delivery, Rim, deliver
from agent.delivery.outbox import SCHEMA, Item, Outbox, State
from agent.delivery.transport import HttpTransport, Transport
from agent.home.config import Home
from agent.home.identity import Identity, Machine, load_identity
from agent.home.store import opened
from agent.membership.enrol import join
from agent.submission.compose import Audit, Draft, compose
from shieldwall.checks.outcome import FAILED, PASSED, Overlay, Reason, unknown
from shieldwall.encoding import canonical

MACHINE = Machine("0123456789abcdef", None, None)
AT = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)


def audit(run: str | None = None) -> Audit:
    return Audit(
        run=run or str(uuid.uuid4()),
        started=AT,
        finished=AT,
        scheduled=True,
        family="debian",
        role="server",
        verdicts={"ssh-root-login": FAILED, "disk-encryption": unknown(Reason.PRIVILEGE), "updates-recent": PASSED},
        overlays={"ssh-root-login": Overlay.WAIVED},
        commitment="ab" * 32,
        clock_synced=True,
        pack="shieldwall-core",
        pack_version="0.1.0",
        pack_digest="cd" * 32,
    )


def draft(run: str | None = None) -> Draft:
    return compose(audit(run), "0.1.0")


@dataclass
class Agent:
    home: Home
    cluster: Cluster
    who: Identity
    outbox: Outbox
    connection: sqlite3.Connection
    transport: Transport
    now: int = 1_800_000_000
    said: list[Item] = field(default_factory=list)

    def place(self, run: str | None = None) -> Item:
        made = draft(run)
        return self.outbox.place(made.run.id, made.at, self.now)

    def deliver(self, transport: Transport | None = None, nonce: Callable[[], str] | None = None) -> Delivery:
        rim = Rim(
            transport or self.transport,
            now=lambda: self.now,
            fraction=lambda: 0.5,
            nonce=nonce or (lambda: str(uuid.uuid4())),
            progress=self.said.append,
        )
        return deliver(self.outbox, self.who.enrolment, rim)


@contextmanager
def joined(folder: Path, cluster: Cluster, url: str) -> Iterator[Agent]:
    home = Home(folder)
    with HttpTransport(url) as transport:
        join(home, cluster.invite(url), MACHINE, transport, b"n" * 32)
        who = load_identity(home, MACHINE)
        with opened(home, SCHEMA) as connection:
            yield Agent(home, cluster, who, Outbox(connection, who), connection, transport)


def member(agent: Agent) -> Member:
    return agent.cluster.members[agent.who.enrolment.agent]


def assert_all_arrived(agent: Agent, count: int) -> None:
    assert len(member(agent).statements) == count == len(set(member(agent).statements))
    digests = [canonical.digest(payload) for payload in member(agent).statements]
    assert digests == [item.digest for item in agent.outbox.items(State.DELIVERED) if item.sort == "statement"]
