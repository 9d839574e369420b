"""The one question of every request, past all layers but the driver: whose statement is this?"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Engine

from aggregator.database import agents, straight
from aggregator.database.agents import Agent, AgentStatus
from shieldwall.messages.statement import AGENT_ID

KNOWN: Final = 10_000
"""Agents kept, of a large cluster all; past this they are asked for anew."""


class Lookup:
    """One connection kept open; each answer is of its own moment. For one thread at a time."""

    def __init__(self, engine: Engine, cluster: str) -> None:
        self._engine, self._cluster = engine, cluster
        self._raw: Any = None
        self._known: dict[str, Agent] = {}

    def known(self, agent: str) -> Agent | None:
        """As `agent`, or as it stood when it was last asked for and active.

        Good for opening what it sent and for nothing else: whether it may still speak is decided where its message is
        entered, and a message that does not open is worth asking anew.
        """
        return self._known.get(agent) or self.agent(agent)

    def forget(self, agent: str) -> None:
        self._known.pop(agent, None)

    def agent(self, agent: str) -> Agent | None:
        """None for an unknown id, and for what can be none. Raises the driver's error; the next question reconnects."""
        if not AGENT_ID.fullmatch(agent):
            return None
        try:
            cursor = self._connection().cursor()
            cursor.execute(*straight.spoken(agents.BY_ID, self._engine.dialect, {"c": self._cluster, "a": agent}))
            row = cursor.fetchone()
            cursor.close()
        except Exception:
            # Such as a database server that was restarted.
            self.close()
            raise
        found = None if row is None else agents.from_row(row)
        self.forget(agent)
        if found is not None and found.status is AgentStatus.ACTIVE:
            if len(self._known) >= KNOWN:
                self._known.clear()
            self._known[agent] = found
        return found

    def close(self) -> None:
        if self._raw is not None:
            # Not back into the pool: it is set up for this one use.
            self._raw.invalidate()
            self._raw = None

    def _connection(self) -> Any:
        if self._raw is None:
            self._raw = self._engine.raw_connection()
            if self._engine.dialect.name == "postgresql":
                self._raw.dbapi_connection.autocommit = True
        return self._raw
