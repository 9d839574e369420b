"""The first start: a link with which the first manager comes in."""

from __future__ import annotations

from aggregator.database.engine import writing
from aggregator.pages.desk import Desk
from aggregator.people import audit, links, persons
from aggregator.people.persons import Role


def first_link(desk: Desk) -> str:
    """A set-up link while there is no manager, in place of the one of the start before; else nothing."""
    cluster, now = desk.cluster, desk.now()
    with writing(desk.engine) as connection:
        if not persons.nobody_yet(connection, cluster):
            return ""
        links.withdraw_unused(connection, cluster)
        token = links.make(connection, cluster, Role.MANAGER, now)
        audit.append(connection, cluster, audit.COMMAND_LINE, audit.Action.LINK_MADE, "at the first start", now)
    return f"{desk.config.url}/manage/welcome/{token}"
