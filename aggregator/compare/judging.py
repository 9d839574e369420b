"""Whether two intervals prove a difference between two clusters. Pure: what it says follows from the two files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from aggregator.compare.base import Comparison, LeftOut, Pair, Side, Table, Verdict, Why
from aggregator.disclosure.possible import Count, possible
from shieldwall.packs.pack import Pack
from shieldwall.published.release import ALL, Figure, Kind, Release

Key = tuple[Table, Kind, str]


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What must be equal for two figures on a check to count the same thing."""

    rev: int
    gate: bool
    weight: int
    theme: str
    attested: bool


class _Library:
    def __init__(self, pack: Pack) -> None:
        self._pack = pack

    @cached_property
    def _meanings(self) -> Mapping[str, _Meaning]:
        return {c.id: _Meaning(c.rev, c.gate, c.weight, c.theme, c.attested) for c in self._pack.all_checks()}

    def of(self, key: Key) -> Mapping[str, _Meaning]:
        """The checks behind a figure: one, those of a theme and kind, or all of a kind."""
        table, kind, identity = key
        if table == "checks":
            return {c: m for c, m in self._meanings.items() if c == identity}
        attested = kind == "attested"
        return {
            c: m
            for c, m in self._meanings.items()
            if m.attested is attested and (table == "overall" or m.theme == identity)
        }


def compare(left: Side, right: Side, packs: Mapping[str, Pack]) -> Comparison:
    """packs   digest -> library; needed only where the two releases were judged by different ones"""
    ours, theirs = _figures(left.release), _figures(right.release)
    differ = left.release.pack.digest != right.release.pack.digest
    known = [_Library(packs[s.release.pack.digest]) for s in (left, right) if s.release.pack.digest in packs]
    pairs, left_out = [], []
    for key in sorted(ours.keys() | theirs.keys(), key=_order):
        a, b = ours.get(key), theirs.get(key)
        why = _why(key, a, b, known if differ else None)
        if why is None and a is not None and b is not None:
            pairs.append(_pair(key[0], left.release, a[1], right.release, b[1]))
        elif why is not None:
            figure = (a or b or ours[key])[1]
            left_out.append(LeftOut(key[0], figure.id, figure.title, figure.kind, why))
    return Comparison(left, right, tuple(pairs), tuple(left_out))


def verdict(left: Count, right: Count) -> Verdict:
    """By shares of firms: proven when the lowest of one is above the highest of the other, in whole numbers."""
    if left.low * right.n > right.high * left.n:
        return "more"
    if left.high * right.n < right.low * left.n:
        return "fewer"
    return "open"


def _pair(table: Table, ours: Release, a: Figure, theirs: Release, b: Figure) -> Pair:
    left, right = possible(a, ours), possible(b, theirs)
    return Pair(table, a, b, left, right, verdict(left, right))


def _why(
    key: Key, a: tuple[int, Figure] | None, b: tuple[int, Figure] | None, known: list[_Library] | None
) -> Why | None:
    """None when the two may be compared. `known` is None where one library judged both."""
    if a is None or b is None:
        return "absent"
    if a[0] != b[0]:
        return "line"
    if known is None:
        return None
    if len(known) < 2:
        return "library"
    return None if known[0].of(key) == known[1].of(key) != {} else "revision"


def _figures(release: Release) -> dict[Key, tuple[int, Figure]]:
    """Of the whole cohort: key -> line (0 where there is none of its own) and figure."""
    return {key: found for key, found in _listed(release) if found[1].group == ALL and found[1].n}


def _listed(release: Release) -> Iterator[tuple[Key, tuple[int, Figure]]]:
    for score in release.scores:
        for line, figure in zip(score.lines, score.figures, strict=True):
            yield ("overall", figure.kind, figure.id), (line, figure)
    for figure in release.themes:
        yield ("themes", figure.kind, figure.id), (0, figure)
    for figure in release.checks:
        yield ("checks", figure.kind, figure.id), (0, figure)


def _order(key: Key) -> tuple[int, bool, str]:
    return ("overall", "themes", "checks").index(key[0]), key[1] == "attested", key[2]
