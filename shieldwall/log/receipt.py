"""The aggregator's signed answer that it holds a message, since when and where (C2SP tlog-proof v1 around a leaf).

A leaf reveals nothing: it holds the hash of a message with at least 122 random bits, the time and the kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from shieldwall.encoding import canonical
from shieldwall.encoding.closed import DIGEST, Node, read
from shieldwall.errors import IntegrityError, SchemaError
from shieldwall.limits import PROOF_HASHES, RECEIPT_BYTES, TREE_LEAVES
from shieldwall.log import merkle
from shieldwall.log.checkpoint import Checkpoint, open_checkpoint

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,15})")
_PROOF = re.compile(r"[^\r\0]+", re.DOTALL)
_YEAR_9999 = 253_402_300_799


class Kind(StrEnum):
    """What a leaf stands for."""

    STATEMENT = "statement"
    GAP = "gap"
    KEY = "key"
    """An agent's key was added or revoked (digest of enrolment.KeyEvent), or replaced (of rotation.Rotation)."""
    LEAVE = "leave"
    LOG = "log"
    """The highest checkpoint of a log that was lost; the digest is that of the signed note."""


@dataclass(frozen=True, slots=True)
class Receipt:
    index: int
    """0-based place in the log."""
    received: int
    """Seconds since 1970, by the server's clock."""
    digest: str
    """Lower-case hex SHA-256 of the message's payload bytes."""
    kind: Kind
    proof: str
    """tlog-proof v1 text with the checkpoint signed by the log key."""

    def encode(self) -> bytes:
        """Canonical JSON; its SHA-256 is `head` for an enrolment receipt."""
        return canonical.encode(self.members())

    def members(self) -> dict[str, object]:
        """For embedding in a larger answer."""
        return {
            "index": self.index,
            "received": self.received,
            "digest": self.digest,
            "kind": str(self.kind),
            "proof": self.proof,
        }

    def at(self) -> datetime:
        return datetime.fromtimestamp(self.received, UTC)


def parse_receipt(data: bytes) -> Receipt:
    """Unknown members are ignored, as every server answer's. Raises IntegrityError. Nothing is verified yet."""
    if len(data) > RECEIPT_BYTES * 2:
        raise IntegrityError(f"a receipt of {len(data)} bytes")
    return receipt_from(read(data))


def receipt_from(node: Node) -> Receipt:
    index, received, digest, kind, proof = node.known("index", "received", "digest", "kind", "proof")
    return Receipt(
        index.integer(),
        received.integer(0, _YEAR_9999),
        digest.text(DIGEST),
        kind.choice(Kind),
        proof.text(_PROOF, RECEIPT_BYTES),
    )


def leaf_data(digest: str, received: int, kind: Kind) -> bytes:
    return f"sw-leaf/v1\n{digest}\n{received}\n{kind}\n".encode()


def leaf_hash(digest: str, received: int, kind: Kind) -> bytes:
    """What the server appends to its tree."""
    return merkle.leaf_hash(leaf_data(digest, received, kind))


def format_proof(index: int, hashes: Sequence[bytes], note: str) -> str:
    """tlog-proof v1 text without extra data."""
    return "".join([f"{_HEADER}\nindex {index}\n", *(canonical.b64(h) + "\n" for h in hashes), "\n", note])


def verify_receipt(receipt: Receipt, *, digest: str, origin: str, log_key: Ed25519PublicKey) -> Checkpoint:
    """The signed checkpoint that contains this message at this time. Raises IntegrityError."""
    if receipt.digest != digest:
        raise IntegrityError("the receipt is for another message than the one sent")
    lines, gap, note = receipt.proof.partition("\n\n")
    header, *rest = lines.split("\n")
    if header != _HEADER or not gap or not rest or not _INDEX.fullmatch(rest[0]):
        raise IntegrityError(f"the receipt's proof is not of the form {_HEADER}")
    index = int(rest[0].removeprefix("index "))
    if index != receipt.index or index > TREE_LEAVES or len(rest) - 1 > PROOF_HASHES:
        raise IntegrityError("the receipt's proof is for another place in the log")
    checkpoint = open_checkpoint(note, origin=origin, log_key=log_key)
    leaf = leaf_hash(receipt.digest, receipt.received, receipt.kind)
    merkle.verify_inclusion(leaf, index, checkpoint.size, [canonical.unb64(line) for line in rest[1:]], checkpoint.root)
    return checkpoint


def parse_consistency(data: bytes) -> list[bytes]:
    """The body of GET /v1/log/consistency: {"proof": [base64, ...]}. Raises IntegrityError."""
    (proof,) = read(data).known("proof")
    return [item.bytes64(merkle.HASH_BYTES, merkle.HASH_BYTES) for item in proof.elements(PROOF_HASHES)]


def encode_consistency(hashes: Sequence[bytes]) -> bytes:
    if len(hashes) > PROOF_HASHES:
        raise SchemaError("a proof with too many hashes", pointer="/proof")
    return canonical.encode({"proof": [canonical.b64(item) for item in hashes]})
