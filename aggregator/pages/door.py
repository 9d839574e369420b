"""The door every page stands behind: who is it, may they, and does the request come from one of our own pages."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from aggregator.database.engine import reading, writing
from aggregator.pages import tongue
from aggregator.pages.access import Access
from aggregator.pages.desk import Desk
from aggregator.pages.visit import Visit
from aggregator.people import persons, sessions
from aggregator.people.persons import Person
from aggregator.people.sessions import TOUCH_SECONDS, Session
from aggregator.render import retold
from shieldwall.errors import ShieldwallError
from shieldwall.language import speaking
from shieldwall.limits import KIB

logger = logging.getLogger("shieldwall.aggregator")

FORM_BYTES: Final = 32 * KIB
"""The largest form is a passkey's answer of about 4 KiB."""
FORM_FIELDS: Final = 20
COOKIE_CHARS: Final = 64

Handler = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Page:
    method: str
    path: str
    access: Access
    handler: Handler
    fresh: bool = False
    """Only shortly after signing in: what it does outlasts the session."""
    form_bytes: int = FORM_BYTES
    """The largest form it takes."""


class FormError(Exception):
    """A form nobody types: too large, too slow, not a form."""


class Door:
    """One page's; `open` is its endpoint."""

    def __init__(self, desk: Desk, page: Page) -> None:
        self._desk, self._page = desk, page

    async def open(self, request: Request) -> Response:
        try:
            form = await self._form(request) if request.method == "POST" else {}
        except FormError:
            form = {}
        return await run_in_threadpool(self._spoken, request, form)

    async def _form(self, request: Request) -> dict[str, str]:
        most = self._page.form_bytes
        if most > FORM_BYTES and not await run_in_threadpool(self._inside, request):
            most = FORM_BYTES
        return await _form(request, self._desk.service.body_seconds, most)

    def _inside(self, request: Request) -> bool:
        """Whether somebody signed in sends it; nobody else's large form is read."""
        session, _ = self._known(self._cookie(request), self._desk.now())
        return session is not None and session.whole

    def _cookie(self, request: Request) -> str:
        cookie = request.cookies.get(self._desk.cookie, "")
        return cookie if 20 <= len(cookie) <= COOKIE_CHARS else ""

    def _spoken(self, request: Request, form: Mapping[str, str]) -> Response:
        asked = request.headers.get("accept-language", "")
        with speaking(tongue.choose(request.cookies, asked, self._desk.config.language)):
            return self._answer(request, form)

    def _answer(self, request: Request, form: Mapping[str, str]) -> Response:
        visit = self._visit(request, form)
        if request.method == "POST" and not self._own(request, visit):
            return visit.page("refused.html", 403, why="form")
        if not visit.may(self._page.access):
            return self._turn_away(visit, request)
        if self._page.fresh and visit.session is not None and not visit.session.fresh(visit.now):
            return visit.go(f"/manage/sign-in?again=1&next={quote(_back(request))}")
        try:
            return self._page.handler(visit)
        except ShieldwallError as error:
            return visit.page("refused.html", 400, why="told", told=retold.again(str(error)))
        except Exception:
            logger.exception("defect while answering a page")
            return visit.page("refused.html", 500, why="defect")

    def _visit(self, request: Request, form: Mapping[str, str]) -> Visit:
        now = self._desk.now()
        cookie = self._cookie(request)
        session, person = self._known(cookie, now)
        return Visit(
            desk=self._desk,
            path=request.url.path,
            query=dict(request.query_params),
            names=dict(request.path_params),
            form=form,
            visitor=cookie or sessions.new_id(),
            session=session,
            person=person,
            now=now,
        )

    def _known(self, cookie: str, now: int) -> tuple[Session | None, Person | None]:
        if not cookie:
            return None, None
        cluster = self._desk.cluster
        with reading(self._desk.engine) as connection:
            session = sessions.find(connection, cluster, cookie, now)
            person = persons.by_id(connection, cluster, session.person) if session else None
        if session is None or person is None or person.disabled_at is not None:
            return None, None
        if not session.whole and person.second_step:
            # Somebody finished setting up elsewhere: a password alone opens nothing any more.
            return None, None
        if now - session.seen_at >= TOUCH_SECONDS:
            with writing(self._desk.engine) as connection:
                sessions.touch(connection, cluster, session, now)
        return session, person

    def _own(self, request: Request, visit: Visit) -> bool:
        """Whether a POST was sent by a form of ours: three independent signs, each enough to stop a stranger's."""
        if request.headers.get("origin", "").lower() != self._desk.origin:
            return False
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        return hmac.compare_digest(sessions.form_token(visit.visitor).encode(), visit.form.get("token", "").encode())

    def _turn_away(self, visit: Visit, request: Request) -> Response:
        if visit.session is not None and not visit.session.whole:
            return visit.go("/manage/account/app")
        if visit.person is None:
            return visit.go(f"/manage/sign-in?next={quote(_back(request))}")
        return visit.page("refused.html", 403, why="role", needed=self._page.access.value)


def _back(request: Request) -> str:
    """Where to go on after signing in: a page can be asked for again, a form cannot."""
    return request.url.path if request.method in ("GET", "HEAD") else "/manage"


async def _form(request: Request, seconds: float, most: int) -> dict[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise FormError
    received = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                received += chunk
                if len(received) > most:
                    raise FormError
        return dict(parse_qsl(received.decode(), keep_blank_values=True, max_num_fields=FORM_FIELDS))
    except (TimeoutError, ValueError) as error:
        raise FormError from error
