"""A paper on A4, tagged for screen readers (PDF/UA-1). Nothing in it tells when, where or by whom it was made."""

from __future__ import annotations

from aggregator.render.papers.base import Paper
from aggregator.render.pdf import refuse
from aggregator.render.sheets import html


def write(paper: Paper) -> bytes:
    """The same bytes for the same paper on one machine (another one may have other fonts)."""
    import weasyprint

    document: bytes = weasyprint.HTML(string=html.write(paper).decode(), url_fetcher=refuse).write_pdf(
        pdf_identifier=bytes.fromhex(paper.digest[:32]), pdf_variant="pdf/ua-1"
    )
    return document
