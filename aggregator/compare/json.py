"""The comparison for programs: canonical JSON, the same for the same two files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aggregator.compare.base import Comparison, LeftOut, Side, Table, Verdict
from aggregator.disclosure.possible import Count
from shieldwall.encoding.canonical import encode
from shieldwall.encoding.record import to_value
from shieldwall.published.release import Figure, Kind, release_digest


@dataclass(frozen=True, slots=True)
class _Side:
    cluster: str
    release: str
    period: str
    n: int
    k: int
    w: int
    margin: int
    digest: str
    signer: str


@dataclass(frozen=True, slots=True)
class _Count:
    low: int
    high: int
    n: int
    possible_low: int
    possible_high: int


@dataclass(frozen=True, slots=True)
class _Pair:
    table: Table
    kind: Kind
    id: str
    title: str
    left: _Count
    right: _Count
    left_beside_right: Verdict


@dataclass(frozen=True, slots=True)
class _Document:
    schema: Literal["shieldwall-comparison/1"]
    left: _Side
    right: _Side
    pairs: tuple[_Pair, ...]
    left_out: tuple[LeftOut, ...]


def render(comparison: Comparison) -> bytes:
    pairs = tuple(
        _Pair(
            pair.table, pair.kind, pair.left.id, pair.title, _count(pair.left, pair.left_count),
            _count(pair.right, pair.right_count), pair.verdict,
        )
        for pair in comparison.pairs
    )  # fmt: skip
    document = _Document(
        "shieldwall-comparison/1", _side(comparison.left), _side(comparison.right), pairs, comparison.left_out
    )
    return encode(to_value(document)) + b"\n"


def _side(side: Side) -> _Side:
    r = side.release
    c = r.cohort
    return _Side(r.cluster, r.name, r.period, c.n, c.k, c.w, c.margin, release_digest(r), side.signer)


def _count(figure: Figure, count: Count) -> _Count:
    return _Count(figure.low, figure.high, figure.n, count.low, count.high)
