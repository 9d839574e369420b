"""Papers a manager hands on, made from a published release. A literal table: nothing registers itself."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from aggregator.render.papers.base import Maker

PAPERS: Final[dict[str, str]] = {
    "brief": "aggregator.render.papers.brief",
    "funding": "aggregator.render.papers.funding",
    "challenges": "aggregator.render.papers.challenges",
    "infrastructure": "aggregator.render.papers.infrastructure",
}
"""Paper -> module with a `make`; imported only when that paper is asked for."""


def load(name: str) -> Maker:
    """The function that makes this paper. KeyError for one that is not in PAPERS."""
    maker: Maker = import_module(PAPERS[name]).make
    return maker
