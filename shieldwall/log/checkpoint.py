"""Checkpoints of a transparency log as C2SP signed notes (c2sp.org/signed-note, c2sp.org/tlog-checkpoint).

    <origin>\\n<size>\\n<base64 root>\\n\\n— <key name> <base64(key hash (4 B) ‖ Ed25519 signature)>\\n

The key name is the origin. Lines of others, such as witnesses (shieldwall.log.cosignature), may stand beside.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shieldwall.encoding import canonical
from shieldwall.encoding.envelope import public_key, raw_public
from shieldwall.errors import IntegrityError
from shieldwall.limits import AUDIENCE_CHARS, RECEIPT_BYTES, TREE_LEAVES
from shieldwall.log.merkle import HASH_BYTES

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

AUDIENCE = re.compile(r"[a-z0-9][a-z0-9.:-]*(/[a-z0-9][a-z0-9.-]*){1,4}")
"""A log origin: host (and port) and path, as in cluster.example/cluster-7/log1."""

DASH = "\u2014 "
"""Begins a signature line."""
_ED25519 = b"\x01"
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,15}")
_SIGNATURE_LINES = 16


@dataclass(frozen=True, slots=True)
class Checkpoint:
    origin: str
    size: int
    """Leaves in the log."""
    root: bytes
    """32 bytes."""

    def text(self) -> str:
        """The note's text, the bytes that are signed."""
        return f"{self.origin}\n{self.size}\n{canonical.b64(self.root)}\n"


def key_hash(name: str, key: Ed25519PublicKey) -> bytes:
    """Four bytes by which a signature line names its key."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + raw_public(key)).digest()[:4]


def vkey(name: str, key: Ed25519PublicKey) -> str:
    """The key in the note format's own text form."""
    return f"{name}+{key_hash(name, key).hex()}+{canonical.b64(_ED25519 + raw_public(key))}"


def parse_vkey(text: str) -> tuple[str, Ed25519PublicKey]:
    """Name and key. Raises IntegrityError."""
    name, first, rest = text.partition("+")
    number, second, body = rest.partition("+")
    raw = canonical.unb64(body) if first and second and name and text.isascii() else b""
    if len(raw) != 1 + HASH_BYTES or raw[:1] != _ED25519:
        raise IntegrityError("not a note key of the form name+hash+base64 for Ed25519")
    key = public_key(raw[1:])
    if key_hash(name, key).hex() != number:
        raise IntegrityError(f"the hash in the note key of {name} does not fit the key")
    return name, key


def sign_checkpoint(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """The signed note."""
    if not valid_audience(checkpoint.origin) or len(checkpoint.root) != HASH_BYTES:
        raise ValueError(f"a checkpoint cannot carry the origin {checkpoint.origin!r} or its root")
    text = checkpoint.text()
    line = canonical.b64(key_hash(checkpoint.origin, key.public_key()) + key.sign(text.encode()))
    return f"{text}\n{DASH}{checkpoint.origin} {line}\n"


def open_checkpoint(note: str, *, origin: str, log_key: Ed25519PublicKey) -> Checkpoint:
    """The checkpoint of this log, signed by its key. Raises IntegrityError."""
    from cryptography.exceptions import InvalidSignature

    if len(note) > RECEIPT_BYTES:
        raise IntegrityError(f"a checkpoint longer than {RECEIPT_BYTES} characters")
    head, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise IntegrityError("a checkpoint without a signature line")
    text = head + "\n"
    wanted = key_hash(origin, log_key)
    for signature in _signatures(tail, origin):
        if signature[:4] != wanted:
            continue
        try:
            log_key.verify(signature[4:], text.encode())
        except (InvalidSignature, UnicodeEncodeError) as error:
            raise IntegrityError(f"the signature of {origin} on a checkpoint does not hold") from error
        return _parse(text, origin)
    raise IntegrityError(f"a checkpoint that {origin} did not sign with the key it is known by")


def signature_lines(note: str, name: str) -> list[bytes]:
    """What stands behind this name below a note's text. Raises IntegrityError for malformed lines."""
    tail = note.rpartition("\n\n")[2]
    return _signatures(tail, name)


def valid_audience(text: str) -> bool:
    return len(text) <= AUDIENCE_CHARS and AUDIENCE.fullmatch(text) is not None


def _signatures(tail: str, name: str) -> list[bytes]:
    lines = tail[:-1].split("\n")
    if len(lines) > _SIGNATURE_LINES or any(not line.startswith(DASH) for line in lines):
        raise IntegrityError("a checkpoint with malformed signature lines")
    prefix = f"{DASH}{name} "
    return [canonical.unb64(line[len(prefix) :]) for line in lines if line.startswith(prefix)]


def _parse(text: str, origin: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise IntegrityError("a checkpoint has three lines: origin, size and root")
    named, size, root = lines[:3]
    if named != origin or not valid_audience(named):
        raise IntegrityError(f"a checkpoint of another log than {origin}")
    if not _DECIMAL.fullmatch(size) or int(size) > TREE_LEAVES:
        raise IntegrityError("a checkpoint whose size is no plain number")
    raw = canonical.unb64(root)
    if len(raw) != HASH_BYTES:
        raise IntegrityError("a checkpoint whose root is not a SHA-256 hash")
    return Checkpoint(named, int(size), raw)
