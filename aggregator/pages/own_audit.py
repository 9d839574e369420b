"""This server's own standing, shown before anybody else is judged."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from aggregator.pages.access import Access
from aggregator.pages.visit import Visit
from aggregator.release.figures import THEME_TITLES
from aggregator.standing import FRESH_DAYS, Finding, Standing, Why, by_hand


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """What a page shows of it."""

    known: Standing | None
    why: str
    """A word of Why; empty when known."""
    days: int
    old: bool
    fresh_days: int
    findings: tuple[Finding, ...]
    """With evidence, for whoever looks after members and server; nothing for readers."""
    command: str
    """What makes one; names a folder of the server, so it is not for readers either."""


def own_standing(visit: Visit) -> OwnStanding:
    audit, operates = visit.desk.own_audit, visit.may(Access.OPERATOR)
    found = audit.now(visit.now)
    known = found if isinstance(found, Standing) else None
    return OwnStanding(
        known=known,
        why=found.value if isinstance(found, Why) else "",
        days=known.days(visit.now) if known else 0,
        old=known.old(visit.now) if known else False,
        fresh_days=FRESH_DAYS,
        findings=known.findings if known and operates else (),
        command=by_hand(audit.place) if operates else "",
    )


def show(visit: Visit) -> Response:
    return visit.page("own_audit.html", own=own_standing(visit), titles=THEME_TITLES)
