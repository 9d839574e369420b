"""Changes of an agent's key, each a leaf of the log, so that no manager can add or drop an agent unseen."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, Engine, insert, select

from aggregator.database import agents, log
from aggregator.database.agents import Agent, AgentStatus
from aggregator.database.engine import reading
from aggregator.database.log import Leaf, Nodes, Placed
from aggregator.database.schema import key_event
from shieldwall.encoding import canonical
from shieldwall.encoding.envelope import opened_by_one, peek, public_key
from shieldwall.errors import IntegrityError
from shieldwall.log.receipt import Kind
from shieldwall.membership.enrolment import KeyChange, KeyEvent


def record(
    connection: Connection, cluster: str, origin: str, agent: Agent, change: KeyChange, now: int
) -> tuple[Placed, Nodes]:
    """Append the event to the log and keep its bytes."""
    event = KeyEvent(origin, agent.id, agent.epoch, change, agent.public_key)
    nodes = Nodes(connection, cluster)
    (placed,) = log.append(connection, cluster, [Leaf(event.digest(), now, Kind.KEY)], nodes)
    keep(connection, cluster, agent, placed.index, change, event.encode())
    return placed, nodes


def keep(connection: Connection, cluster: str, agent: Agent, index: int, change: KeyChange, event: bytes) -> None:
    """The bytes behind a leaf about a key: a KeyEvent, or the envelope of a rotation."""
    connection.execute(
        insert(key_event).values(
            cluster=cluster, firm=agent.firm, agent=agent.id, log_index=index, kind=change.value, event=event
        )
    )


def spoke_with_a_former_key(engine: Engine, cluster: str, agent: Agent, envelope: bytes) -> bool:
    """Whether a key this agent had before its last rotation signed this: then it is a copy, or was restored."""
    if agent.epoch == 1:
        return False
    with reading(engine) as connection:
        rows = connection.execute(
            select(key_event.c.kind, key_event.c.event)
            .where(key_event.c.cluster == cluster, key_event.c.firm == agent.firm, key_event.c.agent == agent.id)
            .order_by(key_event.c.log_index.desc())
        ).all()
    former = [_pub(row.kind, row.event) for row in rows if row.kind != KeyChange.REVOKE]
    return any(_signed(envelope, pub) for pub in former if pub != agent.public_key)


def _pub(kind: str, event: bytes) -> bytes:
    body = peek(event).payload if kind == KeyChange.ROTATE else event
    return canonical.unb64(canonical.decode(body)["pub"])


def _signed(envelope: bytes, pub: bytes) -> bool:
    try:
        opened_by_one(envelope, public_key(pub))
    except IntegrityError:
        return False
    return True


def revoke(connection: Connection, cluster: str, origin: str, agent: Agent, now: int) -> None:
    """Effective at once; revoking twice is once."""
    if agent.status is AgentStatus.REVOKED:
        return
    record(connection, cluster, origin, agent, KeyChange.REVOKE, now)
    agents.save(connection, cluster, [replace(agent, status=AgentStatus.REVOKED)])
