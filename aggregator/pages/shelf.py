"""The released documents on the shelf: all that the pages know of results. Opened once, since they never change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from aggregator.config import Config
from aggregator.database.engine import reading
from aggregator.database.notary import Notary
from aggregator.ledger import releases
from aggregator.release.build import read_release
from aggregator.render.base import Words
from aggregator.render.story import Story, tell
from aggregator.render.words import words_of
from shieldwall.pack import Pack
from shieldwall.release import ALL, Figure, Kind, Release


@dataclass(frozen=True, slots=True)
class Published:
    release: Release
    story: Story
    envelope: bytes

    def figure(self, table: str, identity: str, kind: Kind) -> Figure | None:
        """Of the whole cohort. table   `themes` or `checks`"""
        figures = self.release.themes if table == "themes" else self.release.checks
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

    def words(self, release: Release) -> Words:
        return words_of(self._pack.check(f.id) for f in release.checks if f.id in self._pack.checks)

    def all(self) -> tuple[Published, ...]:
        """Every published release, newest period first."""
        cluster = self._config.cluster
        with reading(self._engine) as connection:
            names = releases.names(connection, cluster)
            fresh = () if self._open.keys() >= set(names) else releases.published(connection, cluster)
        for stored in fresh:
            if stored.name not in self._open:
                release = read_release(stored.document, self._notary)
                self._open[stored.name] = Published(release, tell(release, self.words(release)), stored.document)
        return tuple(sorted((self._open[name] for name in names), key=lambda each: each.release.period, reverse=True))


def named(shelf: Sequence[Published], name: str) -> Published | None:
    return next((each for each in shelf if each.release.name == name), None)


def history(shelf: Sequence[Published], table: str, figure: Figure) -> tuple[Past, ...]:
    """What each release said of the same subject, oldest first."""
    found = ((each.release.name, each.figure(table, figure.id, figure.kind)) for each in reversed(shelf))
    return tuple(Past(name, then) for name, then in found if then is not None)
