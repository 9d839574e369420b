"""DSSE v1.0 envelopes: a signature over exact bytes and their type, checked before a byte of them is parsed.

The payload travels as base64 of the signed bytes and is never encoded again. The key id is a hint for people;
which keys may sign is decided by the caller (for a statement: by the agent named in the request path).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shieldwall.encoding import canonical
from shieldwall.encoding.closed import Node, read
from shieldwall.errors import IntegrityError, SchemaError
from shieldwall.limits import INFLATED_BYTES, SIGNATURES

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"
MEDIA_TYPE = "application/vnd.dsse.envelope.v1+json"

SMALL_ORDER = frozenset(
    bytes.fromhex(text)
    for text in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)
"""Encodings, without their sign bit, of the points whose order divides 8: RFC 8032 does not ask to refuse them."""
FORGED = "a signature does not hold under any key that may sign this"
_TYPE_FORM = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class Opened:
    payload_type: str
    payload: bytes
    """The bytes that were signed, not yet parsed."""
    signers: tuple[str, ...]
    """Key ids whose signature held."""


def pae(payload_type: str, payload: bytes) -> bytes:
    """Pre-authentication encoding of the DSSE protocol, v1.0."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def raw_public(key: Ed25519PublicKey) -> bytes:
    """32 bytes."""
    return key.public_bytes_raw()


def public_key(raw: bytes) -> Ed25519PublicKey:
    """Raises IntegrityError when the bytes are no Ed25519 key, or one under which anybody's signature holds."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if raw[:-1] + bytes([raw[-1] & 0x7F] if raw else b"") in SMALL_ORDER:
        raise IntegrityError(
            "not an Ed25519 public key anybody may use: its order is small, so signatures prove nothing"
        )
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise IntegrityError(f"not an Ed25519 public key: {error}") from error


def key_id(key: Ed25519PublicKey) -> str:
    """Lower-case hex SHA-256 of the raw key."""
    return canonical.digest(raw_public(key))


def sign(payload: bytes, keys: Sequence[Ed25519PrivateKey], payload_type: str = PAYLOAD_TYPE) -> bytes:
    """The envelope as canonical JSON, signed by one or two keys in the order given."""
    if not 1 <= len(keys) <= SIGNATURES:
        raise ValueError(f"an envelope carries 1 to {SIGNATURES} signatures, not {len(keys)}")
    message = pae(payload_type, payload)
    return canonical.encode(
        {
            "payload": canonical.b64(payload),
            "payloadType": payload_type,
            "signatures": [
                {"keyid": key_id(key.public_key()), "sig": canonical.b64(key.sign(message))} for key in keys
            ],
        }
    )


def open_envelope(data: bytes, keys: Sequence[Ed25519PublicKey], *, threshold: int = 1) -> Opened:
    """The payload of an envelope signed by at least `threshold` different keys of `keys`.

    Every signature must belong to one of the keys: an envelope with a signature nobody can check is refused.
    Raises IntegrityError (SchemaError when the wrapping itself is malformed).
    """
    if threshold < 1 or len(keys) < threshold:
        raise ValueError("a threshold needs at least as many keys")
    if len(data) > INFLATED_BYTES:
        raise IntegrityError(f"an envelope of {len(data)} bytes, the limit is {INFLATED_BYTES}")
    body, kind, listed = read(data).members("payload", "payloadType", "signatures")
    payload = body.bytes64(1, INFLATED_BYTES)
    payload_type = kind.text(_TYPE_FORM, 80)
    message = pae(payload_type, payload)
    signers = {_signer(node, message, keys) for node in _signatures(listed)}
    if len(signers) < threshold:
        raise IntegrityError(f"signed by {len(signers)} of the keys that count, {threshold} needed")
    return Opened(payload_type, payload, tuple(sorted(signers)))


def opened_by_one(data: bytes, key: Ed25519PublicKey) -> Opened:
    """The payload of an envelope that `key` signed, whoever else did: to read in it which other key must have.

    Raises IntegrityError (SchemaError when the wrapping itself is malformed).
    """
    if len(data) > INFLATED_BYTES:
        raise IntegrityError(f"an envelope of {len(data)} bytes, the limit is {INFLATED_BYTES}")
    body, kind, listed = read(data).members("payload", "payloadType", "signatures")
    payload, payload_type = body.bytes64(1, INFLATED_BYTES), kind.text(_TYPE_FORM, 80)
    message = pae(payload_type, payload)
    for node in _signatures(listed):
        try:
            return Opened(payload_type, payload, (_signer(node, message, [key]),))
        except SchemaError:
            raise
        except IntegrityError:
            continue
    raise IntegrityError("no signature holds under the key that must have signed this")


def peek(data: bytes) -> Opened:
    """An envelope of our own, read back without a key: for showing what was signed. `signers` is empty."""
    body, kind, _ = read(data).members("payload", "payloadType", "signatures")
    return Opened(kind.text(_TYPE_FORM, 80), body.bytes64(1, INFLATED_BYTES), ())


def _signatures(listed: Node) -> tuple[Node, ...]:
    nodes = listed.elements(SIGNATURES)
    if not nodes:
        raise SchemaError("an envelope without a signature", pointer=listed.pointer)
    return nodes


def _signer(node: Node, message: bytes, keys: Sequence[Ed25519PublicKey]) -> str:
    from cryptography.exceptions import InvalidSignature

    _, sig = node.members("keyid", "sig")
    signature = sig.bytes64(_SIGNATURE_BYTES, _SIGNATURE_BYTES)
    for key in keys:
        try:
            key.verify(signature, message)
        except InvalidSignature:
            continue
        return key_id(key)
    raise IntegrityError(FORGED)
