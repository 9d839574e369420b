"""Protocol v1: enrolment, statements, farewells."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from aggregator.database.agents import Agent
from aggregator.ledger.message import Message, opened, rotated, standing
from aggregator.ledger.reopening import presented, rolled_back
from aggregator.members.enrol import enrol
from aggregator.members.keys import spoke_with_a_former_key
from aggregator.members.readmission import readmit
from aggregator.refusal import Refusal, refuse
from aggregator.web.answers import json_answer
from aggregator.web.body import check_head, read_body
from aggregator.web.service import Service
from shieldwall.encoding import canonical
from shieldwall.encoding.envelope import MEDIA_TYPE
from shieldwall.errors import IntegrityError, SchemaError
from shieldwall.membership.enrolment import parse_request
from shieldwall.membership.readmission import parse_readmission
from shieldwall.messages.problem import ProblemType

Read: TypeAlias = Callable[[Service, Agent, bytes], Message]
PENDING_SECONDS: Final = 3600
"""A manager who compares a fingerprint by telephone takes an hour rather than a minute."""


async def enrol_agent(request: Request) -> Response:
    service: Service = request.app.state.service
    check_head(request, "application/json")
    _whole(service)
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


async def take_back(request: Request) -> Response:
    """A host of the list that a new server was given."""
    service: Service = request.app.state.service
    check_head(request, "application/json")
    _whole(service)
    try:
        asked = parse_readmission(await read_body(request, service.body_seconds))
    except SchemaError as error:
        raise refuse(ProblemType.SCHEMA, pointer=error.pointer) from error
    except IntegrityError as error:
        raise refuse(ProblemType.MALFORMED) from error
    done = await run_in_threadpool(readmit, service.engine, service.notary, service.config, asked, int(service.clock()))
    return json_answer(done.encode(), 201)


async def take_statement(request: Request) -> Response:
    return await _take(request, _statement)


async def take_rotation(request: Request) -> Response:
    return await _take(request, _rotation)


async def take_leave(request: Request) -> Response:
    return await _take(request, _farewell, leaving=True)


def _statement(service: Service, agent: Agent, envelope: bytes) -> Message:
    return opened(agent, envelope, service.config.audiences, service.packs)


def _rotation(service: Service, agent: Agent, envelope: bytes) -> Message:
    return rotated(agent, envelope, service.config.audiences)


def _farewell(service: Service, agent: Agent, envelope: bytes) -> Message:
    return opened(agent, envelope, service.config.audiences, service.packs, leaving=True)


async def _take(request: Request, read: Read, *, leaving: bool = False) -> Response:
    service: Service = request.app.state.service
    check_head(request, MEDIA_TYPE)
    _whole(service)
    # Who speaks is settled before the body is read, let alone parsed.
    agent = standing(service.lookup.known(request.path_params["agent"]), leaving=leaving)
    wait = service.buckets.take(agent.id, asyncio.get_running_loop().time())
    if wait:
        raise refuse(ProblemType.RATE_LIMITED, retry_after=wait)
    body = await read_body(request, service.body_seconds)
    message = await _read(service, agent, body, read, leaving=leaving)
    try:
        answer = await service.writer.submit(message)
    except Refusal:
        service.lookup.forget(agent.id)
        raise
    return json_answer(answer.receipt.encode(), 200 if answer.repeated else 201)


async def _read(service: Service, agent: Agent, body: bytes, read: Read, *, leaving: bool) -> Message:
    """By what is known of the agent or, where that does not do, by what the database says now. Raises Refusal."""
    try:
        return read(service, agent, body)
    except Refusal as refusal:
        now = standing(service.lookup.agent(agent.id), leaving=leaving)
        if (now.epoch, now.public_key) == (agent.epoch, agent.public_key):
            raise await _explained(service, now, body, refusal) from None
    return await _read(service, now, body, read, leaving=leaving)


async def take_presented(request: Request) -> Response:
    """A checkpoint an agent holds of a log that this server seems to have forgotten."""
    service: Service = request.app.state.service
    check_head(request, "text/plain")
    note = (await read_body(request, service.body_seconds)).decode("utf-8", "replace")
    lost = await run_in_threadpool(presented, service.config, service.engine, service.notary, note)
    return json_answer(canonical.encode({"lost": lost}))


def _whole(service: Service) -> None:
    """Raises Refusal while leaves are known to be missing: every new one would contradict what agents hold."""
    if rolled_back(service.config):
        raise refuse(ProblemType.LOG_ROLLBACK)


async def _explained(service: Service, agent: Agent, body: bytes, refusal: Refusal) -> Refusal:
    """A signature by a key that was replaced tells of a copy; it is no forgery, and its sender may keep what it has."""
    if refusal.problem.type is ProblemType.BAD_SIGNATURE and await run_in_threadpool(
        spoke_with_a_former_key, service.engine, service.config.cluster, agent, body
    ):
        return refuse(ProblemType.STALE_EPOCH)
    return refusal
