"""Protocol v1: enrolment, statements, farewells."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from aggregator.ledger.message import opened, standing
from aggregator.members.enrol import enrol
from aggregator.refusal import refuse
from aggregator.web.answers import json_answer
from aggregator.web.body import check_head, read_body
from aggregator.web.service import Service
from shieldwall.enrolment import parse_request
from shieldwall.envelope import MEDIA_TYPE
from shieldwall.errors import IntegrityError, SchemaError
from shieldwall.problem import ProblemType

PENDING_SECONDS: Final = 3600
"""A manager who compares a fingerprint by telephone takes an hour rather than a minute."""


async def enrol_agent(request: Request) -> Response:
    service: Service = request.app.state.service
    check_head(request, "application/json")
    body = await read_body(request, service.body_seconds)
    try:
        asked = parse_request(body)
    except SchemaError as error:
        raise refuse(ProblemType.SCHEMA, pointer=error.pointer) from error
    except IntegrityError as error:
        raise refuse(ProblemType.MALFORMED) from error
    config = service.config
    done = await run_in_threadpool(
        enrol, service.engine, service.notary, config.cluster, asked, int(service.clock()), approval=config.approval
    )
    if done.pending:
        return json_answer(done.answer.encode(), 202, retry_after=PENDING_SECONDS)
    return json_answer(done.answer.encode(), 201)


async def take_statement(request: Request) -> Response:
    return await _take(request, leaving=False)


async def take_leave(request: Request) -> Response:
    return await _take(request, leaving=True)


async def _take(request: Request, *, leaving: bool) -> Response:
    service: Service = request.app.state.service
    check_head(request, MEDIA_TYPE)
    # Who speaks is settled before the body is read, let alone parsed.
    agent = standing(service.agent(request.path_params["agent"]), leaving=leaving)
    wait = service.buckets.take(agent.id, asyncio.get_running_loop().time())
    if wait:
        raise refuse(ProblemType.RATE_LIMITED, retry_after=wait)
    message = opened(agent, await read_body(request, service.body_seconds), service.config.origin, leaving=leaving)
    answer = await asyncio.wrap_future(service.writer.submit(message))
    return json_answer(answer.receipt.encode(), 200 if answer.repeated else 201)
