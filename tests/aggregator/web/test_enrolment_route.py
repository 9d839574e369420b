"""Enrolling and leaving, from the real server over a real socket: one answer for one question, and ends alike."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aggregating import Agent, Running, ask, enrol_raw, expect, fresh, join, receipt, running
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aggregator.database.engine import reading
from aggregator.members.enrol import approve, dismiss, uninvite
from aggregator.members.overview import overview
from shieldwall.limits import INVITATION_HOURS
from shieldwall.membership import enrolment
from shieldwall.messages.problem import ProblemType


def test_the_same_question_gets_the_same_answer(cluster: Running) -> None:
    (invitation,) = cluster.invite(cluster.firm("Twice Ltd"))
    key = Ed25519PrivateKey.generate()
    asked = enrolment.request(invitation, key, secrets.token_bytes(32))
    first = enrol_raw(cluster.port, asked)
    cluster.agent()
    again = enrol_raw(cluster.port, asked)
    assert first.status == again.status == 201
    assert first.body == again.body
    fresh_nonce = enrol_raw(cluster.port, enrolment.request(invitation, key, secrets.token_bytes(32)))
    one, two = enrolment.parse_answer(first.body), enrolment.parse_answer(fresh_nonce.body)
    assert (one.agent, one.head) == (two.agent, two.head)


def test_a_used_invitation_with_another_key_raises_an_alarm(cluster: Running) -> None:
    from aggregator.members import invitations

    firm = cluster.firm("Robbed Ltd")
    (invitation,) = cluster.invite(firm)
    join(cluster.port, invitation)
    thief = enrolment.request(invitation, Ed25519PrivateKey.generate(), secrets.token_bytes(32))
    expect(enrol_raw(cluster.port, thief), ProblemType.TOKEN_ALREADY_BOUND)
    with reading(cluster.service.engine) as connection:
        (stored,) = invitations.of_firm(connection, cluster.config.cluster, firm.id)
    assert stored.alarms == 1
    told = list(overview(cluster.config.database_url, cluster.config.cluster, with_agents=False))
    (line,) = (line for line in told if "Robbed Ltd" in line)
    assert f"ALARM: an invitation was tried 1 times with another key, last {datetime.now(UTC):%Y-%m-%d}" in line


def test_an_unknown_invitation_and_a_wrong_secret_look_alike(cluster: Running) -> None:
    (invitation,) = cluster.invite(cluster.firm("Guessed Ltd"))
    key = Ed25519PrivateKey.generate()
    wrong = (replace(invitation, secret=bytes(32)), replace(invitation, id=bytes(10)))
    replies = [enrol_raw(cluster.port, enrolment.request(item, key, bytes(32))) for item in wrong]
    for reply in replies:
        expect(reply, ProblemType.UNKNOWN_INVITATION)
    assert replies[0].body == replies[1].body
    asked = enrolment.request(invitation, key, bytes(32))
    unpossessed = replace(asked, pop=Ed25519PrivateKey.generate().sign(b""))
    expect(enrol_raw(cluster.port, unpossessed), ProblemType.UNKNOWN_INVITATION)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"nonsense"])
def test_enrolment_of_nonsense(cluster: Running, body: bytes) -> None:
    reply = ask(cluster.port, "POST", "/v1/enroll", body, {"Content-Type": "application/json"})
    assert reply.problem in (ProblemType.SCHEMA, ProblemType.MALFORMED)


def test_an_invitation_expires(tmp_path: Path) -> None:
    now = [1_790_000_000.0]
    with running(fresh(tmp_path / "data"), clock=lambda: now[0]) as live:
        early, late = live.invite(live.firm(), count=2)
        now[0] += INVITATION_HOURS * 3600 - 1
        join(live.port, early)
        now[0] += 1
        asked = enrolment.request(late, Ed25519PrivateKey.generate(), secrets.token_bytes(32))
        expect(enrol_raw(live.port, asked), ProblemType.INVITATION_EXPIRED)


def test_an_invitation_that_ended_looks_alike_whatever_ended_it_and_unknown_without_its_secret(tmp_path: Path) -> None:
    now = [1_790_000_000.0]
    with running(fresh(tmp_path / "data"), clock=lambda: now[0]) as live:
        engine, config = live.service.engine, live.config
        withdrawing, leaving, waiting = (live.firm(name) for name in ("Withdrawn Ltd", "Left Ltd", "Late Ltd"))
        ended = [live.invite(firm)[0] for firm in (withdrawing, leaving, waiting)]
        uninvite(engine, config.cluster, withdrawing.id, int(now[0]))
        dismiss(engine, config.cluster, config.origin, leaving.id, int(now[0]))
        now[0] += INVITATION_HOURS * 3600
        key = Ed25519PrivateKey.generate()
        told = [enrol_raw(live.port, enrolment.request(one, key, bytes(32))) for one in ended]
        assert {reply.body for reply in told} == {told[0].body}
        expect(told[0], ProblemType.INVITATION_EXPIRED)
        for one in ended:
            guessed = enrolment.request(replace(one, secret=bytes(32)), key, bytes(32))
            expect(enrol_raw(live.port, guessed), ProblemType.UNKNOWN_INVITATION)


def test_with_approval_an_agent_waits_and_then_speaks(tmp_path: Path) -> None:
    with running(fresh(tmp_path / "data", approval=True)) as live:
        (invitation,) = live.invite(live.firm())
        key = Ed25519PrivateKey.generate()
        asked = enrolment.request(invitation, key, secrets.token_bytes(32))
        reply = enrol_raw(live.port, asked)
        assert reply.status == 202
        assert int(reply.headers["retry-after"]) > 0
        answer = enrolment.parse_answer(reply.body)
        agent = Agent(live.port, key, answer.agent, answer.aud, answer.epoch, answer.head)
        expect(agent.send(agent.prepare()), ProblemType.AGENT_PENDING)
        approve(live.service.engine, live.config.cluster, agent.id)
        assert enrol_raw(live.port, asked).status == 201
        agent.seq, agent.prev = 0, answer.head
        assert agent.send(agent.prepare()).status == 201


def test_a_slot_invitation_replaces_the_old_agent(cluster: Running) -> None:
    from aggregator.database import agents

    firm = cluster.firm("Restored Ltd")
    old = cluster.agent(firm)
    assert old.send(old.prepare()).status == 201
    with reading(cluster.service.engine) as connection:
        slot = agents.of_firm(connection, cluster.config.cluster, firm.id)[0].slot
    (invitation,) = cluster.invite(firm, slot=slot)
    assert old.send(old.prepare()).status == 201, "the old agent speaks until the new one is there"
    new = join(cluster.port, invitation)
    assert new.epoch == 2
    expect(old.send(old.prepare()), ProblemType.AGENT_REVOKED)
    assert new.send(new.prepare()).status == 201


def test_leaving_ends_the_agent_and_its_rows_and_may_be_repeated(cluster: Running) -> None:
    from aggregator.database.schema import host_period
    from aggregator.database.schema import statement as statements

    firm = cluster.firm("Goodbye Ltd")
    agent = cluster.agent(firm)
    assert agent.send(agent.prepare()).status == 201
    farewell = agent.leave()
    first, again = agent.send(farewell, leaf="leave"), agent.send(farewell, leaf="leave")
    assert (first.status, again.status) == (201, 200)
    assert receipt(cluster, first, farewell).index == receipt(cluster, again, farewell).index
    expect(agent.send(agent.prepare()), ProblemType.AGENT_REVOKED)
    expect(agent.send(agent.leave(), leaf="leave"), ProblemType.AGENT_REVOKED)
    with reading(cluster.service.engine) as connection:
        for table in (host_period, statements):
            assert not connection.execute(table.select().where(table.c.firm == firm.id)).all()


def test_a_statement_is_no_farewell_and_the_other_way_round(cluster: Running) -> None:
    agent = cluster.agent()
    expect(agent.send(agent.leave()), ProblemType.UNSUPPORTED_MEDIA)
    expect(agent.send(agent.prepare(), leaf="leave"), ProblemType.UNSUPPORTED_MEDIA)
