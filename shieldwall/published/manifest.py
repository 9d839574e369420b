"""Which leaves of the log a release counted: `counted.json`, beside it. The signed release names its root.

A leaf says nothing about whom it belongs to; a firm finds its own by the receipts it keeps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shieldwall.encoding import canonical
from shieldwall.encoding.closed import read_canonical
from shieldwall.errors import IntegrityError
from shieldwall.limits import MANIFEST_LEAVES
from shieldwall.log import merkle

FILE: Final = "counted.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    indices: tuple[int, ...]
    """Log indices of the counted statements, ascending: each once."""

    def encode(self) -> bytes:
        return canonical.encode({"indices": list(self.indices)})

    def root(self) -> str:
        """RFC 6962 root over the decimal indices, lower-case hex."""
        return counted_root(self.indices)


def counted_root(indices: Sequence[int]) -> str:
    return merkle.Tree(merkle.leaf_hash(b"%d" % index) for index in indices).root().hex()


def open_manifest(data: bytes, *, root: str, leaves: int, size: int) -> Manifest:
    """The manifest a release was signed with. size: of the log at its checkpoint.

    Raises IntegrityError when it is another, counts a leaf twice or counts one the log did not hold.
    """
    (listed,) = read_canonical(data).members("indices")
    found = Manifest(tuple(item.integer(0, size - 1) for item in listed.elements(MANIFEST_LEAVES)))
    if any(one >= other for one, other in zip(found.indices, found.indices[1:], strict=False)):
        raise IntegrityError("the manifest counts a statement twice, or not in the order of the log")
    if len(found.indices) != leaves or found.root() != root:
        raise IntegrityError("the manifest is not the one this release was signed with")
    return found
