"""Outcomes of one host as two bits a check, in the order of the pack they were judged by.

Two bits a check, four checks a byte, the first check in the two lowest bits: what numpy unpacks with two shifts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import assert_never

from shieldwall.outcome import Outcome, Overlay


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


def pack_outcomes(outcomes: Mapping[str, Outcome], order: Sequence[str]) -> bytes:
    """ceil(len(order) / 4) bytes. Checks outside `order` must have been refused before."""
    return _pack([_bits(outcomes.get(check)) for check in order])


def pack_overlays(overlays: Mapping[str, Overlay], order: Sequence[str]) -> bytes:
    """ceil(len(order) / 4) bytes, or none at all when nothing is overlaid."""
    return _pack([_overlay_bits(overlays.get(check)) for check in order]) if overlays else b""


def unpack(packed: bytes, count: int) -> list[int]:
    """The codes of the first `count` checks. For many hosts use numpy over the same bytes."""
    return [packed[index >> 2] >> 2 * (index & 3) & 3 for index in range(count)]


def _pack(codes: Sequence[int]) -> bytes:
    out = bytearray((len(codes) + 3) // 4)
    for index, code in enumerate(codes):
        out[index >> 2] |= code << 2 * (index & 3)
    return bytes(out)


def _bits(outcome: Outcome | None) -> Bits:
    match outcome:
        case Outcome.PASS:
            return Bits.PASS
        case Outcome.FAIL:
            return Bits.FAIL
        case Outcome.NOT_APPLICABLE:
            return Bits.NOT_APPLICABLE
        case Outcome.UNKNOWN | Outcome.ERROR | None:
            return Bits.NOTHING
        case _ as never:
            assert_never(never)


def _overlay_bits(overlay: Overlay | None) -> OverlayBits:
    match overlay:
        case Overlay.WAIVED:
            return OverlayBits.WAIVED
        case Overlay.ATTESTED:
            return OverlayBits.ATTESTED
        case None:
            return OverlayBits.NONE
        case _ as never:
            assert_never(never)
