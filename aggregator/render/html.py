"""The report as one page: readable on a telephone, on paper and by a screen reader; no script, nothing fetched."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from aggregator.render import amounts, coded, svg, wording
from aggregator.render.base import Words
from aggregator.render.spoken import environment, in_words
from aggregator.render.story import tell
from shieldwall.published.release import Release, release_digest

if TYPE_CHECKING:
    from jinja2 import Template


def render(release: Release, words: Words, house: str = "") -> bytes:
    style = _file("report.css")
    told = in_words(release, house)
    page = _template().render(
        story=tell(told, words),
        r=told,
        digest=release_digest(release),
        style=style,
        policy=policy_of(style),
        say=wording,
        amount=amounts,
        svg=svg,
    )
    return page.encode()


def policy_of(style: str) -> str:
    """A content policy under which nothing runs, nothing loads, and only this page's own style counts."""
    fingerprint = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{fingerprint}'; base-uri 'none'; form-action 'none'"


@cache
def _template() -> Template:
    from jinja2 import PackageLoader

    made = environment(PackageLoader("aggregator.render", ""))
    made.filters["coded"] = coded.as_html
    return made.get_template("report.html")


def _file(name: str) -> str:
    return resources.files("aggregator.render").joinpath(name).read_text("utf-8")
