"""Every kind of answer, with the headers it always carries."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from aggregator.refusal import Refusal
from aggregator.web.body import PROTOCOL_HEADER, PROTOCOLS
from shieldwall.messages.problem import MEDIA_TYPE, ProblemType

SECURITY: Final = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    PROTOCOL_HEADER: str(PROTOCOLS[-1]),
}
"""Set where an answer has not set its own."""


def json_answer(body: bytes, status: int = 200, *, retry_after: int = 0) -> Response:
    headers = {"Retry-After": str(retry_after)} if retry_after else None
    return Response(body, status, headers=headers, media_type="application/json")


def problem_answer(refusal: Refusal) -> Response:
    headers = {}
    if refusal.retry_after:
        headers["Retry-After"] = str(refusal.retry_after)
    if refusal.problem.type is ProblemType.TOO_LARGE:
        # What is left of the body is not worth reading.
        headers["Connection"] = "close"
    return Response(refusal.problem.encode(), refusal.problem.status, headers=headers, media_type=MEDIA_TYPE)
