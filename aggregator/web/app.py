"""The application: a literal table of routes around one Service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from aggregator.refusal import Refusal
from aggregator.web import protocol, public, trusted
from aggregator.web.service import Service
from aggregator.web.shell import Shell, defect, not_found, refused
from shieldwall.published.courses import PATH

Endpoint = Callable[[Request], Awaitable[Response]]

ROUTES: Final[tuple[tuple[str, str, Endpoint], ...]] = (
    ("POST", "/v1/enroll", protocol.enrol_agent),
    ("POST", "/v1/agents/{agent}/statements", protocol.take_statement),
    ("POST", "/v1/agents/{agent}/rotate", protocol.take_rotation),
    ("POST", "/v1/agents/{agent}/leave", protocol.take_leave),
    ("POST", "/v1/readmit", protocol.take_back),
    ("GET", "/v1/log/checkpoint", public.checkpoint),
    ("GET", "/v1/log/witnessed", public.witnessed),
    ("GET", "/v1/log/consistency", public.consistency),
    ("GET", "/v1/log/reopened", public.log_reopened),
    ("POST", "/v1/log/presented", protocol.take_presented),
    ("GET", "/v1/trust/anchor/{digest}", trusted.anchor),
    ("GET", "/v1/trust/metadata/{file}", trusted.metadata),
    ("GET", "/v1/trust/targets/{folder}/{file}", trusted.target),
    ("GET", "/v1/cluster", public.cluster),
    ("GET", PATH, public.courses),
    ("GET", "/v1/releases", public.releases),
    ("GET", "/v1/releases/{name}/{file}", public.release_file),
    ("GET", "/healthz", public.health),
    ("GET", "/", public.home),
)


def build(service: Service, more: Sequence[BaseRoute] = (), close: Callable[[], None] = lambda: None) -> ASGIApp:
    """The ASGI application; its shutdown finishes what the writer holds and closes the service.

    more    routes beside the protocol's, such as the manager's pages
    close   called first at the shutdown
    """

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        close()
        service.close()

    app = Starlette(
        routes=[*(Route(path, endpoint, methods=[method]) for method, path, endpoint in ROUTES), *more],
        exception_handlers={Refusal: refused, HTTPException: not_found, Exception: defect},
        lifespan=lifespan,
    )
    # An address with a slash too many is not found: a redirect would name whatever host the request claimed.
    app.router.redirect_slashes = False
    app.state.service = service
    return Shell(app)
