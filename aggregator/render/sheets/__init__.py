"""Every form a paper can take. A literal table: nothing registers itself."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from aggregator.render.sheets.base import Writer

FORMS: Final[dict[str, str]] = {
    "pdf": "aggregator.render.sheets.pdf",
    "html": "aggregator.render.sheets.html",
    "markdown": "aggregator.render.sheets.markdown",
}
"""Form -> module with a `write`; imported only when that form is asked for."""
ENDINGS: Final[dict[str, str]] = {"pdf": "pdf", "html": "html", "markdown": "md"}
MEDIA_TYPES: Final[dict[str, str]] = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
}


def load(name: str) -> Writer:
    """The function that writes this form. KeyError for one that is not in FORMS."""
    writer: Writer = import_module(FORMS[name]).write
    return writer
