"""Around every request: headers on each answer, one line of log without address, path or body, no exception unmet."""

from __future__ import annotations

import json
import logging
import time
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aggregator.refusal import Refusal, refuse
from aggregator.web.answers import SECURITY, problem_answer
from shieldwall.messages.problem import ProblemType

logger = logging.getLogger("shieldwall.aggregator")

ALWAYS: Final = tuple((name.lower().encode(), value.encode()) for name, value in SECURITY.items())
DEFECT_RETRY_SECONDS: Final = 300
"""A defect is not mended in a minute."""


class Shell:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.monotonic(), 0

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(pair for pair in ALWAYS if pair[0] not in present)]
            await send(message)

        try:
            await self._app(scope, receive, dressed)
        except ClientDisconnect:
            return
        except Exception:
            # Answered by `defect` already, where an answer could still be given.
            logger.exception("defect while answering")
        finally:
            _log(scope, status, time.monotonic() - started)


def refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return problem_answer(error)


def defect(_request: Request, _error: Exception) -> Response:
    """Our own mistake or a database that is away: the message is safe in its outbox."""
    return problem_answer(refuse(ProblemType.UNAVAILABLE, retry_after=DEFECT_RETRY_SECONDS))


def not_found(_request: Request, error: Exception) -> Response:
    """An address or a method nobody answers."""
    assert isinstance(error, HTTPException)
    return problem_answer(refuse(ProblemType.NOT_FOUND))


def _log(scope: Scope, status: int, seconds: float) -> None:
    if logger.isEnabledFor(logging.INFO):
        route = scope.get("route")
        line = {
            "method": scope["method"],
            "route": getattr(route, "path", "-"),
            "status": status,
            "ms": round(seconds * 1000, 1),
        }
        logger.info(json.dumps(line))
