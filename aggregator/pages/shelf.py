"""The released documents on the shelf: all that the pages know of results. Opened once, since they never change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from aggregator.config import Config
from aggregator.database.engine import reading
from aggregator.database.notary import Notary
from aggregator.ledger import releases
from aggregator.release.build import read_release
from aggregator.render.base import Words
from aggregator.render.spoken import in_words
from aggregator.render.story import Story, tell
from aggregator.render.words import words_of
from shieldwall.checks.check import Check
from shieldwall.language import ENGLISH, speaking, spoken
from shieldwall.packs.pack import Pack
from shieldwall.published.release import ALL, Figure, Kind, Release


@dataclass(frozen=True, slots=True)
class Published:
    release: Release
    """As it was signed."""
    told: Release
    """The same figures in the language spoken; for eyes, never for a digest."""
    story: Story
    envelope: bytes

    def figure(self, table: str, identity: str, kind: Kind) -> Figure | None:
        """Of the whole cohort. table   `themes` or `checks`"""
        figures = self.told.themes if table == "themes" else self.told.checks
        return next((f for f in figures if (f.id, f.kind, f.group) == (identity, kind, ALL)), None)


@dataclass(frozen=True, slots=True)
class Past:
    """One figure in one release."""

    name: str
    figure: Figure


class Shelf:
    def __init__(self, config: Config, engine: Engine, notary: Notary, pack: Pack) -> None:
        self._config, self._engine, self._notary, self._pack = config, engine, notary, pack
        self._open: dict[str, Published] = {}
        self._checks: dict[str, Check] = {}
        """In English."""
        self._told: dict[tuple[str, str], Published] = {}
        """By language and name."""

    def words(self, release: Release) -> Words:
        """A check has a figure for each group of firms; it is read once for all of them and for all releases."""
        named = {f.id for f in release.checks if f.id in self._pack.checks}
        for check_id in named - self._checks.keys():
            self._checks[check_id] = self._pack.check(check_id)
        return words_of(self._checks[check_id] for check_id in sorted(named))

    def all(self) -> tuple[Published, ...]:
        """Every published release, newest period first, in the language spoken."""
        cluster = self._config.cluster
        with reading(self._engine) as connection:
            names = releases.names(connection, cluster)
            fresh = () if self._open.keys() >= set(names) else releases.published(connection, cluster)
        for stored in fresh:
            if stored.name not in self._open:
                release = read_release(stored.document, self._notary)
                with speaking(ENGLISH):
                    story = tell(release, self.words(release))
                self._open[stored.name] = Published(release, release, story, stored.document)
        found = (self._in_words(self._open[name]) for name in names)
        return tuple(sorted(found, key=lambda each: each.release.period, reverse=True))

    def _in_words(self, known: Published) -> Published:
        if spoken() == ENGLISH:
            return known
        key = spoken(), known.release.name
        if key not in self._told:
            told = in_words(known.release)
            self._told[key] = replace(known, told=told, story=tell(told, self.words(told)))
        return self._told[key]


def named(shelf: Sequence[Published], name: str) -> Published | None:
    return next((each for each in shelf if each.release.name == name), None)


def history(shelf: Sequence[Published], table: str, figure: Figure) -> tuple[Past, ...]:
    """What each release said of the same subject, oldest first."""
    found = ((each.release.name, each.figure(table, figure.id, figure.kind)) for each in reversed(shelf))
    return tuple(Past(name, then) for name, then in found if then is not None)
