"""Problem details of RFC 9457, closed to the types of protocol v1. No member carries a detail of a host."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shieldwall.encoding import canonical
from shieldwall.encoding.closed import DIGEST, read
from shieldwall.errors import SchemaError

MEDIA_TYPE = "application/problem+json"
_BASE = "https://shieldwall.dev/problems/"


class Retry(StrEnum):
    """What the sender may do with the same request."""

    NEVER = "never"
    LATER = "later"
    AFTER_FIX = "after-fix"


class ProblemType(StrEnum):
    MALFORMED = "malformed"
    BAD_SIGNATURE = "bad-signature"
    WRONG_AUDIENCE = "wrong-audience"
    UNSUPPORTED_PROTOCOL = "unsupported-protocol"
    UNKNOWN_AGENT = "unknown-agent"
    UNKNOWN_INVITATION = "unknown-invitation"
    INVITATION_EXPIRED = "invitation-expired"
    AGENT_REVOKED = "agent-revoked"
    AGENT_QUARANTINED = "agent-quarantined"
    AGENT_PENDING = "agent-pending"
    NOT_FOUND = "not-found"
    GAP = "gap"
    FORK = "fork"
    STALE_EPOCH = "stale-epoch"
    TOKEN_ALREADY_BOUND = "token-already-bound"  # noqa: S105
    LOG_ROLLBACK = "log-rollback"
    TOO_LARGE = "too-large"
    UNSUPPORTED_MEDIA = "unsupported-media"
    SCHEMA = "schema"
    RATE_LIMITED = "rate-limited"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Meaning:
    status: int
    retry: Retry
    title: str


MEANINGS: dict[ProblemType, Meaning] = {
    ProblemType.MALFORMED: Meaning(400, Retry.NEVER, "The message is not one of this protocol"),
    ProblemType.BAD_SIGNATURE: Meaning(400, Retry.NEVER, "The signature does not hold under the agent's key"),
    ProblemType.WRONG_AUDIENCE: Meaning(400, Retry.NEVER, "The message is meant for another cluster or agent"),
    ProblemType.UNSUPPORTED_PROTOCOL: Meaning(400, Retry.AFTER_FIX, "This version of the protocol is not spoken here"),
    ProblemType.UNKNOWN_AGENT: Meaning(401, Retry.AFTER_FIX, "No agent is enrolled under this id"),
    ProblemType.UNKNOWN_INVITATION: Meaning(401, Retry.NEVER, "No such invitation, or its secret does not fit"),
    ProblemType.INVITATION_EXPIRED: Meaning(403, Retry.NEVER, "The invitation has expired or was withdrawn"),
    ProblemType.AGENT_REVOKED: Meaning(403, Retry.AFTER_FIX, "This agent was revoked"),
    ProblemType.AGENT_QUARANTINED: Meaning(403, Retry.AFTER_FIX, "This agent is held back until the manager decides"),
    ProblemType.AGENT_PENDING: Meaning(403, Retry.LATER, "This agent waits for the manager's approval"),
    ProblemType.NOT_FOUND: Meaning(404, Retry.NEVER, "There is nothing at this address"),
    ProblemType.GAP: Meaning(409, Retry.AFTER_FIX, "Statements before this one are missing"),
    ProblemType.FORK: Meaning(409, Retry.AFTER_FIX, "Another statement already stands at this place of the chain"),
    ProblemType.STALE_EPOCH: Meaning(409, Retry.AFTER_FIX, "The key of this statement was replaced"),
    ProblemType.TOKEN_ALREADY_BOUND: Meaning(409, Retry.AFTER_FIX, "The invitation was used with another key"),
    ProblemType.LOG_ROLLBACK: Meaning(409, Retry.AFTER_FIX, "The agent has seen a longer log than this server holds"),
    ProblemType.TOO_LARGE: Meaning(413, Retry.AFTER_FIX, "The message is larger than the protocol allows"),
    ProblemType.UNSUPPORTED_MEDIA: Meaning(415, Retry.AFTER_FIX, "This media type or encoding is not accepted here"),
    ProblemType.SCHEMA: Meaning(422, Retry.AFTER_FIX, "A member of the message is wrong, missing or unknown"),
    ProblemType.RATE_LIMITED: Meaning(429, Retry.LATER, "Too many messages, come back later"),
    ProblemType.UNAVAILABLE: Meaning(503, Retry.LATER, "The server cannot take messages at the moment"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    type: ProblemType
    expected_seq: int | None = None
    """gap, fork: the seq the server would take next."""
    expected_prev: str | None = None
    supported: tuple[int, ...] = ()
    """unsupported-protocol: versions the server speaks."""
    pointer: str = ""
    """schema: JSON pointer into the payload."""

    @property
    def status(self) -> int:
        return MEANINGS[self.type].status

    @property
    def retry(self) -> Retry:
        return MEANINGS[self.type].retry

    @property
    def title(self) -> str:
        return MEANINGS[self.type].title

    def encode(self) -> bytes:
        members: dict[str, object] = {
            "type": _BASE + self.type,
            "title": self.title,
            "status": self.status,
            "retry": str(self.retry),
        }
        if self.expected_seq is not None:
            members["expected_seq"] = self.expected_seq
        if self.expected_prev is not None:
            members["expected_prev"] = self.expected_prev
        if self.supported:
            members["supported"] = list(self.supported)
        if self.pointer:
            members["pointer"] = self.pointer
        return canonical.encode(members)


def parse_problem(data: bytes) -> Problem:
    """A problem of this protocol; unknown members are ignored. Raises IntegrityError for anything else.

    Title, status and retry are what this version knows about the type, not what the wire says.
    """
    node = read(data)
    (kind,) = node.known("type")
    if not isinstance(kind.value, str) or not kind.value.startswith(_BASE):
        raise SchemaError("not a problem of this protocol", pointer="/type")
    try:
        problem_type = ProblemType(kind.value.removeprefix(_BASE))
    except ValueError as error:
        raise SchemaError("a problem this version does not know", pointer="/type") from error
    seq, prev, supported, pointer = (
        node.get(name) for name in ("expected_seq", "expected_prev", "supported", "pointer")
    )
    return Problem(
        problem_type,
        None if seq.value is None else seq.integer(1),
        None if prev.value is None else prev.text(DIGEST),
        () if supported.value is None else tuple(item.integer(1, 99) for item in supported.elements(16)),
        pointer.value[:200] if isinstance(pointer.value, str) and pointer.value.isprintable() else "",
    )
