"""What the tally reads: the checks of one pack and, firm by firm, the packed outcomes of its hosts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.uint8]
    """Codes of aggregator.ledger.packing.Bits: 0 nothing known, 1 pass, 2 fail, 3 not applicable."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A check, as far as counting needs it."""

    id: str
    title: str
    theme: str
    weight: int
    """critical 10, high 6, medium 3, low 1, info 0, unless the policy says otherwise."""
    gate: bool
    """A gate check passes for the firm only when every applicable host passes."""
    attested: bool
    """Answered by a person; never counted together with what an agent measured."""


@dataclass(frozen=True, slots=True, eq=False)
class FirmOutcomes:
    firm: str
    """The counted unit: a firm, or a declared holding with the hosts of all its firms."""
    hosts: Codes
    """Shape (hosts, checks), in the order of the subjects. At least one host."""


def unpack_hosts(blobs: Sequence[bytes], checks: int) -> Codes:
    """Shape (hosts, checks) from blobs of aggregator.ledger.packing. Raises ValueError for a blob of another length."""
    import numpy as np

    width = (checks + 3) // 4
    if any(len(blob) != width for blob in blobs):
        raise ValueError(f"outcomes of {checks} checks take {width} bytes a host")
    packed = np.frombuffer(b"".join(blobs), dtype=np.uint8).reshape(len(blobs), width)
    pairs = (packed[:, :, None] >> np.array([0, 2, 4, 6], dtype=np.uint8)) & 3
    return pairs.reshape(len(blobs), width * 4)[:, :checks].astype(np.uint8)


def reorder(codes: Codes, have: Sequence[str], want: Sequence[str]) -> Codes:
    """Outcomes judged by one pack, in the order of another; a check only the other has is nothing known."""
    import numpy as np

    place = {check: index for index, check in enumerate(have)}
    out = np.zeros((codes.shape[0], len(want)), dtype=np.uint8)
    for index, check in enumerate(want):
        if check in place:
            out[:, index] = codes[:, place[check]]
    return out
