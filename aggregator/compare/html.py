"""The comparison as one page that works alone, and its body for the manager's pages."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from aggregator.compare import text
from aggregator.compare import wording as say
from aggregator.compare.base import Comparison
from aggregator.render import svg, wording
from aggregator.render.html import policy_of
from aggregator.render.spoken import environment

if TYPE_CHECKING:
    from jinja2 import Environment

NARROW: Final = (
    "@media (max-width:40rem){table.pairs.pairs tr{grid-template-columns:1fr}"
    "table.pairs.pairs td{text-align:left;padding:.25rem 0}"
    '.pairs [data-head]::before{content:attr(data-head) ": ";color:var(--soft);font-size:.85rem}}\n'
)
"""On a telephone two clusters stand one below the other, each with its name."""


def render(comparison: Comparison) -> bytes:
    style = resources.files("aggregator.render").joinpath("report.css").read_text("utf-8") + NARROW
    page = _environment().get_template("comparison.html")
    return page.render(comparison=comparison, alone=True, style=style, policy=policy_of(style)).encode()


def body(comparison: Comparison) -> str:
    """Its sections as safe HTML, in the classes that reports and pages share."""
    return _environment().get_template("comparison_body.html").render(comparison=comparison, alone=False)


@cache
def _environment() -> Environment:
    from jinja2 import PackageLoader

    made = environment(PackageLoader("aggregator.compare", ""))
    made.globals |= {"svg": svg, "say": say, "figures": wording, "title_of": text.title_of}
    return made
