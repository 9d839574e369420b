"""What the cluster said no to at the last attempt, and what can be typed about it."""

from __future__ import annotations

from typing import Final

from agent.doctor.finding import Finding, Level

ANEW: Final = "shieldwall join --replace"
UPGRADE: Final = "sudo apt install ./shieldwall_VERSION_amd64.deb, or pip install --upgrade shieldwall"


def refused(trouble: str) -> Finding:
    """`trouble`: a problem type, as the outbox remembers it."""
    from agent.delivery.deliver import Action, action_for, advice
    from shieldwall.messages.problem import Problem, ProblemType

    kind = ProblemType(trouble)
    mends = {
        ProblemType.UNKNOWN_AGENT: ANEW,
        ProblemType.AGENT_REVOKED: ANEW,
        ProblemType.STALE_EPOCH: ANEW,
        ProblemType.UNSUPPORTED_PROTOCOL: UPGRADE,
    }
    level = Level.NOTE if action_for(Problem(kind)) is Action.LATER else Level.BAD
    return Finding(level, "outbox", f"{kind}: {advice(Problem(kind))}", mends.get(kind, "shieldwall submit"))
