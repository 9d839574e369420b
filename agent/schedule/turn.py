"""Whether it is this host's turn. Missed turns are caught up by asking again, not by remembering to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from agent.schedule.base import Every

MONDAY: Final = datetime(2024, 1, 1, tzinfo=UTC)
"""A Monday at midnight UTC, from which periods are counted."""
CLOCK_STEP: Final = timedelta(hours=1)
"""A clock corrected by less than this makes no second audit."""


def latest_turn(now: datetime, every: Every, offset: int) -> datetime:
    """The last moment, at or before `now`, at which the host's turn began."""
    period = timedelta(seconds=every.seconds)
    first = MONDAY + timedelta(seconds=offset)
    return first + (now - first) // period * period


def due(now: datetime, last: datetime | None, every: Every, offset: int) -> bool:
    """True when no audit was made since the latest turn. One that claims to be from the future counts as none."""
    if last is None or last > now + CLOCK_STEP:
        return True
    return last < latest_turn(now, every, offset)
