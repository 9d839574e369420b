"""Charts of bands: an interval is drawn as an interval, from its first possible count to its last, never as a point.

Counts 0..n are n + 1 equal cells, so that neighbouring bands touch and the outermost ones reach the ends. A chart is
decoration beside a table that says the same in words; a screen reader is given the table.
"""

from __future__ import annotations

from html import escape
from typing import Final

from shieldwall.published.release import Figure

PAINT: Final = {"track": "#e3e8ef", "band": "#1f5fa8"}
"""For readers without style sheets; the page's own style goes before it."""
TICKED: Final = 30
"""Bands up to which their edges are ticked; more would paint the track over."""
HEIGHT: Final = 10
WIDTH: Final = 100


def band(figure: Figure) -> str:
    """The interval of one figure on its scale of 0 to n firms, with the edges of the possible bands ticked."""
    cells = figure.n + 1
    edges = "".join(f"M{_x(edge, cells)} 0V{HEIGHT}" for edge in _edges(figure))
    ticks = f'<path class="tick" stroke="#fff" stroke-width="0.4" d="{edges}"/>' if edges else ""
    return _chart(_rect("track", 0, cells, cells) + ticks + _rect("band", figure.low, figure.high + 1, cells))


def span(low: int, high: int, most: int, said: str = "") -> str:
    """An interval on a scale of 0 to `most`. said   the same in words, for a document in which no picture is hidden"""
    cells = most + 1
    title = f"<title>{escape(said)}</title>" if said else ""
    return _chart(title + _rect("track", 0, cells, cells) + _rect("band", low, high + 1, cells))


def _edges(figure: Figure) -> list[int]:
    """Where one band ends and the next begins; none for a sum over a partition, or where there are too many."""
    if figure.band is None or not 2 <= figure.bands <= TICKED:
        return []
    last = figure.band == figure.bands - 1
    width = figure.low // figure.band if last and figure.band else figure.high - figure.low + 1
    return [width * number for number in range(1, figure.bands)]


def _chart(inside: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f"{inside}</svg>"
    )


def _rect(name: str, start: int, end: int, cells: int) -> str:
    x, width = _scaled(start, cells), _scaled(end, cells) - _scaled(start, cells)
    place = f'x="{_number(x)}" y="0" width="{_number(width)}" height="{HEIGHT}"'
    return f'<rect class="{name}" fill="{PAINT[name]}" {place}/>'


def _x(cell: int, cells: int) -> str:
    return _number(_scaled(cell, cells))


def _scaled(cell: int, cells: int) -> int:
    """Hundredths of the width; whole numbers, so that every machine draws the same."""
    return (2 * cell * WIDTH * 100 + cells) // (2 * cells)


def _number(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".")
