"""Figures that hold still: what changes for one firm must not show.

A published band moves only when the plain band is at least two away, that is when the count has left the published
band by more than a whole band. What is published is a function of the plain bands alone, so it tells no more than
they do, and the gate's guarantee covers it.
"""

from __future__ import annotations

from typing import Final

from aggregator.disclosure.bands import Layout

STICKY_BELOW: Final = 40
"""Firms; larger cohorts show plain bands."""


def held(published: int, plain: int) -> int:
    """The band to publish, given the band published before and the plain band now."""
    return published if abs(plain - published) <= 1 else plain


def margin(layout: Layout) -> int:
    """By how many firms a count can lie outside a held band: the longest band beside it."""
    low, high = layout.interval(layout.q - 1)
    return max(layout.w, high - low + 1)
