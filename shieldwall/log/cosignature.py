"""A witness's cosignature on a checkpoint (C2SP tlog-cosignature, cosignature/v1 with Ed25519).

    — <witness name> <base64(key hash (4 B) ‖ unix time (8 B, big endian) ‖ signature)>

Signed is "cosignature/v1\\ntime <unix time>\\n" and the checkpoint's text. It says: when I looked, this log held what I
had seen of it before. A witness has a key of its own; its kind stands in the key hash and in the vkey.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shieldwall.encoding import canonical
from shieldwall.encoding.envelope import public_key, raw_public
from shieldwall.errors import IntegrityError
from shieldwall.log.checkpoint import DASH, Checkpoint, signature_lines

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_KIND: Final = b"\x04"
_HASH: Final = 4
_TIME: Final = 8
_SIGNATURE: Final = 64
_KEY: Final = 32
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.:/-]{0,199}")


@dataclass(frozen=True, slots=True)
class Witness:
    name: str
    key: Ed25519PublicKey

    def vkey(self) -> str:
        return f"{self.name}+{_key_hash(self).hex()}+{canonical.b64(_KIND + raw_public(self.key))}"


@dataclass(frozen=True, slots=True)
class Cosigned:
    witness: Witness
    time: int
    """Seconds since 1970, by the witness's clock."""


def parse_witness(vkey: str) -> Witness:
    """Raises IntegrityError."""
    name, first, rest = vkey.partition("+")
    number, second, body = rest.partition("+")
    raw = canonical.unb64(body) if first and second and _NAME.fullmatch(name) else b""
    if len(raw) != 1 + _KEY or raw[:1] != _KIND:
        raise IntegrityError("not the key of a witness, of the form name+hash+base64 for Ed25519 cosignatures")
    found = Witness(name, public_key(raw[1:]))
    if _key_hash(found).hex() != number:
        raise IntegrityError(f"the hash in the key of the witness {name} does not fit the key")
    return found


def cosign(checkpoint: Checkpoint, name: str, key: Ed25519PrivateKey, now: int) -> str:
    """One signature line, with its line break."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"a witness cannot be called {name!r}")
    me = Witness(name, key.public_key())
    signed = key.sign(_message(checkpoint, now))
    return f"{DASH}{name} {canonical.b64(_key_hash(me) + now.to_bytes(_TIME, 'big') + signed)}\n"


def cosigned(note: str, checkpoint: Checkpoint, witnesses: Sequence[Witness]) -> list[Cosigned]:
    """Which of these witnesses signed this checkpoint, whose log signature was verified before.

    Lines of others are passed over. Raises IntegrityError for a line of a known key that does not hold.
    """
    found = []
    for witness in witnesses:
        for line in signature_lines(note, witness.name):
            if line[:_HASH] == _key_hash(witness):
                found.append(Cosigned(witness, _verified(line, checkpoint, witness)))
                break
    return found


def _verified(line: bytes, checkpoint: Checkpoint, witness: Witness) -> int:
    from cryptography.exceptions import InvalidSignature

    if len(line) != _HASH + _TIME + _SIGNATURE:
        raise IntegrityError(f"the cosignature of {witness.name} has another length than a cosignature/v1")
    time = int.from_bytes(line[_HASH : _HASH + _TIME], "big")
    try:
        witness.key.verify(line[_HASH + _TIME :], _message(checkpoint, time))
    except InvalidSignature as error:
        raise IntegrityError(f"the cosignature of {witness.name} on a checkpoint does not hold") from error
    return time


def _message(checkpoint: Checkpoint, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{checkpoint.text()}".encode()


def _key_hash(witness: Witness) -> bytes:
    return hashlib.sha256(witness.name.encode() + b"\n" + _KIND + raw_public(witness.key)).digest()[:_HASH]
