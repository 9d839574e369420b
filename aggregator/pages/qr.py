"""A QR code as part of the page."""

from __future__ import annotations

import io

from markupsafe import Markup


def svg(text: str) -> Markup:
    """Black on white whatever the page's colours, because cameras expect that; the text stands beside it."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, border=3, light="#fff", svgclass="qr", lineclass=None,
        omitsize=True, nl=False,
    )  # fmt: skip
    drawn = out.getvalue().decode()
    return Markup(drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704 - our own drawing
