"""Who else may enter: for managers."""

from __future__ import annotations

from starlette.responses import Response

from aggregator.database.engine import reading, writing
from aggregator.pages.visit import Visit
from aggregator.people import audit, links, persons
from aggregator.people.audit import Action
from aggregator.people.persons import Person, Role
from shieldwall.errors import UsageError
from shieldwall.language import gettext as _


def show(visit: Visit) -> Response:
    with reading(visit.desk.engine) as connection:
        everybody = persons.everyone(connection, visit.desk.cluster)
    return visit.page("people.html", everybody=everybody, roles=list(Role))


def invite(visit: Visit) -> Response:
    """A set-up link for somebody new; it stands in the answer, once."""
    role = _role(visit)
    return _link(visit, role, None)


def reset(visit: Visit) -> Response:
    """A link with which a person sets up signing in anew; until it is used, the old ways go on working."""
    with reading(visit.desk.engine) as connection:
        person = _find(visit, persons.by_id(connection, visit.desk.cluster, visit.names["person"]))
    return _link(visit, person.role, person)


def change_role(visit: Visit) -> Response:
    desk, role = visit.desk, _role(visit)
    with writing(desk.engine) as connection:
        person = _find(visit, persons.by_id(connection, desk.cluster, visit.names["person"]))
        persons.set_role(connection, desk.cluster, person.id, role)
        audit.append(
            connection, desk.cluster, visit.who.name, Action.ROLE_CHANGED, f"{person.name} is now {role}", visit.now
        )
    return visit.go("/manage/people")


def disable(visit: Visit) -> Response:
    desk = visit.desk
    with writing(desk.engine) as connection:
        person = _find(visit, persons.by_id(connection, desk.cluster, visit.names["person"]))
        persons.disable(connection, desk.cluster, person.id, visit.now)
        audit.append(connection, desk.cluster, visit.who.name, Action.PERSON_DISABLED, person.name, visit.now)
    return visit.go("/manage/people")


def _link(visit: Visit, role: Role, person: Person | None) -> Response:
    desk = visit.desk
    with writing(desk.engine) as connection:
        token = links.make(connection, desk.cluster, role, visit.now, person=person.id if person else None)
        about = f"for {person.name}" if person else f"for a {role}"
        audit.append(connection, desk.cluster, visit.who.name, Action.LINK_MADE, about, visit.now)
    return visit.page("link.html", link=f"{desk.config.url}/manage/welcome/{token}", role=role, person=person)


def _role(visit: Visit) -> Role:
    wanted = visit.typed("role")
    if wanted not in list(Role):
        raise UsageError(_("A role is one of %(roles)s.") % {"roles": ", ".join(map(_, Role))})
    return Role(wanted)


def _find(visit: Visit, person: Person | None) -> Person:
    if person is None:
        raise UsageError(_("There is no such person; go back to the list."))
    return person
