"""A paper to hand on, from a release that is published: what is not yet in the world is not handed on either."""

from __future__ import annotations

from sqlalchemy import Engine

from aggregator.config import Config
from aggregator.database.engine import reading
from aggregator.database.notary import Notary
from aggregator.ledger import releases
from aggregator.release.build import read_release
from aggregator.render import papers, sheets
from aggregator.render.words import words_of
from shieldwall.errors import UsageError
from shieldwall.packs.pack import Pack
from shieldwall.published.release import Release


def published_release(config: Config, engine: Engine, notary: Notary, period: str) -> Release:
    """The published release of a period. Raises UsageError when there is none."""
    with reading(engine) as connection:
        stored = releases.published(connection, config.cluster)
    found = next((each for each in stored if each.period == period), None)
    if found is None:
        raise UsageError(
            f"no release of {period} is published. Type `shieldwall-aggregator release publish {period}` first."
        )
    return read_release(found.document, notary)


def make_paper(release: Release, paper: str, form: str, pack: Pack, house: str = "") -> bytes:
    """paper   a key of aggregator.render.papers.PAPERS; form   a key of aggregator.render.sheets.FORMS"""
    words = words_of(pack.check(figure.id) for figure in release.checks if figure.id in pack.checks)
    return sheets.load(form)(papers.load(paper)(release, words, house))
