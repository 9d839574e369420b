"""Needs in words: points, kinds of money, and how many firms something would reach. Always as intervals."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.render import wording
from aggregator.render.money import Kind
from aggregator.render.needs import Points, Reach
from shieldwall.language import gettext as _


def points(found: Points) -> str:
    """`64 to 103`, for a table."""
    return f"{found.low}" if found.low == found.high else _("%(low)s to %(high)s") % _ends(found)


def kinds(money: Iterable[Kind]) -> str:
    """`equipment, a service`."""
    return ", ".join(_(kind.value) for kind in money)


def reach(found: Reach) -> str:
    """`between 8 and 11 of 24 firms (measured by the agents)`."""
    return _("%(count)s of %(n)s firms (%(kind)s)") % {
        "count": wording.count(found.low, found.high, found.n), "n": found.n, "kind": kind(found),
    }  # fmt: skip


def kind(found: Reach) -> str:
    return _("measured by the agents") if found.kind == "measured" else _("answered by people")


def _ends(found: Points) -> dict[str, int]:
    return {"low": found.low, "high": found.high}
