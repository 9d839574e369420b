"""Every form a release can take. A literal table: nothing registers itself, nothing is scanned for."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from aggregator.render.base import Renderer

FORMATS: Final[dict[str, str]] = {
    "html": "aggregator.render.html",
    "pdf": "aggregator.render.pdf",
    "text": "aggregator.render.text",
    "csv": "aggregator.render.csv",
    "json": "aggregator.render.json",
}
"""Format -> module with a `render`; imported only when that format is asked for."""
MEDIA_TYPES: Final[dict[str, str]] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "text": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


def load(name: str) -> Renderer:
    """The function that renders this format. KeyError for one that is not in FORMATS."""
    renderer: Renderer = import_module(FORMATS[name]).render
    return renderer
