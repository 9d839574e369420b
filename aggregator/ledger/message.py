"""From an envelope's bytes to a message its agent signed: signature first, then one parse, then whose and for whom.

What comes out is what the ledger keeps and no more, as it crosses to the process that writes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias, assert_never

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aggregator.database.agents import Agent, AgentStatus
from aggregator.ledger import quick
from aggregator.ledger.packing import pack_outcomes, pack_overlays, squeeze
from aggregator.ledger.packs import KnownPack
from aggregator.refusal import Refusal, refuse
from shieldwall.encoding import canonical
from shieldwall.encoding.envelope import PAYLOAD_TYPE, Opened, public_key
from shieldwall.errors import IntegrityError, SchemaError
from shieldwall.log.receipt import Kind
from shieldwall.messages import notice
from shieldwall.messages.problem import ProblemType
from shieldwall.messages.rotation import Rotation, open_rotation, repeated_rotation
from shieldwall.messages.statement import AssetClass, Family, Position, Statement

KEYS: Final = 10_000
"""Opened keys kept, one an agent of a large cluster; opening one costs half as much as checking a signature."""
_GAP: Final = notice.GAP_PREDICATE_TYPE.encode()

Said: TypeAlias = Statement | notice.Gap | notice.Leave
Packs: TypeAlias = Callable[[str], KnownPack | None]
"""A pack by its digest; None for one this cluster does not know."""


@dataclass(frozen=True, slots=True)
class Report:
    """A statement, with its outcomes in the order of the pack they were judged by."""

    position: Position
    finished: int
    """Seconds since 1970."""
    seen: int
    """Leaves of the log of `position.aud` that the agent has seen."""
    pack: str
    """Digest."""
    kind: AssetClass
    family: Family
    outcomes: bytes
    """packing.pack_outcomes"""
    overlays: bytes
    """packing.pack_overlays"""


Body: TypeAlias = Report | notice.Gap | notice.Leave | Rotation


@dataclass(frozen=True, slots=True)
class Message:
    agent: str
    epoch: int
    """That of the key it is signed with; of a rotation the old one."""
    digest: str
    """SHA-256 of the signed payload: what makes a repetition recognisable."""
    body: Body
    squeezed: bytes
    """The envelope as packing.squeeze made it."""

    @property
    def kind(self) -> Kind:
        match self.body:
            case Report():
                return Kind.STATEMENT
            case notice.Gap():
                return Kind.GAP
            case notice.Leave():
                return Kind.LEAVE
            case Rotation():
                return Kind.KEY
            case _ as never:
                assert_never(never)


def standing(agent: Agent | None, *, leaving: bool = False) -> Agent:
    """The agent, when it may speak. Raises Refusal before anything it sent is parsed.

    leaving   a farewell is heard in any standing, so that its repetition finds the same receipt
    """
    if agent is None:
        raise refuse(ProblemType.UNKNOWN_AGENT)
    if leaving:
        return agent
    match agent.status:
        case AgentStatus.ACTIVE:
            return agent
        case AgentStatus.PENDING:
            raise refuse(ProblemType.AGENT_PENDING, retry_after=3600)
        case AgentStatus.LOST:
            raise refuse(ProblemType.UNKNOWN_AGENT)
        case AgentStatus.QUARANTINED:
            raise refuse(ProblemType.AGENT_QUARANTINED)
        case AgentStatus.REVOKED:
            raise refuse(ProblemType.AGENT_REVOKED)
        case _ as never:
            assert_never(never)


def opened(agent: Agent, envelope: bytes, audiences: frozenset[str], packs: Packs, *, leaving: bool = False) -> Message:
    """The message in an envelope signed by this agent's key. Raises Refusal."""
    said, digest = verified(agent, envelope, audiences, leaving=leaving)
    body = _report(said, packs) if isinstance(said, Statement) else said
    return Message(agent.id, agent.epoch, digest, body, squeeze(envelope))


def verified(agent: Agent, envelope: bytes, audiences: frozenset[str], *, leaving: bool = False) -> tuple[Said, str]:
    """What was said, and the digest of the payload that says it. Raises Refusal."""
    sealed = _open(agent, envelope)
    try:
        said = _body(sealed, leaving=leaving)
    except SchemaError as error:
        raise refuse(ProblemType.SCHEMA, pointer=error.pointer) from error
    except IntegrityError as error:
        raise refuse(ProblemType.MALFORMED) from error
    at = said if isinstance(said, notice.Leave) else said.position
    if at.aud not in audiences or at.agent != agent.id:
        raise refuse(ProblemType.WRONG_AUDIENCE)
    if at.epoch != agent.epoch:
        raise refuse(ProblemType.STALE_EPOCH)
    return said, canonical.digest(sealed.payload)


def rotated(agent: Agent, envelope: bytes, audiences: frozenset[str]) -> Message:
    """The rotation in an envelope signed by this agent's key and its next, or by its last and this one: a repetition.

    Raises Refusal.
    """
    key = _key(agent.public_key)
    try:
        rotation, payload = open_rotation(envelope, key)
    except IntegrityError as first:
        try:
            rotation, payload = repeated_rotation(envelope, key)
        except IntegrityError:
            raise _unopened(first, envelope) from first
    if rotation.aud not in audiences or rotation.agent != agent.id:
        raise refuse(ProblemType.WRONG_AUDIENCE)
    if rotation.epoch not in (agent.epoch, agent.epoch + 1):
        raise refuse(ProblemType.STALE_EPOCH)
    return Message(agent.id, rotation.epoch - 1, canonical.digest(payload), rotation, squeeze(envelope))


def _report(said: Statement, packs: Packs) -> Report:
    pack = packs(said.bundle.digest)
    if pack is None:
        raise refuse(ProblemType.SCHEMA, pointer="/predicate/bundle/digest")
    if not said.verdicts.keys() <= pack.places.keys():
        strange = min(said.verdicts.keys() - pack.places.keys())
        raise refuse(ProblemType.SCHEMA, pointer=f"/predicate/outcomes/{strange}")
    return Report(
        position=said.position,
        finished=int(said.run.finished.timestamp()),
        seen=0 if said.log is None else said.log.size,
        pack=pack.digest,
        kind=said.asset.kind,
        family=said.asset.family,
        outcomes=pack_outcomes(said.verdicts, pack.places),
        overlays=pack_overlays(said.overlays, pack.places),
    )


def _unopened(error: IntegrityError, envelope: bytes) -> Refusal:
    # The wrapping is not signed: a pointer into it would only describe what anybody may have written.
    if isinstance(error, SchemaError):
        return refuse(ProblemType.MALFORMED)
    return refuse(ProblemType.BAD_SIGNATURE if _wrapped(envelope) else ProblemType.MALFORMED)


def _open(agent: Agent, envelope: bytes) -> Opened:
    try:
        return quick.open_envelope(envelope, _key(agent.public_key))
    except IntegrityError as error:
        raise _unopened(error, envelope) from error


@lru_cache(KEYS)
def _key(raw: bytes) -> Ed25519PublicKey:
    return public_key(raw)


def _wrapped(envelope: bytes) -> bool:
    """Whether these bytes are JSON at all, so that nonsense is not called a bad signature."""
    try:
        canonical.decode(envelope)
    except IntegrityError:
        return False
    return True


def _body(sealed: Opened, *, leaving: bool) -> Said:
    wanted = notice.LEAVE_TYPE if leaving else PAYLOAD_TYPE
    if sealed.payload_type != wanted:
        raise refuse(ProblemType.UNSUPPORTED_MEDIA)
    if leaving:
        return notice.parse_leave(sealed.payload)
    # Both forms are closed, so these words stand in no other message; a wrong guess is refused by the one parse.
    if _GAP in sealed.payload:
        return notice.parse_gap(sealed.payload)
    return quick.parse(sealed.payload)
