"""A fleet as a table for people and as lines for machines."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from agent.comparison.fleet import Fleet, Member
from agent.render.plain import one_line

COMMON: Final = 10
STALE_DAYS: Final = 8


def table(fleet: Fleet, now: datetime) -> str:
    width = min(30, max(len(member.name) for member in fleet.members))
    lines = [f"{'HOST':<{width}}  BAND SCORE COVERAGE  GATES FINDINGS  SEEN"]
    for member in fleet.members:
        score = "   – " if member.score is None else f"{member.score:5.0%}"
        days = (now - member.finished).days
        seen = f"{member.finished:%Y-%m-%d}" + (f", {days} days ago" if days > STALE_DAYS else "")
        lines.append(
            f"{one_line(member.name)[:width]:<{width}}  {member.band or '–':<4} {score} {member.coverage:8.0%}  "
            f"{len(member.open_gates):5} {len(member.failed):8}  {seen}"
        )
    lines += ["", "MOST COMMON"]
    for check, hosts in fleet.common(COMMON):
        lines.append(one_line(f"{hosts:4} of {len(fleet.members)}  {check}  {fleet.titles[check]}"))
    policies = sorted({member.policy for member in fleet.members})
    if len(policies) > 1:
        lines += ["", f"Policies differ ({', '.join(policies)}): scores of hosts are not alike."]
    return "\n".join(lines) + "\n"


def as_line(member: Member) -> dict[str, Any]:
    return {
        "host": member.name,
        "finished": member.finished.isoformat(),
        "role": member.role,
        "system": member.system,
        "policy": member.policy,
        "band": member.band,
        "score": member.score,
        "coverage": member.coverage,
        "open_gates": list(member.open_gates),
        "failed": list(member.failed),
    }
