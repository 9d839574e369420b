"""A paper as one page that works alone, and the same page's body for the manager's pages."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from aggregator.render import coded, svg
from aggregator.render.base import visible
from aggregator.render.papers.base import Paper
from aggregator.render.spoken import speak

if TYPE_CHECKING:
    from jinja2 import Environment


def write(paper: Paper) -> bytes:
    style = _file("sheet.css")
    fingerprint = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{fingerprint}'; base-uri 'none'; form-action 'none'"
    return _environment().get_template("sheet.html").render(paper=paper, style=style, policy=policy).encode()


def body(paper: Paper) -> str:
    """Its sections as safe HTML, in the classes that the style sheets of reports and pages share."""
    return _environment().get_template("sheet_body.html").render(paper=paper)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("aggregator.render.sheets", ""), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )  # fmt: skip
    speak(made)
    made.globals["svg"] = svg
    made.filters["coded"] = coded.as_html
    return made


def _file(name: str) -> str:
    return resources.files("aggregator.render.sheets").joinpath(name).read_text("utf-8")
