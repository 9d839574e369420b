"""Coming back to a cluster whose server was lost: the old server's receipt for one's key, and proof that one holds it.

agent  -> {agent, event, receipt, nonce, pop}   event: what the receipt is for: a KeyEvent or a Rotation
server -> {epoch, receipt}                      receipt: of the key event under the new log
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shieldwall.encoding import canonical
from shieldwall.encoding.closed import read, read_canonical
from shieldwall.encoding.envelope import public_key
from shieldwall.errors import IntegrityError, SchemaError
from shieldwall.limits import AUDIENCE_CHARS, RECEIPT_BYTES
from shieldwall.log.checkpoint import AUDIENCE
from shieldwall.log.receipt import Kind, Receipt, receipt_from, verify_receipt
from shieldwall.membership.enrolment import NONCE_BYTES, KeyChange
from shieldwall.messages.rotation import parse_rotation
from shieldwall.messages.statement import AGENT_ID

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_SIGNATURE_BYTES: Final = 64
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Standing:
    """What the old server's log said of a key."""

    aud: str
    agent: str
    epoch: int
    pub: bytes


@dataclass(frozen=True, slots=True)
class Readmission:
    agent: str
    event: bytes
    receipt: Receipt
    nonce: bytes
    pop: bytes

    def encode(self) -> bytes:
        return canonical.encode(
            {
                "agent": self.agent,
                "event": canonical.b64(self.event),
                "receipt": self.receipt.members(),
                "nonce": canonical.b64(self.nonce),
                "pop": canonical.b64(self.pop),
            }
        )


@dataclass(frozen=True, slots=True)
class Readmitted:
    epoch: int
    receipt: Receipt

    @property
    def head(self) -> str:
        """`prev` of the first statement, as after joining."""
        return canonical.digest(self.receipt.encode())

    def encode(self) -> bytes:
        return canonical.encode({"epoch": self.epoch, "receipt": self.receipt.members()})


def ask(agent: str, event: bytes, receipt: Receipt, key: Ed25519PrivateKey, nonce: bytes) -> Readmission:
    """nonce: NONCE_BYTES fresh random bytes."""
    return Readmission(agent, event, receipt, nonce, key.sign(_possession(nonce, agent)))


def parse_readmission(data: bytes) -> Readmission:
    """Raises SchemaError or IntegrityError. Nothing is verified yet."""
    agent, event, receipt, nonce, pop = read(data).members("agent", "event", "receipt", "nonce", "pop")
    return Readmission(
        agent.text(AGENT_ID),
        event.bytes64(1, RECEIPT_BYTES),
        receipt_from(receipt),
        nonce.bytes64(NONCE_BYTES, NONCE_BYTES),
        pop.bytes64(_SIGNATURE_BYTES, _SIGNATURE_BYTES),
    )


def parse_readmitted(data: bytes) -> Readmitted:
    epoch, receipt = read(data).known("epoch", "receipt")
    return Readmitted(epoch.integer(2), receipt_from(receipt))


def verify_readmission(asked: Readmission, keys: Callable[[str], Sequence[Ed25519PublicKey]]) -> Standing:
    """keys: those a former log of this cluster was signed with, by its origin. Raises IntegrityError."""
    from cryptography.exceptions import InvalidSignature

    said = standing_in(asked.event)
    if said.agent != asked.agent or asked.receipt.kind is not Kind.KEY:
        raise IntegrityError("the receipt is not for this agent's key")
    for key in keys(said.aud):
        try:
            verify_receipt(asked.receipt, digest=canonical.digest(asked.event), origin=said.aud, log_key=key)
            break
        except IntegrityError:
            continue
    else:
        raise IntegrityError(f"no former log of this cluster signed this receipt as {said.aud}")
    try:
        public_key(said.pub).verify(asked.pop, _possession(asked.nonce, asked.agent))
    except InvalidSignature as error:
        raise IntegrityError("the sender does not hold the key the receipt is for") from error
    return said


def standing_in(event: bytes) -> Standing:
    """What an event about a key says, whether it was added or replaced another. Raises IntegrityError."""
    if read(event).get("change").value is None:
        rotation = parse_rotation(event)
        return Standing(rotation.aud, rotation.agent, rotation.epoch, rotation.pub)
    aud, agent, change, epoch, pub = read_canonical(event).members("aud", "agent", "change", "epoch", "pub")
    if change.choice(KeyChange) is not KeyChange.ADD:
        raise SchemaError("an event by which no key came into use", pointer="/change")
    return Standing(
        aud.text(AUDIENCE, AUDIENCE_CHARS), agent.text(AGENT_ID), epoch.integer(1), pub.bytes64(_KEY_BYTES, _KEY_BYTES)
    )


def _possession(nonce: bytes, agent: str) -> bytes:
    return b"sw-readmit-pop-v1" + nonce + agent.encode()
