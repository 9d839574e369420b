"""Results as a reader wants them, a file a format. A literal table: nothing registers itself."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from agent.render.base import Renderer

FORMATS: Final[dict[str, str]] = {
    "text": "agent.render.text",
    "json": "agent.render.json",
    "html": "agent.render.html",
    "csv": "agent.render.csv",
    "markdown": "agent.render.markdown",
    "junit": "agent.render.junit",
    "sarif": "agent.render.sarif",
    "oscal": "agent.render.oscal",
    "tap": "agent.render.tap",
    "prometheus": "agent.render.prometheus",
}
"""Name -> module with a `render`; imported only when asked for."""


def load(name: str) -> Renderer:
    renderer: Renderer = import_module(FORMATS[name]).render
    return renderer
