"""The agent's own code against a real aggregator: joining and saying something, for tests of what comes after."""

import uuid
from dataclasses import replace

from aggregating import PACK, Running
from joined import MACHINE, audit

from agent.delivery.deliver import Delivery, Rim, deliver
from agent.delivery.outbox import SCHEMA, Outbox, State
from agent.delivery.transport import HttpTransport
from agent.home.config import Home
from agent.home.identity import Machine, load_identity
from agent.home.store import opened
from agent.membership.enrol import join
from agent.submission.compose import compose
from shieldwall.checks.outcome import FAILED, PASSED, Overlay
from shieldwall.membership.invitation import Invitation

NONCE = b"n" * 32


def at(invitation: Invitation, live: Running) -> Invitation:
    return replace(invitation, url=f"http://127.0.0.1:{live.port}")


def enrolled(live: Running, home: Home, *, slot: str | None = None, again: bool = False) -> str:
    firm = live.firm(f"Firm {uuid.uuid4()}")
    (invitation,) = live.invite(firm, slot=slot)
    with HttpTransport(f"http://127.0.0.1:{live.port}") as transport:
        return join(home, at(invitation, live), MACHINE, transport, NONCE, replace=again).enrolment.agent


def say(home: Home, live: Running, count: int = 1, machine: Machine = MACHINE) -> Delivery:
    """Place `count` audits and deliver what waits, at wherever the server listens now."""
    with opened(home, SCHEMA) as connection:
        box = Outbox(connection, load_identity(home, machine))
        for _ in range(count):
            made = replace(
                audit(),
                verdicts={"check-000": FAILED, "check-001": PASSED},
                overlays={"check-000": Overlay.WAIVED},
                pack=PACK.name,
                pack_version=PACK.version,
                pack_digest=PACK.digest,
            )
            box.place(made.run, compose(made, "0.1.0").at, 1_800_000_000)
        with HttpTransport(f"http://127.0.0.1:{live.port}") as transport:
            rim = Rim(transport, lambda: 1_800_000_000, lambda: 0.5, lambda: str(uuid.uuid4()))
            return deliver(box, load_identity(home, machine).enrolment, rim)


def states(home: Home) -> list[State]:
    with opened(home, SCHEMA) as connection:
        return [item.state for item in Outbox(connection, load_identity(home, MACHINE)).items(*State)]
