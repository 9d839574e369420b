"""An invitation becomes an agent: one transaction, and the same question always gets the same answer."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, Engine

from aggregator.database import agents, log
from aggregator.database.agents import Agent, AgentStatus
from aggregator.database.engine import reading, writing
from aggregator.database.log import Nodes
from aggregator.database.notary import Notary
from aggregator.members import firms, invitations, keys
from aggregator.members.firms import FirmStatus
from aggregator.members.invitations import StoredInvitation
from aggregator.peers import store as peers
from aggregator.refusal import refuse
from shieldwall.encoding.envelope import raw_public
from shieldwall.errors import IntegrityError, UsageError
from shieldwall.log.receipt import Receipt
from shieldwall.membership.enrolment import (
    EnrolmentAnswer,
    EnrolmentRequest,
    KeyChange,
    KeyEvent,
    server_mac,
    verify_request,
)
from shieldwall.messages.problem import ProblemType

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
AGENT_CHARS: Final = 26
"""130 random bits: an id nobody guesses and that tells no order."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    answer: EnrolmentAnswer
    pending: bool
    """The manager has yet to approve."""


def enrol(
    engine: Engine, notary: Notary, cluster: str, asked: EnrolmentRequest, now: int, *, approval: bool
) -> Enrolled:
    """Raises Refusal: unknown-invitation, invitation-expired, token-already-bound."""
    with reading(engine) as connection:
        # Whoever knows no secret never reaches the write lock.
        _known(connection, cluster, asked)
    with writing(engine) as connection:
        stored = _known(connection, cluster, asked)
        if stored.agent is not None:
            agent = agents.by_id(connection, cluster, stored.agent)
            if agent is None or agent.public_key != asked.pub:
                invitations.mark_tried(connection, cluster, stored, now, alarm=True)
            else:
                return _answer(connection, notary, cluster, agent, asked, stored)
        else:
            _usable(connection, cluster, stored, now)
            agent = _new_agent(connection, notary, cluster, stored, asked, now, approval=approval)
            invitations.mark_used(connection, cluster, stored, agent.id, now)
            return _answer(connection, notary, cluster, agent, asked, stored)
    # Raised only here, outside: the alarm has to be committed, it is what the manager needs to see.
    raise refuse(ProblemType.TOKEN_ALREADY_BOUND)


def approve(engine: Engine, cluster: str, agent_id: str) -> Agent:
    """Let a pending or quarantined agent speak. Raises UsageError."""
    with writing(engine) as connection:
        agent = agents.by_id(connection, cluster, agent_id)
        if agent is None:
            raise UsageError(f"no agent `{agent_id}`. Type `shieldwall-aggregator firm list --agents` to see them.")
        if agent.status is AgentStatus.REVOKED:
            raise UsageError(
                f"{agent_id} was revoked for good. Invite its slot anew: `firm invite --slot {agent.slot}`."
            )
        agent = replace(agent, status=AgentStatus.ACTIVE)
        agents.save(connection, cluster, [agent])
        return agent


def dismiss(engine: Engine, cluster: str, origin: str, wanted: str, now: int) -> str:
    """Revoke one agent, or a firm with all its agents and open invitations; answers what was done."""
    with writing(engine) as connection:
        agent = agents.by_id(connection, cluster, wanted)
        if agent is not None:
            keys.revoke(connection, cluster, origin, agent, now)
            return f"agent {agent.id} is revoked"
        firm = firms.find(connection, cluster, wanted)
        present = agents.of_firm(connection, cluster, firm.id)
        for agent in present:
            keys.revoke(connection, cluster, origin, agent, now)
        withdrawn = invitations.revoke_unused(connection, cluster, firm.id, now)
        peers.forget(connection, cluster, firm.id)
        if firm.status is FirmStatus.MEMBER:
            firms.mark_left(connection, cluster, firm, now)
        return f"{firm.name} has left: {len(present)} agents revoked, {withdrawn} unused invitations withdrawn"


def uninvite(engine: Engine, cluster: str, wanted: str, now: int) -> str:
    """Withdraw a firm's unused invitations; answers what was done. Raises UsageError."""
    with writing(engine) as connection:
        firm = firms.find(connection, cluster, wanted)
        return f"{invitations.revoke_unused(connection, cluster, firm.id, now)} invitations of {firm.name} withdrawn"


def _known(connection: Connection, cluster: str, asked: EnrolmentRequest) -> StoredInvitation:
    stored = invitations.by_id(connection, cluster, asked.id.hex())
    if stored is None:
        raise refuse(ProblemType.UNKNOWN_INVITATION)
    try:
        verify_request(asked, stored.secret)
    except IntegrityError as error:
        raise refuse(ProblemType.UNKNOWN_INVITATION) from error
    return stored


def _usable(connection: Connection, cluster: str, stored: StoredInvitation, now: int) -> None:
    if stored.revoked_at is not None or now >= stored.expires_at:
        raise refuse(ProblemType.INVITATION_EXPIRED)
    if firms.find(connection, cluster, stored.firm).status is not FirmStatus.MEMBER:
        raise refuse(ProblemType.INVITATION_EXPIRED)


def _new_agent(
    connection: Connection, notary: Notary, cluster: str, stored: StoredInvitation, asked: EnrolmentRequest, now: int,
    *, approval: bool,
) -> Agent:  # fmt: skip
    before = agents.in_slot(connection, cluster, stored.firm, stored.slot)
    for old in before:
        keys.revoke(connection, cluster, notary.origin, old, now)
    agent = Agent(
        id="agt_" + "".join(secrets.choice(CROCKFORD) for _ in range(AGENT_CHARS)),
        firm=stored.firm,
        slot=stored.slot,
        epoch=1 + max((old.epoch for old in before), default=0),
        public_key=asked.pub,
        status=AgentStatus.PENDING if approval else AgentStatus.ACTIVE,
        last_seq=0,
        last_digest="",
        enrolled_at=now,
        last_seen=None,
        clock_suspect=False,
    )
    placed, nodes = keys.record(connection, cluster, notary.origin, agent, KeyChange.ADD, now)
    receipt = notary.first_receipt(placed, nodes)
    agent = replace(agent, last_digest=_sealed(notary, agent, asked, stored.secret, receipt).head)
    agents.add(connection, cluster, agent)
    return agent


def _answer(
    connection: Connection, notary: Notary, cluster: str, agent: Agent, asked: EnrolmentRequest,
    stored: StoredInvitation,
) -> Enrolled:  # fmt: skip
    event = KeyEvent(notary.origin, agent.id, agent.epoch, KeyChange.ADD, asked.pub)
    placed = log.find(connection, cluster, event.digest())
    if placed is None:
        raise IntegrityError(f"the log holds no key event of {agent.id}: restore the database from its backup.")
    receipt = notary.first_receipt(placed, Nodes(connection, cluster))
    return Enrolled(_sealed(notary, agent, asked, stored.secret, receipt), agent.status is AgentStatus.PENDING)


def _sealed(notary: Notary, agent: Agent, asked: EnrolmentRequest, secret: bytes, receipt: Receipt) -> EnrolmentAnswer:
    server = raw_public(notary.key.public_key())
    mac = server_mac(secret, server, asked.pub, asked.nonce, agent.id)
    return EnrolmentAnswer(agent.id, notary.origin, agent.epoch, server, mac, receipt)
