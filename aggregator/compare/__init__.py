"""Two released files side by side. A literal table of forms: nothing registers itself."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from aggregator.compare.base import Renderer

FORMATS: Final[dict[str, str]] = {
    "text": "aggregator.compare.text",
    "html": "aggregator.compare.html",
    "csv": "aggregator.compare.csv",
    "json": "aggregator.compare.json",
}
"""Format -> module with a `render`; imported only when that format is asked for."""


def load(name: str) -> Renderer:
    """The function that renders this format. KeyError for one that is not in FORMATS."""
    renderer: Renderer = import_module(FORMATS[name]).render
    return renderer
