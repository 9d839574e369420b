"""Entering a batch of messages: one durable transaction, then one signed checkpoint and a receipt for each.

A message that cannot be entered is refused alone. A repetition finds the receipt of the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from sqlalchemy import Connection, Engine

from aggregator.database import agents, log, straight
from aggregator.database.agents import Agent, AgentStatus
from aggregator.database.engine import reading, writing
from aggregator.database.log import Leaf, Placed
from aggregator.database.notary import Notary
from aggregator.ledger import periods, rows
from aggregator.ledger.chain import Forked, extended
from aggregator.ledger.message import Message, Report, standing
from aggregator.ledger.packing import unsqueeze
from aggregator.ledger.rows import HostRow, StatementRow
from aggregator.ledger.seal import KeyRing
from aggregator.members import keys
from aggregator.refusal import Refusal, refuse
from shieldwall.log import merkle
from shieldwall.log.receipt import Receipt
from shieldwall.membership.enrolment import KeyChange
from shieldwall.messages.notice import Leave
from shieldwall.messages.problem import Problem, ProblemType
from shieldwall.messages.rotation import Rotation

NODE_CACHE = 20_000
"""Hashes of 32 bytes, never changing once committed; past this the cache starts anew."""


@dataclass(frozen=True, slots=True)
class Answer:
    receipt: Receipt
    repeated: bool
    """The message stood in the log before."""


Result: TypeAlias = Answer | Refusal
_Outcome: TypeAlias = tuple[Placed, bool] | Refusal
"""Where a message stands and whether it stood there before."""


@dataclass(slots=True)
class _Batch:
    """What one transaction is about to write."""

    received: int
    size: int
    """Leaves before this batch."""
    states: Sequence[straight.Row]
    """Of the periods, as they were read."""
    agents: dict[str, Agent] = field(default_factory=dict)
    changed: dict[str, Agent] = field(default_factory=dict)
    leaves: list[Leaf] = field(default_factory=list)
    statements: list[StatementRow] = field(default_factory=list)
    hosts: dict[tuple[str, str], HostRow] = field(default_factory=dict)
    leavers: list[Agent] = field(default_factory=list)
    rotations: list[tuple[Agent, int, bytes]] = field(default_factory=list)
    """Whose, where in the log, and the envelope both keys signed."""
    entered: dict[str, Placed] = field(default_factory=dict)
    """By digest: what stood in the log before and what this batch adds."""


class Book:
    def __init__(self, engine: Engine, notary: Notary, ring: KeyRing, cluster: str, clock: Callable[[], float]) -> None:
        self._engine, self._notary, self._ring, self._cluster, self._clock = engine, notary, ring, cluster, clock
        self._nodes: dict[tuple[int, int], bytes] = {}

    def enter(self, messages: Sequence[Message]) -> list[Result]:
        """One transaction for all; answered when it is durable, in the order given."""
        try:
            with writing(self._engine) as connection:
                outcomes, size = self._write(connection, messages)
        except BaseException:
            # Nodes of leaves that were never committed must not serve a later proof.
            self._nodes = {}
            raise
        return self._receipts(outcomes, size)

    def _write(self, connection: Connection, messages: Sequence[Message]) -> tuple[list[_Outcome], int]:
        """What became of each message, and the leaves of the log with this batch."""
        # The lock first, so that nobody changes any more what is read after it; together, so that a batch costs one
        # round trip to read and one to write.
        size, speakers, entered, states = straight.ask(
            connection,
            (log.LOCKED_SIZE, {"c": self._cluster}),
            (agents.BY_IDS, {"c": self._cluster, "a": list({message.agent for message in messages})}),
            (log.BY_DIGESTS, {"c": self._cluster, "d": list({message.digest for message in messages})}),
            (periods.STATES, {"c": self._cluster}),
        )
        batch = _Batch(int(self._clock()), log.size_of(size, self._cluster), states)
        batch.agents.update({agent.id: agent for agent in map(agents.from_row, speakers)})
        batch.entered.update({found.leaf.digest: found for found in map(log.placed, entered)})
        outcomes: list[_Outcome] = []
        for message in messages:
            try:
                outcomes.append(self._place(batch, message))
            except Refusal as refusal:
                outcomes.append(refusal)
        self._flush(connection, batch)
        return outcomes, batch.size + len(batch.leaves)

    def _place(self, batch: _Batch, message: Message) -> tuple[Placed, bool]:
        agent = standing(batch.agents.get(message.agent), leaving=isinstance(message.body, Leave))
        known = batch.entered.get(message.digest)
        if isinstance(message.body, Rotation) and known is not None:
            return known, True
        if agent.epoch != message.epoch:
            raise refuse(ProblemType.STALE_EPOCH)
        if known is not None:
            return known, True
        if agent.status is AgentStatus.REVOKED:
            raise refuse(ProblemType.AGENT_REVOKED)
        placed = Placed(batch.size + len(batch.leaves), Leaf(message.digest, batch.received, message.kind))
        if isinstance(message.body, Report):
            self._check_log(message.body, placed.index)
        try:
            after = extended(agent, message, batch.received)
        except Forked:
            _change(batch, replace(agent, status=AgentStatus.QUARANTINED))
            raise
        _change(batch, after)
        batch.entered[message.digest] = placed
        batch.leaves.append(placed.leaf)
        if isinstance(message.body, Rotation):
            batch.rotations.append((agent, placed.index, unsqueeze(message.squeezed)))
            return placed, False
        if isinstance(message.body, Leave):
            batch.leavers.append(after)
            return placed, False
        batch.statements.append(_statement_row(agent, message, placed))
        if isinstance(message.body, Report):
            batch.hosts[agent.firm, agent.slot] = _host_row(agent, message.body, placed)
        return placed, False

    def _check_log(self, body: Report, size: int) -> None:
        # What was said for a former log tells of that one.
        if body.position.aud == self._notary.origin and body.seen > size:
            raise Refusal(Problem(ProblemType.LOG_ROLLBACK))

    def _flush(self, connection: Connection, batch: _Batch) -> None:
        # What is read comes first: nothing is, once the writing has begun.
        nodes = log.Nodes(connection, self._cluster, self._nodes)
        growth = log.grown(self._cluster, batch.leaves, nodes, batch.size)
        period = ""
        if batch.statements:
            period = periods.receiving(connection, self._ring, self._cluster, batch.received, batch.states)
        with straight.together(connection, last=True):
            log.store(connection, self._cluster, growth)
            agents.save(connection, self._cluster, list(batch.changed.values()))
            if period:
                seal = self._ring.seal(period)
                rows.put_statements(connection, seal, self._cluster, period, batch.statements)
                rows.put_hosts(connection, seal, self._cluster, period, list(batch.hosts.values()))
            for agent, index, envelope in batch.rotations:
                keys.keep(connection, self._cluster, agent, index, KeyChange.ROTATE, envelope)
            for leaver in batch.leavers:
                rows.drop_agent(connection, self._cluster, leaver.firm, leaver.id)

    def _receipts(self, outcomes: Sequence[_Outcome], size: int) -> list[Result]:
        """Signed once the batch is durable. The newest leaves' proofs need no look into the database."""
        if len(self._nodes) > NODE_CACHE:
            self._nodes = {}
        try:
            return self._signed(outcomes, size, lambda level, position: self._nodes[level, position])
        except KeyError:
            with reading(self._engine) as connection:
                return self._signed(outcomes, size, log.Nodes(connection, self._cluster, self._nodes))

    def _signed(self, outcomes: Sequence[_Outcome], size: int, nodes: merkle.Nodes) -> list[Result]:
        if all(isinstance(outcome, Refusal) for outcome in outcomes):
            return [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
        note = self._notary.checkpoint(size, nodes)
        return [
            outcome
            if isinstance(outcome, Refusal)
            else Answer(self._notary.receipt(outcome[0], size, nodes, note), outcome[1])
            for outcome in outcomes
        ]


def _change(batch: _Batch, agent: Agent) -> None:
    batch.agents[agent.id] = batch.changed[agent.id] = agent


def _statement_row(agent: Agent, message: Message, placed: Placed) -> StatementRow:
    return StatementRow(
        firm=agent.firm,
        agent=agent.id,
        digest=message.digest,
        epoch=message.epoch,
        seq=agent.last_seq + 1,
        log_index=placed.index,
        received_at=placed.leaf.received,
        squeezed=message.squeezed,
    )


def _host_row(agent: Agent, body: Report, placed: Placed) -> HostRow:
    return HostRow(
        firm=agent.firm,
        slot=agent.slot,
        agent=agent.id,
        pack=body.pack,
        kind=body.kind,
        family=body.family,
        outcomes=body.outcomes,
        overlays=body.overlays,
        log_index=placed.index,
        received_at=placed.leaf.received,
    )
