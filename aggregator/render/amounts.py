"""Needs in words: points, kinds of money, and how many firms something would reach. Always as intervals."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.render import wording
from aggregator.render.money import Kind
from aggregator.render.needs import Points, Reach
from shieldwall.language import gettext as _


def points(found: Points) -> str:
    """`64 to 103`, for a table."""
    return f"{found.low}" if found.low == found.high else wording.span(found.low, found.high)


def kinds(money: Iterable[Kind]) -> str:
    """`equipment, a service`."""
    return ", ".join(_(kind.value) for kind in money)


def reach(found: Reach) -> str:
    """`8 to 11 of 24`, for a table that says it counts firms."""
    count = f"{found.low}" if found.low == found.high else wording.span(found.low, found.high)
    return _("%(count)s of %(n)s") % {"count": count, "n": found.n}
