"""An agent replaces its key: the old one vouches for the new one, the new one agrees, and the chain goes on from here.

Both keys sign; one signature less is refused. The first statement of the new epoch names this payload as its `prev`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shieldwall.encoding import canonical
from shieldwall.encoding.closed import DIGEST, read_canonical
from shieldwall.encoding.envelope import open_envelope, opened_by_one, public_key, sign
from shieldwall.errors import IntegrityError, SchemaError
from shieldwall.limits import AUDIENCE_CHARS
from shieldwall.log.checkpoint import AUDIENCE
from shieldwall.messages.statement import AGENT_ID

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ROTATION_TYPE: Final = "application/vnd.shieldwall.key-rotation+json"
_KEY_BYTES: Final = 32
_KEYS: Final = 2


@dataclass(frozen=True, slots=True)
class Rotation:
    aud: str
    agent: str
    epoch: int
    """The new one, one more than before."""
    pub: bytes
    """The new key, 32 random bytes: the leaf of the log hides the rest."""
    last_seq: int
    """Where the old epoch ended; 0 when it never spoke."""
    last_digest: str
    """`prev` of the statement that would have come next."""

    def encode(self) -> bytes:
        return canonical.encode(
            {
                "aud": self.aud,
                "agent": self.agent,
                "epoch": self.epoch,
                "pub": canonical.b64(self.pub),
                "last_seq": self.last_seq,
                "last_digest": self.last_digest,
            }
        )


def sign_rotation(rotation: Rotation, old: Ed25519PrivateKey, new: Ed25519PrivateKey) -> bytes:
    """The envelope, signed by both."""
    return sign(rotation.encode(), [old, new], ROTATION_TYPE)


def parse_rotation(payload: bytes) -> Rotation:
    """Raises SchemaError or IntegrityError."""
    aud, agent, epoch, pub, last_seq, last_digest = read_canonical(payload).members(
        "aud", "agent", "epoch", "pub", "last_seq", "last_digest"
    )
    return Rotation(
        aud.text(AUDIENCE, AUDIENCE_CHARS),
        agent.text(AGENT_ID),
        epoch.integer(2),
        pub.bytes64(_KEY_BYTES, _KEY_BYTES),
        last_seq.integer(),
        last_digest.text(DIGEST),
    )


def open_rotation(data: bytes, old: Ed25519PublicKey) -> tuple[Rotation, bytes]:
    """The rotation and its payload, signed by the old key and by the one it names. Raises IntegrityError, SchemaError.

    Nothing is parsed that the old key did not sign.
    """
    vouched = opened_by_one(data, old)
    if vouched.payload_type != ROTATION_TYPE:
        raise SchemaError("not a key rotation", pointer="/payloadType")
    rotation = parse_rotation(vouched.payload)
    sealed = open_envelope(data, [old, public_key(rotation.pub)], threshold=_KEYS)
    return rotation, sealed.payload


def repeated_rotation(data: bytes, current: Ed25519PublicKey) -> tuple[Rotation, bytes]:
    """A rotation to `current`, read again after it took place; whether it did is for the log to say.

    Raises IntegrityError, SchemaError.
    """
    vouched = opened_by_one(data, current)
    if vouched.payload_type != ROTATION_TYPE:
        raise SchemaError("not a key rotation", pointer="/payloadType")
    rotation = parse_rotation(vouched.payload)
    if rotation.pub != current.public_bytes_raw():
        raise IntegrityError("a rotation to another key than the one in use")
    return rotation, vouched.payload
