"""The audit log, newest first, and whether its chain holds."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from aggregator.database.engine import reading
from aggregator.pages.visit import Visit
from aggregator.people import audit
from shieldwall.errors import IntegrityError

A_PAGE: Final = 100


def show(visit: Visit) -> Response:
    start = visit.query.get("before", "")
    before = int(start) if start.isascii() and start.isdecimal() and len(start) < 16 else None
    with reading(visit.desk.engine) as connection:
        try:
            head, broken = audit.verify(connection, visit.desk.cluster), ""
        except IntegrityError as error:
            head, broken = audit.head(connection, visit.desk.cluster), str(error)
        entries = audit.newest(connection, visit.desk.cluster, A_PAGE, before)
    return visit.page("log.html", entries=entries, head=head, broken=broken, older=len(entries) == A_PAGE)
