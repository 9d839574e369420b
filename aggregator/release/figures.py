"""From the frozen bands of a period to the figures of its release. Pure: the same documents give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from aggregator.disclosure.bands import Layout
from aggregator.disclosure.frozen import Banded, Frozen
from aggregator.disclosure.groups import lined
from aggregator.disclosure.sticky import STICKY_BELOW, held, margin
from aggregator.disclosure.yardsticks import public_yardsticks
from aggregator.tally.vectors import KINDS
from shieldwall.checks.vocabulary import THEMES
from shieldwall.published.release import (
    ALL,
    LINE,
    Cohort,
    Figure,
    Kind,
    Release,
    ScoreBins,
    Trend,
    release_digest,
    roster_hash,
)

THEME_TITLES: Final = {
    "people-organisation": "People and organisation",
    "access": "Access",
    "updates": "Updates",
    "device-protection": "Device protection",
    "systems-network": "Systems and network",
    "backup-recovery": "Backup and recovery",
}
METHOD: Final = (
    "Each figure counts firms, never hosts. A firm needs action on a check when it fails on more than 5 % of the "
    "hosts it applies to, on a gate check when it fails on any; on a theme or overall, when its score there is below "
    "70 %. Not applicable, not known and not answered do not count as a need. Counts are published only as bands, by a "
    "rule that looks at no result."
)
HELD: Final = (
    "In this cohort a figure moves only when the count has left its band by more than a whole band: the count may lie "
    "up to the stated margin outside. No arrow means no provable change, not no change."
)
BOUNDS: Final = (
    "It cannot say how any single firm stands: no figure, in any number of releases, makes that certain for up to the "
    "stated number of members who join their answers. For figures that depend on each other, such as a score and its "
    "checks, this is tested and not proven.",
    "Who knows the answers of nearly all firms can still learn something about the rest.",
    "What agents measured and what people answered are shown apart and cannot be added.",
    "It counts the firms that sent results; it is no sample of firms elsewhere.",
    "A firm about which too little is known for a score is not among those below the line, nor among those above it.",
)
FEWER: Final = (
    "It withstands fewer members who join their answers than the release before it, because of who is counted. "
    "Releases read together withstand no more members than the one that withstands the fewest."
)
"""Said after BOUNDS where it is so."""


@dataclass(frozen=True, slots=True)
class Before:
    """The release before and the frozen document it was made from."""

    release: Release
    frozen: Frozen


@dataclass(frozen=True, slots=True)
class Identity:
    name: str
    cluster: str
    published: str
    """RFC 3339, UTC, whole minute."""
    software: str


def make_release(identity: Identity, frozen: Frozen, before: Before | None) -> Release:
    same_cohort = before is not None and before.frozen.members == frozen.members
    maker = _Maker(frozen, before if same_cohort else None, same_cohort and len(frozen.members) < STICKY_BELOW)
    parts = frozen.themes if len(frozen.themes) > 1 else ()
    small = not frozen.checks and not frozen.themes
    slack = max((margin(part.group.layout) for part in (*frozen.checks, *frozen.themes)), default=0)
    return Release(
        schema="shieldwall-release/1",
        name=identity.name,
        cluster=identity.cluster,
        period=frozen.period,
        published=identity.published,
        previous=release_digest(before.release) if before else "",
        cohort=Cohort(
            n=len(frozen.members),
            k=frozen.k,
            w=frozen.w,
            margin=slack if maker.sticky else 0,
            roster_hash=roster_hash(frozenset(frozen.members)),
            partition=frozen.partition if parts else "",
            categories=tuple(part.name for part in parts),
        ),
        pack=frozen.pack,
        themes=maker.themes(),
        checks=maker.checks(),
        scores=maker.scores(),
        yardsticks=public_yardsticks() if small else (),
        gate=frozen.gate,
        log=frozen.log,
        method=f"{METHOD} {HELD}" if maker.sticky else METHOD,
        limits=(*BOUNDS, FEWER) if before and before.release.cohort.k > frozen.k else BOUNDS,
        software=identity.software,
    )


class _Maker:
    def __init__(self, frozen: Frozen, before: Before | None, sticky: bool) -> None:
        self._frozen = frozen
        self.sticky = sticky
        self._old = _by_key(before.release) if before else {}
        self._then = before.frozen if before else None
        self._held_before = before is not None and before.release.cohort.margin > 0

    def checks(self) -> tuple[Figure, ...]:
        out: list[Figure] = []
        now, then = _revisions(self._frozen), _revisions(self._then) if self._then else {}
        for index, subject in enumerate(self._frozen.subjects):
            comparable = subject.id in then and then[subject.id] == now[subject.id]
            shape = Figure(
                subject.id, subject.title, subject.theme, _kind(subject.attested), subject.weight,
                ALL, 0, 0, 0, None, 0, "first",
            )  # fmt: skip
            out += self._figures(self._frozen.checks, shape, [part.checks for part in self._frozen.checks], index,
                                 comparable=comparable, table="checks")  # fmt: skip
        return tuple(out)

    def themes(self) -> tuple[Figure, ...]:
        out: list[Figure] = []
        for index, (attested, theme) in enumerate((kind, theme) for kind in KINDS for theme in THEMES):
            if not lined(self._frozen.subjects, theme, attested):
                continue
            shape = Figure(theme, THEME_TITLES[theme], theme, _kind(attested), 0, ALL, 0, 0, 0, None, 0, "first")
            out += self._figures(self._frozen.themes, shape, [part.themes for part in self._frozen.themes], index,
                                 comparable=self._same_checks(theme, attested), table="themes")  # fmt: skip
        return tuple(out)

    def scores(self) -> tuple[ScoreBins, ...]:
        out: list[ScoreBins] = []
        for index, attested in enumerate(KINDS):
            if not lined(self._frozen.subjects, "", attested):
                continue
            shape = Figure("overall", "Overall", "", _kind(attested), 0, ALL, 0, 0, 0, None, 0, "first")
            bands = [part.overall for part in self._frozen.checks]
            out += [
                ScoreBins(figure.id, figure.title, figure.kind, figure.group, (LINE,), (figure,))
                for figure in self._figures(self._frozen.checks, shape, bands, index,
                                            comparable=self._same_checks("", attested), table="scores")
            ]  # fmt: skip
        return tuple(out)

    def _figures(
        self, groups: Sequence[Banded], shape: Figure, bands: Sequence[Sequence[int]], index: int,
        *, comparable: bool, table: str,
    ) -> list[Figure]:  # fmt: skip
        """One figure a group; before several groups their total, the sum of the intervals."""
        figures = [
            self._figure(shape, group.name, group.group.layout, found[index], comparable, table)
            for group, found in zip(groups, bands, strict=True)
        ]
        if len(figures) > 1:
            n, low, high = (sum(values) for values in zip(*((f.n, f.low, f.high) for f in figures), strict=True))
            total = _shaped(shape, ALL, n, low, high, None, 0, None)
            if comparable and (table, shape.kind, shape.id, ALL) in self._old:
                total = replace(total, trend=self._total_trend(figures, groups, table))
            figures.insert(0, total)
        return figures

    def _total_trend(self, parts: Sequence[Figure], groups: Sequence[Banded], table: str) -> Trend:
        """By the counts that are possible: a category that holds still may hide a move against the others'."""
        old = [self._old.get((table, part.kind, part.id, part.group)) for part in parts]
        before = [each for each in old if each is not None]
        if len(before) != len(parts):
            return "same"
        margins = [margin(group.group.layout) for group in groups]
        low, high = _possible(parts, margins if self.sticky else [0] * len(parts))
        old_low, old_high = _possible(before, margins if self._held_before else [0] * len(parts))
        return "more" if low > old_high else "fewer" if high < old_low else "same"

    def _figure(self, shape: Figure, group: str, layout: Layout, plain: int, comparable: bool, table: str) -> Figure:
        old = self._old.get((table, shape.kind, shape.id, group)) if comparable else None
        if old is not None and (old.n, old.bands) != (layout.n, layout.q):
            old = None
        band = held(old.band, plain) if self.sticky and old is not None and old.band is not None else plain
        return _shaped(shape, group, layout.n, *layout.interval(band), band, layout.q, old)

    def _same_checks(self, theme: str, attested: bool) -> bool:
        """Whether theme and kind had just the same checks, revision by revision, in the release before."""
        if self._then is None:
            return False
        now, then = (
            {id_: r for id_, r in _revisions(frozen).items() if r.attested is attested and theme in ("", r.theme)}
            for frozen in (self._frozen, self._then)
        )
        return now == then


def _shaped(
    shape: Figure, group: str, n: int, low: int, high: int, band: int | None, bands: int, old: Figure | None
) -> Figure:
    return Figure(
        shape.id, shape.title, shape.theme, shape.kind, shape.weight, group, n, low, high, band, bands,
        _trend(old, low, high),
    )  # fmt: skip


def _possible(parts: Sequence[Figure], margins: Sequence[int]) -> tuple[int, int]:
    """Lowest and highest true sum: only a figure that did not move can be off, by its margin."""
    slack = [by if part.trend == "same" else 0 for part, by in zip(parts, margins, strict=True)]
    return (
        sum(max(0, part.low - by) for part, by in zip(parts, slack, strict=True)),
        sum(min(part.n, part.high + by) for part, by in zip(parts, slack, strict=True)),
    )


def _trend(old: Figure | None, low: int, high: int) -> Trend:
    """An arrow only for a proven move: the two intervals do not meet."""
    if old is None:
        return "first"
    return "more" if low > old.high else "fewer" if high < old.low else "same"


def _by_key(release: Release) -> dict[tuple[str, str, str, str], Figure]:
    """(table, kind, id, group) -> figure."""
    scores = [figure for score in release.scores for figure in score.figures]
    tables = (("checks", release.checks), ("themes", release.themes), ("scores", scores))
    return {(table, f.kind, f.id, f.group): f for table, figures in tables for f in figures}


@dataclass(frozen=True, slots=True)
class _Revision:
    """What must be equal for two figures about a check to be compared."""

    rev: int
    gate: bool
    weight: int
    theme: str
    attested: bool


def _revisions(frozen: Frozen) -> dict[str, _Revision]:
    return {
        s.id: _Revision(rev, s.gate, s.weight, s.theme, s.attested)
        for s, rev in zip(frozen.subjects, frozen.revisions, strict=True)
    }


def _kind(attested: bool) -> Kind:
    return "attested" if attested else "measured"
