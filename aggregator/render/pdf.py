"""The page on paper: the printable HTML laid out as A4, for people who pass on files."""

from __future__ import annotations

from typing import Any, NoReturn

from aggregator.render import html
from aggregator.render.base import Words
from shieldwall.published.release import Release, release_digest


def render(release: Release, words: Words, house: str = "") -> bytes:
    """PDF; the same bytes for the same release on one machine (another one may have other fonts)."""
    import weasyprint

    page = html.render(release, words, house).decode()
    document: bytes = weasyprint.HTML(string=page, url_fetcher=refuse).write_pdf(
        pdf_identifier=bytes.fromhex(release_digest(release)[:32])
    )
    return document


def refuse(url: str, *args: Any, **options: Any) -> NoReturn:
    """The page names nothing to fetch; should it ever, the report must not reach out for it."""
    raise ValueError(f"a report fetches nothing, and this one named {url[:80]}")
