"""Outcomes of one host as two bits a check, in the order of the pack they were judged by; envelopes made smaller.

Two bits a check, four checks a byte, the first check in the two lowest bits: what numpy unpacks with two shifts.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Final, assert_never

from shieldwall.checks.outcome import Outcome, Overlay, Verdict
from shieldwall.limits import INFLATED_BYTES


class Bits(IntEnum):
    """A packed outcome. Nothing known counts neither for nor against: no statement, unknown and error look alike."""

    NOTHING = 0
    PASS = 1
    FAIL = 2
    NOT_APPLICABLE = 3


class OverlayBits(IntEnum):
    NONE = 0
    WAIVED = 1
    ATTESTED = 2


def pack_outcomes(verdicts: Mapping[str, Verdict], where: Mapping[str, int]) -> bytes:
    """ceil(len(where) / 4) bytes. Raises KeyError for a check outside `where`, which is made by `places`."""
    codes = bytearray(len(where))
    for check, verdict in verdicts.items():
        codes[where[check]] = _OUTCOME_BITS[verdict.outcome]
    return _four_a_byte(codes)


def pack_overlays(overlays: Mapping[str, Overlay], where: Mapping[str, int]) -> bytes:
    """ceil(len(where) / 4) bytes, or none at all when nothing is overlaid."""
    if not overlays:
        return b""
    codes = bytearray(len(where))
    for check, overlay in overlays.items():
        codes[where[check]] = _OVERLAY_BITS[overlay]
    return _four_a_byte(codes)


def places(order: Sequence[str]) -> dict[str, int]:
    """Check id -> position."""
    return {check: position for position, check in enumerate(order)}


def unpack(packed: bytes, count: int) -> list[int]:
    """The codes of the first `count` checks. For many hosts use numpy over the same bytes."""
    return [packed[index >> 2] >> 2 * (index & 3) & 3 for index in range(count)]


def squeeze(envelope: bytes) -> bytes:
    """7 kB become 2: its payload is base64 of words that repeat."""
    return zlib.compress(envelope, 1)


def unsqueeze(squeezed: bytes) -> bytes:
    return zlib.decompressobj().decompress(squeezed, INFLATED_BYTES)


def _bits(outcome: Outcome) -> Bits:
    match outcome:
        case Outcome.PASS:
            return Bits.PASS
        case Outcome.FAIL:
            return Bits.FAIL
        case Outcome.NOT_APPLICABLE:
            return Bits.NOT_APPLICABLE
        case Outcome.UNKNOWN | Outcome.ERROR:
            return Bits.NOTHING
        case _ as never:
            assert_never(never)


def _overlay_bits(overlay: Overlay) -> OverlayBits:
    match overlay:
        case Overlay.WAIVED:
            return OverlayBits.WAIVED
        case Overlay.ATTESTED:
            return OverlayBits.ATTESTED
        case _ as never:
            assert_never(never)


def _four_a_byte(codes: bytearray) -> bytes:
    # As four numbers with a byte for every four checks, so that the shifting is done once and not once a check.
    length = (len(codes) + 3) // 4
    whole = 0
    for turn in range(4):
        whole |= int.from_bytes(codes[turn::4], "little") << 2 * turn
    return whole.to_bytes(length, "little")


_OUTCOME_BITS: Final = {outcome: int(_bits(outcome)) for outcome in Outcome}
_OVERLAY_BITS: Final = {overlay: int(_overlay_bits(overlay)) for overlay in Overlay}
"""Looked up 150 times a statement."""
