"""The first page: who takes part, and what the newest release says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from aggregator.database.engine import reading
from aggregator.ledger import periods
from aggregator.ledger.periods import Period, PeriodState
from aggregator.members import firms
from aggregator.members.listing import reporting
from aggregator.pages.own_audit import own_standing
from aggregator.pages.shelf import Published
from aggregator.pages.visit import Visit


@dataclass(frozen=True, slots=True)
class Participation:
    members: int
    open: Period | None
    """The oldest open period."""
    sent: int
    """Firms that have sent results in it."""
    frozen: tuple[Period, ...]
    """Frozen periods without a published release, oldest first."""


def participation(visit: Visit, shelf: Sequence[Published]) -> Participation:
    cluster = visit.desk.cluster
    published = {each.release.period for each in shelf}
    with reading(visit.desk.engine) as connection:
        known = periods.every(connection, cluster)
        first = next((period for period in known if period.state is PeriodState.OPEN), None)
        return Participation(
            members=len(firms.roster(connection, cluster)),
            open=first,
            sent=reporting(connection, cluster, first.name) if first else 0,
            frozen=tuple(p for p in known if p.state is PeriodState.FROZEN and p.name not in published),
        )


def show(visit: Visit) -> Response:
    shelf = visit.desk.shelf.all()
    return visit.page(
        "overview.html",
        own=own_standing(visit),
        taking_part=participation(visit, shelf),
        newest=shelf[0] if shelf else None,
    )
