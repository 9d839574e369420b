"""Setting up a person with a one-time link: name and password here, the second step on the next page."""

from __future__ import annotations

from starlette.responses import Response

from aggregator.database.engine import reading, writing
from aggregator.pages.sign_in import enter
from aggregator.pages.visit import Visit
from aggregator.people import audit, links, passwords, persons
from aggregator.people.audit import Action
from aggregator.people.links import Link
from aggregator.people.persons import Person
from shieldwall.errors import UsageError
from shieldwall.language import gettext as _


def ask(visit: Visit) -> Response:
    link, person = _held(visit)
    if link is None:
        return visit.page("refused.html", 404, why="link")
    return visit.page("welcome.html", link=link, person=person, told="", name="")


def set_up(visit: Visit) -> Response:
    link, person = _held(visit)
    if link is None:
        return visit.page("refused.html", 404, why="link")
    name = person.name if person else visit.typed("name").lower()
    try:
        password = passwords.acceptable(visit.form.get("password", ""), name)
        if password != visit.form.get("repeated", ""):
            raise UsageError(_("The two passwords differ; type the same one twice."))
        made = _make(visit, link, person, name, visit.desk.hasher.hash(password))
    except UsageError as error:
        return visit.page("welcome.html", 400, link=link, person=person, told=str(error), name=name)
    return enter(visit, made, whole=False, where="/manage/account/app")


def _make(visit: Visit, link: Link, person: Person | None, name: str, hashed: str) -> Person:
    desk = visit.desk
    with writing(desk.engine) as connection:
        if not links.use(connection, desk.cluster, link, visit.now):
            raise UsageError(_("This link was used a moment ago; ask for another."))
        if person is None:
            made = persons.add(connection, desk.cluster, name=name, role=link.role, password=hashed, now=visit.now)
            audit.append(connection, desk.cluster, name, Action.PERSON_ADDED, f"as {link.role}", visit.now)
            return made
        persons.start_anew(connection, desk.cluster, person.id, hashed)
        audit.append(connection, desk.cluster, person.name, Action.PERSON_RESET, "", visit.now)
        return person


def _held(visit: Visit) -> tuple[Link | None, Person | None]:
    with reading(visit.desk.engine) as connection:
        link = links.find(connection, visit.desk.cluster, visit.names["link"], visit.now)
        if link is None or link.person is None:
            return link, None
        return link, persons.by_id(connection, visit.desk.cluster, link.person)
