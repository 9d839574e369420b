"""Which courses the cluster offers: everybody reads, managers change."""

from __future__ import annotations

from starlette.responses import Response

from aggregator.pages.visit import Visit
from aggregator.people.audit import Action
from aggregator.release.courses import offer, offered, withdraw
from aggregator.render.topics import TOPICS
from shieldwall.errors import UsageError
from shieldwall.language import gettext as _
from shieldwall.published.courses import TITLE_CHARS, Course

HERE = "/manage/courses"


def show(visit: Visit) -> Response:
    courses = offered(visit.desk.config, visit.desk.service.notary)
    return visit.page("courses.html", courses=courses, topics=TOPICS, title_chars=TITLE_CHARS)


def add(visit: Visit) -> Response:
    desk = visit.desk
    typed = (visit.typed("topic"), visit.typed("title"), visit.typed("day"))
    made = offer(desk.config, desk.service.notary, *typed, visit.now)
    visit.note(Action.COURSE_OFFERED, made.title)
    return visit.go(HERE)


def remove(visit: Visit) -> Response:
    desk = visit.desk
    try:
        course = Course(visit.typed("topic"), visit.typed("title"), visit.typed("day"))
    except ValueError as error:
        raise UsageError(_("There is no such course.")) from error
    withdraw(desk.config, desk.service.notary, course, visit.now)
    visit.note(Action.COURSE_WITHDRAWN, course.title)
    return visit.go(HERE)
