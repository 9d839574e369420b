"""What is known of an agent: whose it is, its key and where its chain stands. Never what it reported."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from aggregator.database import bulk
from aggregator.database.schema import agent as table
from aggregator.database.straight import OneOf
from shieldwall.messages.statement import AGENT_ID


class AgentStatus(StrEnum):
    PENDING = "pending"
    """Enrolled; the manager has yet to compare the fingerprint."""
    ACTIVE = "active"
    QUARANTINED = "quarantined"
    """Two different statements for one place in its chain: restored or cloned."""
    LOST = "lost"
    """On the list a new server was given; let in again once it shows the old server's receipt."""
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Agent:
    id: str
    firm: str
    slot: str
    """The place of one host in its firm; it outlives the agent that fills it."""
    epoch: int
    public_key: bytes
    """32 bytes, Ed25519."""
    status: AgentStatus
    last_seq: int
    """0 before the first statement of the epoch."""
    last_digest: str
    """What the next statement's `prev` must be."""
    enrolled_at: int
    last_seen: int | None
    clock_suspect: bool


BY_ID: Final = select(table).where(table.c.cluster == bindparam("c"), table.c.agent == bindparam("a"))
BY_IDS: Final = select(table).where(table.c.cluster == bindparam("c"), OneOf(table.c.agent, "a"))
_Row: Final = namedtuple("_Row", table.columns.keys())  # type: ignore[misc]  # the schema is the one list of columns


def by_id(connection: Connection, cluster: str, agent: str) -> Agent | None:
    """None for an unknown id, and for what can be none: a database never sees the bytes of a strange path."""
    if not AGENT_ID.fullmatch(agent):
        return None
    row = connection.execute(BY_ID, {"c": cluster, "a": agent}).one_or_none()
    return None if row is None else _agent(row)


def of_firm(connection: Connection, cluster: str, firm: str) -> tuple[Agent, ...]:
    query = select(table).where(table.c.cluster == cluster, table.c.firm == firm).order_by(table.c.enrolled_at)
    return tuple(_agent(row) for row in connection.execute(query))


def in_slot(connection: Connection, cluster: str, firm: str, slot: str) -> tuple[Agent, ...]:
    return tuple(agent for agent in of_firm(connection, cluster, firm) if agent.slot == slot)


def add(connection: Connection, cluster: str, agent: Agent) -> None:
    bulk.insert(connection, table, [_values(cluster, agent)])


def save(connection: Connection, cluster: str, agents: list[Agent]) -> None:
    """Write back agents that exist, each once."""
    bulk.replace(connection, table, [_values(cluster, agent) for agent in agents])


def from_row(row: Sequence[Any]) -> Agent:
    """Of a row of the table, all its columns in their order."""
    return _agent(_Row(*row))


def _agent(row: Any) -> Agent:
    return Agent(
        id=row.agent,
        firm=row.firm,
        slot=row.slot,
        epoch=row.epoch,
        public_key=row.public_key,
        status=AgentStatus(row.status),
        last_seq=row.last_seq,
        last_digest=row.last_digest,
        enrolled_at=row.enrolled_at,
        last_seen=row.last_seen,
        clock_suspect=bool(row.clock_suspect),
    )


def _values(cluster: str, agent: Agent) -> bulk.Row:
    return (
        cluster, agent.firm, agent.id, agent.slot, agent.epoch, agent.public_key, agent.status.value, agent.last_seq,
        agent.last_digest, agent.enrolled_at, agent.last_seen, int(agent.clock_suspect),
    )  # fmt: skip
