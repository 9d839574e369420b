"""What open data is made from: published releases as they were signed, and the public library of checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from aggregator.config import Config
from aggregator.database.engine import reading
from aggregator.database.notary import Notary
from aggregator.disclosure.frozen import parse_frozen
from aggregator.ledger import periods, releases
from aggregator.release.build import Built, read_release
from shieldwall.errors import UsageError
from shieldwall.packs.pack import Pack
from shieldwall.published.release import Release


@dataclass(frozen=True, slots=True)
class Issue:
    release: Release
    envelope: bytes
    """As it is served."""
    revisions: Mapping[str, int]
    """Check id -> revision, of the pack the release was judged by."""


@dataclass(frozen=True, slots=True)
class Facts:
    name: str
    """What people call the cluster."""
    url: str
    licence: str
    issues: tuple[Issue, ...]
    """Oldest period first; the last is the one beside which the files lie."""
    pack: Pack

    @property
    def newest(self) -> Release:
        return self.issues[-1].release


def gather(config: Config, engine: Engine, notary: Notary, pack: Pack, until: str = "") -> Facts:
    """Of every published release, or those up to one. Raises UsageError when there is none."""
    with reading(engine) as connection:
        found = [
            Issue(read_release(stored.document, notary), stored.document, {})
            for stored in releases.published(connection, config.cluster)
        ]
    newest = next((each.release.period for each in found if each.release.name == until), "")
    kept = [each for each in found if not newest or each.release.period <= newest]
    if not kept or (until and not newest):
        raise UsageError("nothing has been published yet. Type `shieldwall-aggregator release publish PERIOD` first.")
    return _facts(config, engine, pack, kept)


def gather_with(config: Config, engine: Engine, notary: Notary, pack: Pack, made: Built) -> Facts:
    """As if a built release were published already, for the files that will lie beside it."""
    with reading(engine) as connection:
        stored = releases.published(connection, config.cluster)
    earlier = [Issue(read_release(each.document, notary), each.document, {}) for each in stored]
    kept = [each for each in earlier if each.release.period < made.release.period]
    return _facts(config, engine, pack, [*kept, Issue(made.release, made.envelope, {})])


def _facts(config: Config, engine: Engine, pack: Pack, found: list[Issue]) -> Facts:
    with reading(engine) as connection:
        documents = {period.name: period.document for period in periods.every(connection, config.cluster)}
    issues = [
        Issue(each.release, each.envelope, _revisions(documents[each.release.period]))
        for each in sorted(found, key=lambda each: each.release.period)
    ]
    return Facts(config.name, config.url, config.open_data_licence, tuple(issues), pack)


def _revisions(document: bytes) -> dict[str, int]:
    """Which revisions were judged is a fact about the pack; nothing else is read from a frozen document."""
    frozen = parse_frozen(document)
    return {subject.id: rev for subject, rev in zip(frozen.subjects, frozen.revisions, strict=True)}
