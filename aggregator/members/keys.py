"""Changes of an agent's key, each a leaf of the log, so that no manager can add or drop an agent unseen."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, insert

from aggregator.database import agents, log
from aggregator.database.agents import Agent, AgentStatus
from aggregator.database.log import Leaf, Nodes, Placed
from aggregator.database.schema import key_event
from shieldwall.enrolment import KeyChange, KeyEvent
from shieldwall.receipt import Kind


def record(
    connection: Connection, cluster: str, origin: str, agent: Agent, change: KeyChange, now: int
) -> tuple[Placed, Nodes]:
    """Append the event to the log and keep its bytes."""
    event = KeyEvent(origin, agent.id, agent.epoch, change, agent.public_key)
    nodes = Nodes(connection, cluster)
    (placed,) = log.append(connection, cluster, [Leaf(event.digest(), now, Kind.KEY)], nodes)
    connection.execute(
        insert(key_event).values(
            cluster=cluster,
            firm=agent.firm,
            agent=agent.id,
            log_index=placed.index,
            kind=change.value,
            event=event.encode(),
        )
    )
    return placed, nodes


def revoke(connection: Connection, cluster: str, origin: str, agent: Agent, now: int) -> None:
    """Effective at once; revoking twice is once."""
    if agent.status is AgentStatus.REVOKED:
        return
    record(connection, cluster, origin, agent, KeyChange.REVOKE, now)
    agents.save(connection, cluster, [replace(agent, status=AgentStatus.REVOKED)])
