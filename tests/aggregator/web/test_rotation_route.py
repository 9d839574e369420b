"""Key rotation as the server takes it: who must have signed, where the chain must stand, what a repetition gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from aggregating import Agent, Reply, Running, fresh, receipt, running
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aggregator.database import agents
from aggregator.database.agents import AgentStatus
from aggregator.database.engine import reading
from shieldwall.encoding import canonical, envelope
from shieldwall.encoding.envelope import raw_public
from shieldwall.log.receipt import Kind
from shieldwall.messages.problem import ProblemType
from shieldwall.messages.rotation import ROTATION_TYPE, Rotation, sign_rotation


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(fresh(tmp_path_factory.mktemp("cluster") / "data")) as live:
        yield live


def made(speaker: Agent, new: Ed25519PrivateKey, **changes: object) -> Rotation:
    pub = raw_public(new.public_key())
    plain = Rotation(speaker.aud, speaker.id, speaker.epoch + 1, pub, speaker.seq, speaker.prev)
    return replace(plain, **changes)  # type: ignore[arg-type]


def turned(agent: Agent, new: Ed25519PrivateKey, rotation: Rotation) -> Agent:
    return replace(agent, key=new, epoch=rotation.epoch, seq=0, prev=canonical.digest(rotation.encode()))


def stands(cluster: Running, agent: Agent) -> agents.Agent:
    with reading(cluster.service.engine) as connection:
        found = agents.by_id(connection, cluster.config.cluster, agent.id)
    assert found is not None
    return found


def refused(reply: Reply, kind: ProblemType) -> None:
    assert (reply.problem, reply.status // 100) == (kind, 4), reply


def test_taken_once_and_proven_again(cluster: Running) -> None:
    agent, new = cluster.agent(), Ed25519PrivateKey.generate()
    assert agent.send(agent.prepare()).status == 201
    rotation = made(agent, new)
    sealed = sign_rotation(rotation, agent.key, new)
    first = agent.send(sealed, leaf="rotate")
    assert first.status == 201
    proven = receipt(cluster, first, sealed)
    assert proven.kind is Kind.KEY
    again = agent.send(sealed, leaf="rotate")
    assert (again.status, receipt(cluster, again, sealed).index) == (200, proven.index)
    later = turned(agent, new, rotation)
    assert later.send(later.prepare()).status == 201
    assert agent.send(sealed, leaf="rotate").status == 200, "also after the new key has spoken"


def test_a_hijacker_without_the_old_key_is_a_bad_signature(cluster: Running) -> None:
    agent, thief, second = cluster.agent(), Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    payload = made(agent, thief).encode()
    for keys in ([thief], [thief, thief], [second, thief]):
        refused(agent.send(envelope.sign(payload, keys, ROTATION_TYPE), leaf="rotate"), ProblemType.BAD_SIGNATURE)
    assert stands(cluster, agent).epoch == 1


def test_without_the_new_keys_consent_it_is_a_bad_signature(cluster: Running) -> None:
    """Else an agent could claim another's key as its own."""
    agent, other = cluster.agent(), cluster.agent()
    payload = made(agent, other.key).encode()
    refused(agent.send(envelope.sign(payload, [agent.key], ROTATION_TYPE), leaf="rotate"), ProblemType.BAD_SIGNATURE)
    assert stands(cluster, agent).epoch == 1


def test_only_the_next_epoch(cluster: Running) -> None:
    agent, new = cluster.agent(), Ed25519PrivateKey.generate()
    for epoch in (3, 9):
        sealed = sign_rotation(made(agent, new, epoch=epoch), agent.key, new)
        refused(agent.send(sealed, leaf="rotate"), ProblemType.STALE_EPOCH)


def test_another_audience_or_agent(cluster: Running) -> None:
    agent, other, new = cluster.agent(), cluster.agent(), Ed25519PrivateKey.generate()
    for changes in ({"aud": "elsewhere.example/c/log1"}, {"agent": other.id}):
        sealed = sign_rotation(made(agent, new, **changes), agent.key, new)
        refused(agent.send(sealed, leaf="rotate"), ProblemType.WRONG_AUDIENCE)


def test_statements_the_server_lacks_are_asked_for(cluster: Running) -> None:
    agent, new = cluster.agent(), Ed25519PrivateKey.generate()
    agent.prepare()
    reply = agent.send(sign_rotation(made(agent, new), agent.key, new), leaf="rotate")
    refused(reply, ProblemType.GAP)
    assert canonical.decode(reply.body)["expected_seq"] == 1


def test_a_rotation_from_another_past_is_a_fork(cluster: Running) -> None:
    agent, new = cluster.agent(), Ed25519PrivateKey.generate()
    forked = made(agent, new, last_digest="ab" * 32)
    refused(agent.send(sign_rotation(forked, agent.key, new), leaf="rotate"), ProblemType.FORK)
    assert stands(cluster, agent).status is AgentStatus.QUARANTINED


def test_the_old_key_is_stale_and_not_a_forgery(cluster: Running) -> None:
    agent, new, third = cluster.agent(), Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    late = replace(agent)
    rotation = made(agent, new)
    assert agent.send(sign_rotation(rotation, agent.key, new), leaf="rotate").status == 201
    refused(late.send(late.prepare()), ProblemType.STALE_EPOCH)
    refused(late.send(sign_rotation(made(late, third), late.key, third), leaf="rotate"), ProblemType.STALE_EPOCH)
    now = turned(agent, new, rotation)
    again = made(now, third)
    assert now.send(sign_rotation(again, new, third), leaf="rotate").status == 201
    refused(late.send(late.prepare()), ProblemType.STALE_EPOCH)
    stranger = replace(late, key=Ed25519PrivateKey.generate())
    refused(stranger.send(stranger.prepare()), ProblemType.BAD_SIGNATURE)


def test_a_statement_is_no_rotation_and_a_rotation_no_statement(cluster: Running) -> None:
    agent, new = cluster.agent(), Ed25519PrivateKey.generate()
    refused(agent.send(agent.prepare(), leaf="rotate"), ProblemType.MALFORMED)
    sealed = envelope.sign(made(agent, new).encode(), [agent.key], ROTATION_TYPE)
    refused(agent.send(sealed), ProblemType.UNSUPPORTED_MEDIA)
