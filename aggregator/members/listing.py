"""Members as a manager's list: two questions to the database however many firms there are. Never results."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from aggregator.database.schema import agent as agent_table
from aggregator.database.schema import host_period
from aggregator.database.schema import invitation as invitation_table
from aggregator.members import firms
from aggregator.members.firms import Firm


@dataclass(frozen=True, slots=True)
class Listed:
    firm: Firm
    speaking: int
    """Agents that may speak."""
    waiting: int
    """Agents that need a decision: pending or quarantined."""
    last_seen: int | None
    alarms: int
    """Attempts to use an invitation a second time with another key."""
    open_invitations: int


def listed(connection: Connection, cluster: str, now: int) -> tuple[Listed, ...]:
    """Present members first, by name; then those who left."""
    statuses: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    seen: dict[str, int] = {}
    counted = select(
        agent_table.c.firm, agent_table.c.status, func.count().label("agents"),
        func.max(agent_table.c.last_seen).label("at"),
    ).where(agent_table.c.cluster == cluster)  # fmt: skip
    for row in connection.execute(counted.group_by(agent_table.c.firm, agent_table.c.status)):
        statuses[row.firm][row.status] = row.agents
        seen[row.firm] = max(seen.get(row.firm, 0), row.at or 0)
    alarms: defaultdict[str, int] = defaultdict(int)
    waiting: defaultdict[str, int] = defaultdict(int)
    asked = select(
        invitation_table.c.firm, invitation_table.c.alarms, invitation_table.c.used_at, invitation_table.c.revoked_at,
        invitation_table.c.expires_at,
    ).where(invitation_table.c.cluster == cluster)  # fmt: skip
    for row in connection.execute(asked):
        alarms[row.firm] += row.alarms
        waiting[row.firm] += row.used_at is None and row.revoked_at is None and row.expires_at > now
    everybody = [
        Listed(
            firm=firm,
            speaking=statuses[firm.id]["active"],
            waiting=statuses[firm.id]["pending"] + statuses[firm.id]["quarantined"],
            last_seen=seen.get(firm.id) or None,
            alarms=alarms[firm.id],
            open_invitations=waiting[firm.id],
        )
        for firm in firms.everyone(connection, cluster)
    ]
    return tuple(sorted(everybody, key=lambda each: (each.firm.left_at is not None, each.firm.name.lower())))


def reporting(connection: Connection, cluster: str, period: str) -> int:
    """Firms that have sent something in a period: how many, not which, not what."""
    firm = func.count(func.distinct(host_period.c.firm))
    query = select(firm).where(host_period.c.cluster == cluster, host_period.c.period == period)
    return int(connection.execute(query).scalar_one())
