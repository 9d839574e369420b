"""kill -9 of the server at every step of enrol, submit and receipt: doing it again ends as if nothing had happened.

SHIELDWALL_TEST_CRASHES says how many steps are tried, evenly chosen; `make faults` tries them all.
"""

from __future__ import annotations

import http.client
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import aggregating
import doomed
import pytest
from aggregating import Agent, fresh, running
from crashing import Doomed, chosen
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from serving import free_port, until_open
from whole import assert_whole

from aggregator.config import Config
from aggregator.ledger import process
from shieldwall.encoding import canonical, envelope
from shieldwall.errors import ShieldwallError
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
            if reply.status == 503:
                raise ConnectionAbortedError("the server listens and can write no more")
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


def life(config: Config, invitation: Invitation, at: int, serve: Callable[..., None]) -> int:
    """One server that dies at a step, and the next that does not. Answers the steps the first one got to."""
    client, port = Client(invitation), free_port()
    victim = Doomed(serve, config, port, at=at, server=True)
    until_open(port, victim)
    try:
        client.go(port)
    except (OSError, http.client.HTTPException):
        assert victim.end(), "it was killed"
    victim.kill()
    go_on(config, client)
    return victim.steps


def go_on(config: Config, client: Client) -> None:
    with running(config) as live:
        client.go(live.port)
    assert client.agent is not None
    assert assert_whole(config, {client.agent.id: client.receipted}) == 1 + STATEMENTS


def invited(folder: Path) -> tuple[Config, Invitation]:
    config = fresh(folder / secrets.token_hex(4))
    with running(config) as live:
        (invitation,) = live.invite(live.firm())
    return config, invitation


@pytest.mark.parametrize("serve", [doomed.serve, doomed.serve_apart])
def test_killed_at_any_step_of_enrol_submit_and_receipt(
    tmp_path: Path, either_database: str, serve: Callable[..., None]
) -> None:
    total = life(*invited(tmp_path), -1, serve)
    assert total > 20
    tried = chosen(total, CRASHES)
    for at in tried:
        life(*invited(tmp_path), at, serve)
    print(f"{either_database}, {serve.__name__}: enrol, submit, receipt: {len(tried)} of {total} steps")


def test_the_process_that_writes_killed_at_any_step(
    tmp_path: Path, either_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that listens answers 503 to whoever waits, and to whoever comes after."""
    told = tmp_path / "steps"
    here = Path(__file__).parents[1]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (here / "doom", here))))
    monkeypatch.setenv("SHIELDWALL_DOOMED", process.NAME)
    monkeypatch.setenv("SHIELDWALL_DOOM_STEPS", str(told))

    def written_apart(at: int) -> int:
        config, invitation = invited(tmp_path)
        client = Client(invitation)
        monkeypatch.setenv("SHIELDWALL_DOOM", str(at))
        told.unlink(missing_ok=True)
        try:
            with running(config, apart=True) as live:
                try:
                    client.go(live.port)
                except ConnectionAbortedError:
                    assert live.service.broken
        except ShieldwallError as error:
            # It died before it was ready.
            assert "did not start" in str(error)
        go_on(config, client)
        return int(told.read_text())

    total = written_apart(-1)
    assert total > 20
    tried = chosen(total, CRASHES)
    for at in tried:
        written_apart(at)
    print(f"{either_database}: the process that writes: {len(tried)} of {total} steps")
