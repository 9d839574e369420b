"""A paper on A4, tagged for screen readers (PDF/UA-1). Nothing in it tells when, where or by whom it was made."""

from __future__ import annotations

from typing import Final

from aggregator.render.papers.base import Paper
from aggregator.render.pdf import refuse
from aggregator.render.sheets import html

SIZES: Final = ("8.4pt", "8pt", "7.6pt", "7.2pt", "6.8pt")
"""Tried one after the other for a paper that may fill only so many sheets; languages differ in length by a third."""


def write(paper: Paper) -> bytes:
    """The same bytes for the same paper on one machine (another one may have other fonts)."""
    import weasyprint

    page = weasyprint.HTML(string=html.write(paper).decode(), url_fetcher=refuse)
    for size in SIZES:
        smaller = weasyprint.CSS(string=f"html {{ font-size: {size} !important }}")
        document = page.render(stylesheets=[smaller], pdf_variant="pdf/ua-1")
        if not paper.sheets or len(document.pages) <= paper.sheets:
            break
    data: bytes = document.write_pdf(pdf_identifier=bytes.fromhex(paper.digest[:32]), pdf_variant="pdf/ua-1")
    return data
