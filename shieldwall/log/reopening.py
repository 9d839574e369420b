"""A log that lost its end begins a new name: signed by the log's key, holding the best that agents could show of it.

The tree goes on from what was restored; its first leaf under the new origin is the highest checkpoint presented, so
that nobody can say later that there never was more. Agents send again what the lost part had acknowledged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shieldwall.encoding import canonical
from shieldwall.encoding.closed import DIGEST, read, read_canonical
from shieldwall.encoding.envelope import open_envelope, sign
from shieldwall.errors import SchemaError
from shieldwall.limits import AUDIENCE_CHARS, RECEIPT_BYTES
from shieldwall.log.checkpoint import AUDIENCE

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

REOPENING_TYPE: Final = "application/vnd.shieldwall.log-reopened+json"
LOGS: Final = 64
"""More losses than any cluster survives."""
_NOTE: Final = re.compile(r"[^\r\0]+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reopening:
    before: str
    """The origin that ended."""
    after: str
    size: int
    """Leaves that were restored; the leaf at this index is `note`."""
    root: str
    """Of those leaves, lower-case hex."""
    note: str
    """The highest checkpoint of `before` that an agent presented, as signed."""

    def encode(self) -> bytes:
        return canonical.encode(
            {"before": self.before, "after": self.after, "size": self.size, "root": self.root, "note": self.note}
        )


def next_origin(origin: str) -> str:
    """`…/log2` after `…/log1`."""
    base, _, number = origin.rpartition("/log")
    return f"{base}/log{int(number) + 1}" if base and number.isdecimal() else f"{origin}/log2"


def sign_reopening(reopening: Reopening, key: Ed25519PrivateKey) -> bytes:
    return sign(reopening.encode(), [key], REOPENING_TYPE)


def encode_reopenings(envelopes: Sequence[bytes]) -> bytes:
    return canonical.encode({"reopened": [canonical.b64(item) for item in envelopes]})


def split_reopenings(data: bytes) -> list[bytes]:
    """Oldest first, nothing verified yet. Raises IntegrityError."""
    (listed,) = read(data).known("reopened")
    return [item.bytes64(1, RECEIPT_BYTES * 4) for item in listed.elements(LOGS)]


def reopened_since(data: bytes, origin: str, key: Ed25519PublicKey) -> Iterator[Reopening]:
    """Step by step from this origin to the present one. Raises IntegrityError."""
    for envelope in split_reopenings(data):
        opened = open_envelope(envelope, [key])
        if opened.payload_type != REOPENING_TYPE:
            raise SchemaError("not the reopening of a log", pointer="/payloadType")
        step = _parse(opened.payload)
        if step.before == origin:
            origin = step.after
            yield step


def _parse(payload: bytes) -> Reopening:
    before, after, size, root, note = read_canonical(payload).members("before", "after", "size", "root", "note")
    return Reopening(
        before.text(AUDIENCE, AUDIENCE_CHARS),
        after.text(AUDIENCE, AUDIENCE_CHARS),
        size.integer(),
        root.text(DIGEST),
        note.text(_NOTE, RECEIPT_BYTES),
    )
