"""Outcomes of one host as two bits a check, in the order of the pack they were judged by.

Two bits a check, four checks a byte, the first check in the two lowest bits: what numpy unpacks with two shifts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Final, assert_never

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
    """ceil(len(order) / 4) bytes. Raises KeyError for a check outside `order`."""
    return pack_codes({check: OUTCOME_BITS[outcome] for check, outcome in outcomes.items()}, places(order))


def pack_overlays(overlays: Mapping[str, Overlay], order: Sequence[str]) -> bytes:
    """ceil(len(order) / 4) bytes, or none at all when nothing is overlaid."""
    if not overlays:
        return b""
    return pack_codes({check: OVERLAY_BITS[overlay] for check, overlay in overlays.items()}, places(order))


def places(order: Sequence[str]) -> dict[str, int]:
    """Check id -> position."""
    return {check: position for position, check in enumerate(order)}


def pack_codes(codes: Mapping[str, int], where: Mapping[str, int]) -> bytes:
    """Codes by check id into their positions, from `places`; what is not named is 0."""
    out = bytearray((len(where) + 3) // 4)
    for check, code in codes.items():
        position = where[check]
        out[position >> 2] |= code << 2 * (position & 3)
    return bytes(out)


def unpack(packed: bytes, count: int) -> list[int]:
    """The codes of the first `count` checks. For many hosts use numpy over the same bytes."""
    return [packed[index >> 2] >> 2 * (index & 3) & 3 for index in range(count)]


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


OUTCOME_BITS: Final = {outcome: int(_bits(outcome)) for outcome in Outcome}
OVERLAY_BITS: Final = {overlay: int(_overlay_bits(overlay)) for overlay in Overlay}
"""Looked up 150 times a statement."""
