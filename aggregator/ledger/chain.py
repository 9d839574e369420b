"""Where a message belongs in its agent's chain. Pure: an agent and a message in, the agent afterwards out."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from aggregator.database.agents import Agent, AgentStatus
from aggregator.ledger.message import Message, Report
from aggregator.refusal import Refusal
from shieldwall.limits import CLOCK_SUSPECT_HOURS
from shieldwall.messages.notice import Gap, Leave
from shieldwall.messages.problem import Problem, ProblemType
from shieldwall.messages.rotation import Rotation
from shieldwall.messages.statement import Position


class Forked(Refusal):
    """Another message than the one that stands there: the agent was restored or cloned, and is held back."""


def extended(agent: Agent, message: Message, received: int) -> Agent:
    """The agent with the message at the end of its chain. Raises Refusal (gap) or Forked."""
    body = message.body
    match body:
        case Report():
            _check(agent, body.position)
            skew = abs(body.finished - received)
            return replace(
                agent, last_seq=body.position.seq, last_digest=message.digest, last_seen=received,
                clock_suspect=skew > CLOCK_SUSPECT_HOURS * 3600,
            )  # fmt: skip
        case Gap():
            _check(agent, body.position)
            return replace(agent, last_seq=body.last, last_digest=body.digests[-1], last_seen=received)
        case Rotation():
            at = Position(body.aud, agent.id, agent.epoch, body.last_seq + 1, body.last_digest)
            _check(agent, at)
            return replace(
                agent, epoch=body.epoch, public_key=body.pub, last_seq=0, last_digest=message.digest,
                last_seen=received,
            )  # fmt: skip
        case Leave():
            return replace(agent, status=AgentStatus.REVOKED, last_seen=received)
        case _ as never:
            assert_never(never)


def _check(agent: Agent, at: Position) -> None:
    expected = agent.last_seq + 1
    if at.seq > expected:
        raise Refusal(Problem(ProblemType.GAP, expected_seq=expected, expected_prev=agent.last_digest))
    if at.seq < expected or at.prev != agent.last_digest:
        raise Forked(Problem(ProblemType.FORK, expected_seq=expected, expected_prev=agent.last_digest))
