"""kill -9 of the server at every step of enrol, submit and receipt: doing it again ends as if nothing had happened.

SHIELDWALL_TEST_CRASHES says how many steps are tried, evenly chosen; `make faults` tries them all.
"""

from __future__ import annotations

import http.client
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import aggregating
import doomed
from aggregating import Agent, fresh, running
from crashing import Doomed, chosen
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from serving import free_port, until_open
from whole import assert_whole

from aggregator.config import Config
from shieldwall.encoding import canonical, envelope
from shieldwall.log.receipt import Receipt, parse_receipt
from shieldwall.membership import enrolment
from shieldwall.membership.invitation import Invitation

CRASHES = int(os.environ.get("SHIELDWALL_TEST_CRASHES", "3"))
STATEMENTS = 3


@dataclass
class Client:
    """One agent: it goes as far as the server lets it, and later on with the same bytes."""

    invitation: Invitation
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    agent: Agent | None = None
    waiting: bytes = b""
    receipted: list[tuple[str, Receipt]] = field(default_factory=list)

    def go(self, port: int) -> None:
        """Raises OSError or HTTPException when the server is gone."""
        agent = self.agent = self.agent or self._join(port)
        agent.port = port
        while len(self.receipted) < STATEMENTS:
            self.waiting = self.waiting or agent.prepare()
            reply = agent.send(self.waiting)
            assert reply.status in (200, 201), reply
            digest = canonical.digest(envelope.peek(self.waiting).payload)
            self.receipted.append((digest, parse_receipt(reply.body)))
            self.waiting = b""

    def _join(self, port: int) -> Agent:
        asked = enrolment.request(self.invitation, self.key, secrets.token_bytes(enrolment.NONCE_BYTES))
        reply = aggregating.enrol_raw(port, asked)
        assert reply.status == 201, reply
        answer = enrolment.parse_answer(reply.body)
        enrolment.verify_answer(answer, asked, self.invitation)
        return Agent(port, self.key, answer.agent, answer.aud, answer.epoch, answer.head)


def life(config: Config, invitation: Invitation, at: int) -> int:
    """One server that dies at a step, and the next that does not. Answers the steps the first one got to."""
    client, port = Client(invitation), free_port()
    victim = Doomed(doomed.serve, config, port, at=at, server=True)
    until_open(port, victim)
    try:
        client.go(port)
    except (OSError, http.client.HTTPException):
        assert victim.end(), "it was killed"
    victim.kill()
    with running(config) as live:
        client.go(live.port)
    assert client.agent is not None
    assert assert_whole(config, {client.agent.id: client.receipted}) == 1 + STATEMENTS
    return victim.steps


def test_killed_at_any_step_of_enrol_submit_and_receipt(tmp_path: Path, either_database: str) -> None:
    def fresh_life(at: int) -> int:
        config = fresh(tmp_path / secrets.token_hex(4))
        with running(config) as live:
            (invitation,) = live.invite(live.firm())
        return life(config, invitation, at)

    total = fresh_life(-1)
    assert total > 20
    tried = chosen(total, CRASHES)
    for at in tried:
        fresh_life(at)
    print(f"{either_database}: enrol, submit, receipt: {len(tried)} of {total} steps")
