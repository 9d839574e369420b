"""Merkle trees of RFC 6962 section 2.1 (SHA-256): hashing, proofs and their verification (RFC 9162 section 2.1).

A proof is made from the hashes of perfect subtrees only: node (level, index) covers leaves
[index * 2**level, (index + 1) * 2**level). They never change once complete, so a server may keep them anywhere
and answer any proof with a logarithmic number of look-ups.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

from shieldwall.errors import IntegrityError
from shieldwall.limits import PROOF_HASHES

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()

Nodes = Callable[[int, int], bytes]
"""(level, index) -> hash of that perfect subtree."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """An append-only tree in memory: 64 bytes a leaf, appending costs one hash on average, a root log2(size)."""

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self._levels: list[bytearray] = [bytearray()]
        for leaf in leaf_hashes:
            self.append(leaf)

    @property
    def size(self) -> int:
        return len(self._levels[0]) // HASH_BYTES

    def append(self, leaf: bytes) -> int:
        """Adds a leaf hash and answers its index."""
        if len(leaf) != HASH_BYTES:
            raise ValueError(f"a leaf hash has {HASH_BYTES} bytes")
        index, level, node = self.size, 0, leaf
        self._levels[0] += leaf
        while index >> level & 1:
            node = node_hash(self.node(level, (index >> level) - 1), node)
            level += 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += node
        return index

    def node(self, level: int, index: int) -> bytes:
        return bytes(self._levels[level][index * HASH_BYTES : (index + 1) * HASH_BYTES])

    def root(self, size: int | None = None) -> bytes:
        return root(self.size if size is None else self._within(size), self.node)

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        return inclusion_proof(index, self.size if size is None else self._within(size), self.node)

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        return consistency_proof(old, self.size if new is None else self._within(new), self.node)

    def _within(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise IntegrityError(f"the log has {self.size} leaves, {size} were asked for")
        return size


def root(size: int, nodes: Nodes) -> bytes:
    """MTH of the first `size` leaves."""
    return _range_hash(0, size, nodes) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """PATH(index, D[size]), lowest level first. Raises IntegrityError when the tree has no such leaf."""
    if not 0 <= index < size:
        raise IntegrityError(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_hash(middle, end, nodes))
            end = middle
        else:
            path.append(_range_hash(start, middle, nodes))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, nodes: Nodes) -> list[bytes]:
    """PROOF(old, D[new]); empty when either is trivially consistent. Raises IntegrityError when old > new."""
    if not 0 <= old <= new:
        raise IntegrityError(f"a tree of {new} leaves cannot extend one of {old}")
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_hash(middle, end, nodes))
            end = middle
        else:
            path.append(_range_hash(start, middle, nodes))
            start, whole = middle, False
    if not whole:
        path.append(_range_hash(start, end, nodes))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> None:
    """Raises IntegrityError unless the leaf hash stands at `index` in the tree of that size and root."""
    if not 0 <= index < size:
        raise IntegrityError(f"leaf {index} is not in a tree of {size}")
    place, last, node = index, size - 1, leaf
    for sibling in _bounded(proof):
        if last == 0:
            raise IntegrityError("an inclusion proof with hashes too many")
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    if last or node != expected:
        raise IntegrityError("the inclusion proof does not lead to the log's root")


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raises IntegrityError unless the newer tree is the older one with leaves added at its end."""
    if not 0 <= old <= new:
        raise IntegrityError(f"the log went back from {old} to {new} leaves")
    if old == 0 or old == new:
        if proof or (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
            raise IntegrityError("the log shows two roots for one size, or a proof where none belongs")
        return
    path = list(_bounded(proof))
    if not path:
        raise IntegrityError("a consistency proof without hashes")
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise IntegrityError("a consistency proof with hashes too many")
        if place & 1 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    if last or before != old_root or after != new_root:
        raise IntegrityError("the log is not an extension of the one seen before: history was changed")


def _split(count: int) -> int:
    """The largest power of two smaller than count (count > 1)."""
    return 1 << ((count - 1).bit_length() - 1)


def _range_hash(start: int, end: int, nodes: Nodes) -> bytes:
    """MTH of leaves [start, end), where start is a multiple of a power of two >= end - start."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return nodes(level, start >> level)
    middle = start + _split(count)
    return node_hash(_range_hash(start, middle, nodes), _range_hash(middle, end, nodes))


def _bounded(proof: Sequence[bytes]) -> Sequence[bytes]:
    if len(proof) > PROOF_HASHES or any(len(item) != HASH_BYTES for item in proof):
        raise IntegrityError(f"a proof holds at most {PROOF_HASHES} hashes of {HASH_BYTES} bytes")
    return proof
