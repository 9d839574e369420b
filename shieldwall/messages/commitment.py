"""A commitment to evidence that stays at home: opening one item later proves that item and reveals no other.

Leaf i is SHA-256(salt_i ‖ evidence_i) with a fresh 32-byte salt, in the order of the check ids. Without salts the
hash of a yes or a no could be guessed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shieldwall.errors import IntegrityError
from shieldwall.log import merkle

SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Opening:
    check: str
    salt: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Commitment:
    root: str
    """Lower-case hex, the statement's subject."""
    openings: Mapping[str, Opening]
    """By check id; stays with the evidence."""


def evidence_commitment(items: Mapping[str, bytes], salts: Mapping[str, bytes]) -> Commitment:
    """items: evidence bytes of every check of the statement, empty where there is none; salts: 32 fresh bytes each."""
    if items.keys() != salts.keys() or any(len(salt) != SALT_BYTES for salt in salts.values()):
        raise ValueError(f"every item needs a salt of {SALT_BYTES} bytes")
    order = sorted(items)
    tree = merkle.Tree(_leaf(salts[check], items[check]) for check in order)
    openings = {check: Opening(check, salts[check], tuple(tree.inclusion(index))) for index, check in enumerate(order)}
    return Commitment(tree.root().hex(), openings)


def verify_opening(opening: Opening, evidence: bytes, *, root: str, checks: Sequence[str]) -> bytes:
    """The evidence, proven to be what was committed for that check of a statement about `checks`.

    Raises IntegrityError.
    """
    order = sorted(checks)
    if opening.check not in order:
        raise IntegrityError(f"the statement says nothing about {opening.check}")
    leaf = _leaf(opening.salt, evidence)
    merkle.verify_inclusion(leaf, order.index(opening.check), len(order), opening.proof, bytes.fromhex(root))
    return evidence


def _leaf(salt: bytes, evidence: bytes) -> bytes:
    return merkle.leaf_hash(hashlib.sha256(salt + evidence).digest())
