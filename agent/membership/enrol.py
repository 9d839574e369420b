"""Joining a cluster and leaving it. Both can be repeated after any interruption until they have happened once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from agent.delivery.deliver import advice, check_receipt, read_receipt
from agent.delivery.outbox import SCHEMA, Outbox
from agent.delivery.transport import Answer, Transport
from agent.home import identity
from agent.home.config import Home
from agent.home.identity import Enrolment, Identity, Machine
from agent.home.store import opened
from agent.membership import trust
from shieldwall.encoding import canonical, envelope
from shieldwall.encoding.envelope import key_id
from shieldwall.errors import ConfigError, DeliveryError, IntegrityError, RefusedError, UsageError
from shieldwall.log.receipt import Kind
from shieldwall.membership import enrolment
from shieldwall.membership.fingerprint import six_words
from shieldwall.membership.invitation import Invitation
from shieldwall.messages.notice import LEAVE_TYPE, Leave
from shieldwall.messages.problem import ProblemType, Retry, parse_problem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class SpentError(RefusedError):
    """The cluster does not take this invitation from this host; another one may do."""


SPENT: Final = (ProblemType.UNKNOWN_INVITATION, ProblemType.INVITATION_EXPIRED, ProblemType.TOKEN_ALREADY_BOUND)


@dataclass(frozen=True, slots=True)
class Joined:
    enrolment: Enrolment
    fingerprint: str
    """Six words of the agent's key; the cluster manager sees the same."""
    pending: bool
    """Statements are taken once the cluster manager has compared the words and approved."""


def join(
    home: Home, invitation: Invitation, machine: Machine, transport: Transport, nonce: bytes, *, replace: bool = False
) -> Joined:
    """Enrol this agent. Raises UsageError when it is enrolled already, DeliveryError to try again, RefusedError, and
    IntegrityError when something between this host and the cluster plays its part.
    """
    if invitation.root is not None:
        trust.set_anchor(home, trust.fetch_anchor(transport, invitation.root), invitation.root)
    key = _key_for(home, invitation, replace)
    asked = enrolment.request(invitation, key, nonce)
    answer = transport.post("/v1/enroll", asked.encode(), "application/json")
    if answer.status not in (200, 201, 202):
        _raise_refusal(answer)
    try:
        got = enrolment.parse_answer(answer.body)
    except IntegrityError as error:
        raise DeliveryError("the answer is not that of an aggregator; check the network, then join again") from error
    checkpoint = enrolment.verify_answer(got, asked, invitation)
    made = Enrolment(
        url=invitation.url,
        aud=got.aud,
        agent=got.agent,
        epoch=got.epoch,
        server=canonical.b64(got.server),
        key=key_id(key.public_key()),
        head=got.head,
        receipt=got.receipt.encode().decode(),
        machine=identity.traits(machine, key),
    )
    with opened(home, SCHEMA) as connection:
        Outbox(connection, Identity(made, key)).open(checkpoint.size, checkpoint.root, got.receipt.received)
    identity.write_enrolment(home, made)
    _joining(home).unlink(missing_ok=True)
    return Joined(made, six_words(key.public_key()), answer.status == 202)


def leave(home: Home, who: Identity, transport: Transport, nonce: Callable[[], str]) -> None:
    """Withdraw from the cluster and set key and enrolment aside. Raises as join; until it succeeds all stays."""
    at = who.enrolment
    payload = Leave(at.aud, at.agent, at.epoch, nonce()).encode()
    sealed = envelope.sign(payload, [who.key], LEAVE_TYPE)
    answer = transport.post(f"/v1/agents/{at.agent}/leave", sealed, envelope.MEDIA_TYPE)
    if answer.status in (200, 201):
        check_receipt(read_receipt(answer), Kind.LEAVE, canonical.digest(payload), at)
    elif not _already_gone(answer):
        _raise_refusal(answer)
    identity.set_aside(home)


def _key_for(home: Home, invitation: Invitation, replace: bool) -> Ed25519PrivateKey:
    """The same key for the same invitation however often it is tried, a fresh one for another."""
    home.create()
    if identity.read_enrolment(home) is not None:
        if not replace:
            raise UsageError(
                "this agent is enrolled already; `shieldwall leave` first, "
                "or `shieldwall join --replace` when your cluster manager gave you a new invitation"
            )
        identity.set_aside(home)
    mark = canonical.encode({"url": invitation.url, "invitation": invitation.id.hex()})
    noted = _joining(home)
    try:
        known = noted.read_bytes() if noted.exists() else b""
        if home.key.exists() and known != mark:
            identity.set_aside(home)
        identity.write_private(noted, mark, replace=True)
    except OSError as error:
        raise ConfigError(f"cannot write {noted}: {error.strerror}") from error
    return identity.ensure_key(home.key)


def begun(home: Home) -> bytes | None:
    """The id of the invitation this host tried before and does not know the end of."""
    try:
        noted = canonical.decode(_joining(home).read_bytes())
        return bytes.fromhex(noted["invitation"])
    except (OSError, IntegrityError, KeyError, TypeError, ValueError):
        return None


def _joining(home: Home) -> Path:
    return home.path / "joining.json"


def _already_gone(answer: Answer) -> bool:
    try:
        return parse_problem(answer.body).type in (ProblemType.AGENT_REVOKED, ProblemType.UNKNOWN_AGENT)
    except IntegrityError:
        return False


def _raise_refusal(answer: Answer) -> NoReturn:
    try:
        problem = parse_problem(answer.body)
    except IntegrityError as error:
        raise DeliveryError(
            f"the answer (HTTP {answer.status}) came from something between this host and the cluster; try again later"
        ) from error
    if problem.retry is Retry.LATER:
        raise DeliveryError(f"{advice(problem)}; try again later")
    raise (SpentError if problem.type in SPENT else RefusedError)(advice(problem))
