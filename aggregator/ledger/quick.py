"""Reading a statement as the shared `envelope` and `statement` do, in less time: what a server does all day.

A faster reader may only say yes, or no to a signature. To everything else the one strict reader gives the answer and
the reason.
"""

from __future__ import annotations

import re
from typing import Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shieldwall.encoding import canonical, envelope
from shieldwall.encoding.closed import Node
from shieldwall.encoding.envelope import PAYLOAD_TYPE, Opened
from shieldwall.errors import IntegrityError, SchemaError
from shieldwall.limits import INFLATED_BYTES
from shieldwall.messages import statement
from shieldwall.messages.statement import Statement

_BEFORE: Final = b'{"payload":"'
_AFTER: Final = re.compile(
    rb'","payloadType":"%b","signatures":\[\{"keyid":"[0-9a-f]{64}","sig":"([A-Za-z0-9+/]{86}==)"\}\]\}'
    % re.escape(PAYLOAD_TYPE.encode())
)


def open_envelope(data: bytes, key: Ed25519PublicKey) -> Opened:
    """The payload of an envelope that `key` alone signed. Raises IntegrityError (SchemaError for a malformed wrapping).

    What our own agents write is one text with two gaps: nothing but the gaps has to be looked at. `signers` is empty.
    """
    found = _gaps(data)
    if found is None:
        return envelope.open_envelope(data, [key])
    payload, signature = found
    try:
        key.verify(signature, envelope.pae(PAYLOAD_TYPE, payload))
    except InvalidSignature:
        raise IntegrityError(envelope.FORGED) from None
    return Opened(PAYLOAD_TYPE, payload, ())


def _gaps(data: bytes) -> tuple[bytes, bytes] | None:
    """Payload and signature; None for what is written in any other way."""
    end = data.find(b'"', len(_BEFORE))
    after = _AFTER.fullmatch(data, end) if data.startswith(_BEFORE) and len(data) <= INFLATED_BYTES else None
    if after is None:
        return None
    try:
        payload = canonical.unb64(data[len(_BEFORE) : end].decode("ascii"))
        return (payload, canonical.unb64(after[1].decode("ascii"))) if payload else None
    except (UnicodeDecodeError, IntegrityError):
        return None


def parse(payload: bytes) -> Statement:
    """The statement in bytes whose signature already held. Raises SchemaError (with the pointer) or IntegrityError.

    The closed schema leaves nothing but objects, lists, texts, whole numbers up to 2**53, true, false and null, and
    written back by sorted keys these are the very bytes that came: the canonical form, read without loss.
    """
    try:
        value = orjson.loads(payload)
        if orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == payload:
            return statement.statement_from(Node(value))
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, SchemaError):
        pass
    return statement.parse(payload)
