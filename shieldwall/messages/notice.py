"""The other messages an agent signs: a gap in its chain, and its farewell.

A gap stands in the chain where the lost statements stood: it names their digests, the server then expects
`last + 1` with `prev` equal to the last of these digests. It uses up no seq of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shieldwall.encoding import canonical
from shieldwall.encoding.closed import DIGEST, Node, read, read_canonical
from shieldwall.errors import SchemaError
from shieldwall.limits import AUDIENCE_CHARS, GAP_STATEMENTS
from shieldwall.log.checkpoint import AUDIENCE
from shieldwall.messages.statement import AGENT_ID, RUN_ID, TYPE, Position, position_from

GAP_PREDICATE_TYPE = "https://shieldwall.dev/attestation/gap/v1"
LEAVE_TYPE = "application/vnd.shieldwall.leave+json"


class GapReason(StrEnum):
    OVERFLOW = "overflow"
    """The outbox was full."""
    REFUSED = "refused"
    """The server will not take them (quarantined)."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Sent like a statement (in-toto payload, own predicate type) to the same address."""

    position: Position
    """seq and prev of the first lost statement."""
    nonce: str
    """UUIDv4, so that the leaf stays hiding."""
    digests: tuple[str, ...]
    """Of the lost payloads, in order; the first has position.seq."""
    reason: GapReason

    @property
    def last(self) -> int:
        """seq of the last lost statement."""
        return self.position.seq + len(self.digests) - 1

    def encode(self) -> bytes:
        at = self.position
        predicate = {
            "aud": at.aud,
            "agent": at.agent,
            "epoch": at.epoch,
            "from": at.seq,
            "to": self.last,
            "prev": at.prev,
            "digests": list(self.digests),
            "reason": str(self.reason),
        }
        subject = [{"name": self.nonce, "digest": {"sha256": self.digests[-1]}}]
        return canonical.encode(
            {"_type": TYPE, "subject": subject, "predicateType": GAP_PREDICATE_TYPE, "predicate": predicate}
        )


@dataclass(frozen=True, slots=True)
class Leave:
    """The firm takes this agent out of the cluster. Signed by the agent's key, payload type LEAVE_TYPE."""

    aud: str
    agent: str
    epoch: int
    nonce: str
    """UUIDv4."""

    def encode(self) -> bytes:
        return canonical.encode({"aud": self.aud, "agent": self.agent, "epoch": self.epoch, "nonce": self.nonce})


def predicate_type(payload: bytes) -> str:
    """Which of PREDICATE_TYPE and GAP_PREDICATE_TYPE a payload claims to be; anything else comes back as ""."""
    value = read(payload).get("predicateType").value
    return value if isinstance(value, str) else ""


def parse_gap(payload: bytes) -> Gap:
    """Raises SchemaError or IntegrityError."""
    kind, subject, predicate_kind, predicate = read_canonical(payload).members(
        "_type", "subject", "predicateType", "predicate"
    )
    kind.exactly(TYPE)
    predicate_kind.exactly(GAP_PREDICATE_TYPE)
    aud, agent, epoch, first, last, prev, listed, reason = predicate.members(
        "aud", "agent", "epoch", "from", "to", "prev", "digests", "reason"
    )
    digests = tuple(item.text(DIGEST) for item in listed.elements(GAP_STATEMENTS))
    if not digests:
        raise SchemaError("a gap without digests", pointer=listed.pointer)
    gap = Gap(position_from(aud, agent, epoch, first, prev), _nonce(subject), digests, reason.choice(GapReason))
    last.exactly(gap.last)
    return gap


def parse_leave(payload: bytes) -> Leave:
    aud, agent, epoch, nonce = read_canonical(payload).members("aud", "agent", "epoch", "nonce")
    return Leave(aud.text(AUDIENCE, AUDIENCE_CHARS), agent.text(AGENT_ID), epoch.integer(1), nonce.text(RUN_ID))


def _nonce(subject: Node) -> str:
    entries = subject.elements(1)
    if not entries:
        raise SchemaError("a gap has one subject", pointer=subject.pointer)
    name, digests = entries[0].members("name", "digest")
    (sha256,) = digests.members("sha256")
    sha256.text(DIGEST)
    return name.text(RUN_ID)
