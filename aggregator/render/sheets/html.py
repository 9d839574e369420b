"""A paper as one page that works alone, and the same page's body for the manager's pages."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from aggregator.render import coded, svg
from aggregator.render.html import policy_of
from aggregator.render.papers.base import Paper
from aggregator.render.spoken import environment

if TYPE_CHECKING:
    from jinja2 import Environment


def write(paper: Paper) -> bytes:
    style = _file("sheet.css")
    page = _environment().get_template("sheet.html")
    return page.render(paper=paper, style=style, policy=policy_of(style)).encode()


def body(paper: Paper) -> str:
    """Its sections as safe HTML, in the classes that the style sheets of reports and pages share."""
    return _environment().get_template("sheet_body.html").render(paper=paper)


@cache
def _environment() -> Environment:
    from jinja2 import PackageLoader

    made = environment(PackageLoader("aggregator.render.sheets", ""))
    made.globals["svg"] = svg
    made.filters["coded"] = coded.as_html
    return made


def _file(name: str) -> str:
    return resources.files("aggregator.render.sheets").joinpath(name).read_text("utf-8")
