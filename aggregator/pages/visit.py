"""One request, as a page sees it: who asks, what was typed, and how to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from aggregator.database.engine import writing
from aggregator.pages.access import Access
from aggregator.pages.desk import Desk
from aggregator.pages.paper import page_answer
from aggregator.people import audit
from aggregator.people.audit import Action
from aggregator.people.persons import Person
from aggregator.people.sessions import LIFE_SECONDS, Session, form_token


@dataclass(frozen=True, slots=True)
class Visit:
    desk: Desk
    path: str
    query: Mapping[str, str]
    names: Mapping[str, str]
    """The parts of the path that vary."""
    form: Mapping[str, str]
    """What was typed; empty unless the method is POST."""
    visitor: str
    """The cookie's value: a session's id, or a number drawn for somebody not signed in."""
    session: Session | None
    person: Person | None
    now: int

    @property
    def who(self) -> Person:
        """The person signed in; only for pages that need one."""
        assert self.person is not None
        return self.person

    @property
    def here(self) -> str:
        """Where this page can be asked for again; the overview for the answer to a form."""
        if self.form:
            return "/manage"
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    def may(self, access: Access) -> bool:
        return access.allows(self.person, self.session)

    def typed(self, name: str) -> str:
        return self.form.get(name, "").strip()

    def note(self, action: Action, subject: str = "") -> None:
        """Into the audit log, in a transaction of its own."""
        with writing(self.desk.engine) as connection:
            audit.append(connection, self.desk.cluster, self.who.name, action, subject, self.now)

    def page(self, template: str, status: int = 200, /, **words: Any) -> Response:
        """words   what the template speaks of, beside what every page has"""
        answer = page_answer(
            template,
            status,
            config=self.desk.config,
            me=self.person if self.session and self.session.whole else None,
            half=self.session is not None and not self.session.whole,
            path=self.path,
            here=self.here,
            form_token=form_token(self.visitor),
            may_operate=self.may(Access.OPERATOR),
            may_manage=self.may(Access.MANAGER),
            **words,
        )
        self.remember(answer, self.visitor)
        return answer

    def go(self, where: str, visitor: str | None = None) -> Response:
        """See another page, after something was done."""
        answer = RedirectResponse(where, 303)
        self.remember(answer, visitor or self.visitor)
        return answer

    def remember(self, answer: Response, visitor: str) -> None:
        answer.set_cookie(
            self.desk.cookie, visitor, max_age=LIFE_SECONDS, path="/", secure=self.desk.secure, httponly=True,
            samesite="lax",
        )  # fmt: skip
