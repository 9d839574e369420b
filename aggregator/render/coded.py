"""Commands inside texts stand between backticks: shown as code where there is code, quoted where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.render.base import visible

if TYPE_CHECKING:
    from markupsafe import Markup


def as_html(text: str) -> Markup:
    """What stands between backticks as code; everything escaped. A lone backtick stays one."""
    from markupsafe import Markup, escape

    return Markup().join(
        Markup("<code>{}</code>").format(part) if code else escape(part) for code, part in _parts(visible(text))
    )


def as_text(text: str) -> str:
    """What stands between backticks in quotation marks."""
    return "".join(f"“{part}”" if code else part for code, part in _parts(text))


def _parts(text: str) -> list[tuple[bool, str]]:
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return [(False, text)]
    return [(index % 2 == 1, part) for index, part in enumerate(parts)]
