"""What a server remembers of agents only opens messages: who may speak is decided by what the database says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aggregating import Agent, Running, fresh, running
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aggregator.database import agents
from aggregator.database.agents import AgentStatus
from aggregator.database.engine import reading, writing
from shieldwall.encoding import canonical
from shieldwall.encoding.envelope import raw_public
from shieldwall.messages.rotation import Rotation, sign_rotation

pytestmark = pytest.mark.usefixtures("either_database")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Running, Running]]:
    """Two servers of one cluster: what one changes the other does not hear of."""
    config = fresh(tmp_path / "data")
    with running(config) as one, running(config) as other:
        yield one, other


def known_to(server: Running, agent: Agent) -> None:
    agent.port = server.port
    assert agent.send(agent.prepare()).status == 201


def change(server: Running, agent: Agent, **changes: object) -> None:
    with writing(server.service.engine) as connection:
        found = agents.by_id(connection, server.config.cluster, agent.id)
        assert found is not None
        agents.save(connection, server.config.cluster, [replace(found, **changes)])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (AgentStatus.REVOKED, (403, "agent-revoked")),
        (AgentStatus.QUARANTINED, (403, "agent-quarantined")),
        (AgentStatus.PENDING, (403, "agent-pending")),
        (AgentStatus.LOST, (401, "unknown-agent")),
    ],
)
def test_an_agent_that_may_speak_no_more_is_refused_at_once(
    two: tuple[Running, Running], status: AgentStatus, told: tuple[int, str]
) -> None:
    agent = two[0].agent()
    known_to(two[0], agent)
    change(two[1], agent, status=status)
    signed = agent.prepare()
    for _ in range(2):
        reply = agent.send(signed)
        assert (reply.status, reply.problem) == told
    change(two[1], agent, status=AgentStatus.ACTIVE)
    assert agent.send(signed).status == 201


def test_a_key_replaced_elsewhere_is_the_key_here(two: tuple[Running, Running]) -> None:
    agent = two[0].agent()
    known_to(two[0], agent)
    former = replace(agent)
    for _ in range(2):
        new = Ed25519PrivateKey.generate()
        rotation = Rotation(
            agent.aud, agent.id, agent.epoch + 1, raw_public(new.public_key()), agent.seq, agent.prev
        )  # fmt: skip
        agent.port = two[1].port
        assert agent.send(sign_rotation(rotation, agent.key, new), leaf="rotate").status == 201
        agent = replace(agent, key=new, epoch=rotation.epoch, seq=0, prev=canonical.digest(rotation.encode()))
    reply = former.send(former.prepare())
    assert (reply.status, reply.problem) == (409, "stale-epoch"), "signed by a key that was replaced twice"
    known_to(two[0], agent)
    stranger = replace(agent, key=Ed25519PrivateKey.generate())
    reply = stranger.send(stranger.prepare())
    assert (reply.status, reply.problem) == (400, "bad-signature")


def test_an_agent_that_was_removed_is_unknown(two: tuple[Running, Running]) -> None:
    agent = two[0].agent()
    known_to(two[0], agent)
    change(two[1], agent, status=AgentStatus.REVOKED)
    leave = agent.leave()
    assert agent.send(leave, leaf="leave").status in (201, 403)
    with reading(two[0].service.engine) as connection:
        found = agents.by_id(connection, two[0].config.cluster, agent.id)
    assert found is not None
    assert found.status is AgentStatus.REVOKED
