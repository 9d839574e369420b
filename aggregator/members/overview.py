"""What the manager sees of members: enrolled, last seen and flags. Never results."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Connection

from aggregator.database import agents
from aggregator.database.agents import Agent, AgentStatus
from aggregator.database.engine import connect, reading
from aggregator.members import firms, invitations
from shieldwall.encoding.envelope import public_key
from shieldwall.membership.fingerprint import six_words


def overview(database_url: str, cluster: str, *, with_agents: bool) -> Iterator[str]:
    """Tab-separated lines: a firm, and with `with_agents` its agents below it."""
    engine = connect(database_url)
    try:
        with reading(engine) as connection:
            yield from _lines(connection, cluster, with_agents=with_agents)
    finally:
        engine.dispose()


def _lines(connection: Connection, cluster: str, *, with_agents: bool) -> Iterator[str]:
    for firm in firms.everyone(connection, cluster):
        present = agents.of_firm(connection, cluster, firm.id)
        speaking = [agent for agent in present if agent.status is AgentStatus.ACTIVE]
        seen = max((agent.last_seen or 0 for agent in present), default=0)
        tried = [item for item in invitations.of_firm(connection, cluster, firm.id) if item.alarms]
        fields = [
            firm.id, firm.name, firm.sector, firm.size_band, firm.linked_group or "-", firm.status,
            f"{len(speaking)} agents", _time(seen),
        ]  # fmt: skip
        if tried:
            count, last = sum(item.alarms for item in tried), max(item.last_try_at or 0 for item in tried)
            fields.append(f"ALARM: an invitation was tried {count} times with another key, last {_time(last)}")
        yield "\t".join(fields)
        if with_agents:
            yield from (_agent_line(agent) for agent in present)


def _agent_line(agent: Agent) -> str:
    flags = [str(agent.status)] + (["clock is wrong"] if agent.clock_suspect else [])
    words = six_words(public_key(agent.public_key))
    return "\t".join(["  " + agent.id, agent.slot, _time(agent.last_seen or 0), ", ".join(flags), words])


def _time(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M") if moment else "never"
