"""Joining a cluster: one invitation for one slot, both sides prove that they hold its secret, the key is logged.

agent  -> {id, pub, nonce, mac, pop, caps}            mac: knows the secret; pop: holds the private key
server -> {agent, aud, epoch, server, mac, receipt}   mac: knows the secret; server: the log key the invitation pins
Fields under an HMAC are length-prefixed (4 bytes, big endian), so no two lists of fields give the same bytes.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from shieldwall.encoding import canonical
from shieldwall.encoding.closed import read
from shieldwall.encoding.envelope import public_key, raw_public
from shieldwall.errors import IntegrityError
from shieldwall.limits import AUDIENCE_CHARS
from shieldwall.log.checkpoint import AUDIENCE, Checkpoint
from shieldwall.log.receipt import Kind, Receipt, receipt_from, verify_receipt
from shieldwall.membership.invitation import ID_BYTES, KEY_BYTES, Invitation
from shieldwall.messages.statement import AGENT_ID

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NONCE_BYTES = 32
CAPS = ("ed25519",)
"""What this version of the agent can do."""
_CAP = re.compile(r"[a-z0-9-]{1,32}")
_SIGNATURE_BYTES = 64


class KeyChange(StrEnum):
    ADD = "add"
    ROTATE = "rotate"
    """Its leaf is the rotation both keys signed, not a KeyEvent."""
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """A leaf of the log (Kind.KEY) for every change of an agent's key. The key is random, so the leaf is hiding."""

    aud: str
    agent: str
    epoch: int
    change: KeyChange
    pub: bytes

    def encode(self) -> bytes:
        return canonical.encode(
            {
                "aud": self.aud,
                "agent": self.agent,
                "epoch": self.epoch,
                "change": str(self.change),
                "pub": canonical.b64(self.pub),
            }
        )

    def digest(self) -> str:
        return canonical.digest(self.encode())


@dataclass(frozen=True, slots=True)
class EnrolmentRequest:
    id: bytes
    """The invitation's."""
    pub: bytes
    nonce: bytes
    mac: bytes
    pop: bytes
    """Proof of possession: a signature by the new key."""
    caps: tuple[str, ...]

    def encode(self) -> bytes:
        named = {"id": self.id, "pub": self.pub, "nonce": self.nonce, "mac": self.mac, "pop": self.pop}
        return canonical.encode({**{k: canonical.b64(v) for k, v in named.items()}, "caps": list(self.caps)})


@dataclass(frozen=True, slots=True)
class EnrolmentAnswer:
    agent: str
    aud: str
    epoch: int
    server: bytes
    """The log key, 32 bytes."""
    mac: bytes
    receipt: Receipt
    """Of the key event ADD."""

    @property
    def head(self) -> str:
        """`prev` of the first statement."""
        return canonical.digest(self.receipt.encode())

    def encode(self) -> bytes:
        return canonical.encode(
            {
                "agent": self.agent,
                "aud": self.aud,
                "epoch": self.epoch,
                "server": canonical.b64(self.server),
                "mac": canonical.b64(self.mac),
                "receipt": self.receipt.members(),
            }
        )


def fields(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def client_mac(secret: bytes, pub: bytes, nonce: bytes) -> bytes:
    return _hmac(secret, b"sw-enroll-v1 agent", pub, nonce)


def server_mac(secret: bytes, server: bytes, pub: bytes, nonce: bytes, agent: str) -> bytes:
    return _hmac(secret, b"sw-enroll-v1 server", server, pub, nonce, agent.encode())


def possession(nonce: bytes, invitation_id: bytes) -> bytes:
    """The bytes the new key signs."""
    return b"sw-enroll-pop-v1" + nonce + invitation_id


def request(
    invitation: Invitation, key: Ed25519PrivateKey, nonce: bytes, caps: Sequence[str] = CAPS
) -> EnrolmentRequest:
    """nonce: NONCE_BYTES fresh random bytes."""
    pub = raw_public(key.public_key())
    mac = client_mac(invitation.secret, pub, nonce)
    return EnrolmentRequest(invitation.id, pub, nonce, mac, key.sign(possession(nonce, invitation.id)), tuple(caps))


def parse_request(data: bytes) -> EnrolmentRequest:
    """Raises SchemaError or IntegrityError. Nothing is verified yet."""
    id_, pub, nonce, mac, pop, caps = read(data).members("id", "pub", "nonce", "mac", "pop", "caps")
    return EnrolmentRequest(
        id_.bytes64(ID_BYTES, ID_BYTES),
        pub.bytes64(KEY_BYTES, KEY_BYTES),
        nonce.bytes64(NONCE_BYTES, NONCE_BYTES),
        mac.bytes64(32, 32),
        pop.bytes64(_SIGNATURE_BYTES, _SIGNATURE_BYTES),
        tuple(item.text(_CAP) for item in caps.elements(16)),
    )


def verify_request(asked: EnrolmentRequest, secret: bytes) -> Ed25519PublicKey:
    """The key that may be enrolled. The server looks the secret up by `asked.id`. Raises IntegrityError."""
    from cryptography.exceptions import InvalidSignature

    if not hmac.compare_digest(asked.mac, client_mac(secret, asked.pub, asked.nonce)):
        raise IntegrityError("the sender does not know the invitation's secret")
    key = public_key(asked.pub)
    try:
        key.verify(asked.pop, possession(asked.nonce, asked.id))
    except InvalidSignature as error:
        raise IntegrityError("the sender does not hold the private key it wants to enrol") from error
    return key


def parse_answer(data: bytes) -> EnrolmentAnswer:
    """Unknown members are ignored. Raises SchemaError or IntegrityError. Nothing is verified yet."""
    agent, aud, epoch, server, mac, receipt = read(data).known("agent", "aud", "epoch", "server", "mac", "receipt")
    return EnrolmentAnswer(
        agent.text(AGENT_ID),
        aud.text(AUDIENCE, AUDIENCE_CHARS),
        epoch.integer(1),
        server.bytes64(KEY_BYTES, KEY_BYTES),
        mac.bytes64(32, 32),
        receipt_from(receipt),
    )


def verify_answer(answer: EnrolmentAnswer, asked: EnrolmentRequest, invitation: Invitation) -> Checkpoint:
    """The first checkpoint of the log: its key is the pinned one, the server knew the secret, our key is logged.

    Raises IntegrityError.
    """
    if not hmac.compare_digest(hashlib.sha256(answer.server).digest(), invitation.sk):
        raise IntegrityError("the server's key is not the one this invitation names: something stands in between")
    expected = server_mac(invitation.secret, answer.server, asked.pub, asked.nonce, answer.agent)
    if not hmac.compare_digest(answer.mac, expected):
        raise IntegrityError("the server does not know the invitation's secret: something stands in between")
    event = KeyEvent(answer.aud, answer.agent, answer.epoch, KeyChange.ADD, asked.pub)
    if answer.receipt.kind is not Kind.KEY:
        raise IntegrityError("the enrolment receipt is of another kind")
    return verify_receipt(answer.receipt, digest=event.digest(), origin=answer.aud, log_key=public_key(answer.server))


def _hmac(secret: bytes, *parts: bytes) -> bytes:
    return hmac.new(secret, fields(*parts), hashlib.sha256).digest()
