"""A firm's contribution: one 0/1 vector of a length that depends on the pack alone.

Order: one bit a check (needs action) · per kind, for the overall score and each theme, five bits of which at most
one is set (the bin of the score; none when too little is known for a number).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from aggregator.tally.outcomes import FirmOutcomes, Subject
from shieldwall.checks.vocabulary import THEMES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from aggregator.tally.outcomes import Codes

    Bits = NDArray[np.uint8]

KINDS: Final = (False, True)
"""attested? Measured first."""
EDGES: Final = (25, 50, 70, 85)
"""Percent. Bin i of a score is [EDGES[i - 1], EDGES[i]); the upper three edges are those of the bands A to D."""
BINS: Final = len(EDGES) + 1
PASS_PERCENT: Final = 95
"""Share of the applicable hosts that must pass (check-language.md, host -> firm)."""
COVERAGE_PERCENT: Final = 60
THEMES_NEEDED: Final = 4

_PASS, _FAIL, _NOT_APPLICABLE = 1, 2, 3
_NO_SCORE: Final = 1000.0
"""Above any percentage, so that it lowers no mean."""


def length(checks: int) -> int:
    return checks + len(KINDS) * (1 + len(THEMES)) * BINS


def firm_vectors(firms: Sequence[FirmOutcomes], subjects: Sequence[Subject]) -> Bits:
    """Shape (firms, length(checks)), values 0 and 1."""
    import numpy as np

    if not firms:
        return np.zeros((0, length(len(subjects))), dtype=np.uint8)
    codes = fold(firms, subjects)
    parts = [codes == _FAIL, *(_score_bits(codes, subjects, attested) for attested in KINDS)]
    return np.concatenate(parts, axis=1).astype(np.uint8)


def fold(firms: Sequence[FirmOutcomes], subjects: Sequence[Subject]) -> Codes:
    """Hosts to firms, shape (firms, checks): the same codes, by the 95 % rule or, for gates, by every host."""
    import numpy as np

    hosts = np.concatenate([firm.hosts for firm in firms])
    if hosts.shape[1] != len(subjects):
        raise ValueError(f"outcomes of {hosts.shape[1]} checks for {len(subjects)} subjects")
    starts = np.cumsum([0, *(len(firm.hosts) for firm in firms[:-1])])
    passed, failed, idle = (
        np.add.reduceat(hosts == code, starts, axis=0, dtype=np.int64) for code in (_PASS, _FAIL, _NOT_APPLICABLE)
    )
    judged = passed + failed
    gates = np.array([subject.gate for subject in subjects])
    good = np.where(gates, failed == 0, 100 * passed >= PASS_PERCENT * judged)
    codes = np.where(judged > 0, np.where(good, _PASS, _FAIL), np.where(idle > 0, _NOT_APPLICABLE, 0))
    return codes.astype(np.uint8)


def _score_bits(codes: Any, subjects: Sequence[Subject], attested: bool) -> Any:
    """One-hot bins, the overall score first, then the themes in order (formulas: shieldwall.checks.score)."""
    import numpy as np

    weights = np.array([subject.weight for subject in subjects], dtype=np.int64)
    scores, decided, sure = [], [], []
    for theme in THEMES:
        columns = _columns(subjects, theme, attested)
        part, weight = codes[:, columns], weights[columns]
        passed, judged = (part == _PASS) @ weight, ((part == _PASS) | (part == _FAIL)) @ weight
        applicable = (part != _NOT_APPLICABLE) @ weight
        scores.append(100.0 * passed / np.maximum(judged, 1))
        decided.append(judged > 0)
        sure.append((judged > 0) & (100 * judged >= COVERAGE_PERCENT * applicable))
    table, some, enough = (np.stack(part, axis=1) for part in (scores, decided, sure))
    overall = _overall(table, some & ~enough, enough)
    every = np.concatenate([overall[:, None], table], axis=1)
    given = np.concatenate([(enough.sum(axis=1) >= THEMES_NEEDED)[:, None], enough], axis=1)
    # Rounding keeps a mean of exact 70s on its own side of the line.
    bins = np.searchsorted(np.array(EDGES, dtype=float), np.round(every, 9), side="right")
    one_hot = (bins[:, :, None] == np.arange(BINS)) & given[:, :, None]
    return one_hot.reshape(len(codes), -1)


def _overall(table: Any, thin: Any, enough: Any) -> Any:
    """The mean of the themes known well enough, and of any thinly known theme that would lower it, worst first."""
    import numpy as np

    total, count = np.where(enough, table, 0.0).sum(axis=1), enough.sum(axis=1)
    for worst in np.sort(np.where(thin, table, _NO_SCORE), axis=1).T:
        lowers = worst * count < total
        total, count = total + np.where(lowers, worst, 0.0), count + lowers
    return total / np.maximum(count, 1)


def _columns(subjects: Sequence[Subject], theme: str, attested: bool) -> list[int]:
    return [index for index, subject in enumerate(subjects) if subject.theme == theme and subject.attested is attested]
