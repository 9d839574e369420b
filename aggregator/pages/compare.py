"""Another cluster's released file beside a release of ours. What is pasted is judged, shown, and kept nowhere."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup
from starlette.responses import Response

from aggregator.compare.base import Side
from aggregator.compare.judging import compare
from aggregator.compare.opening import LARGEST, open_side
from aggregator.pages.shelf import Published, named
from aggregator.pages.visit import Visit
from shieldwall.errors import ShieldwallError
from shieldwall.language import gettext as _
from shieldwall.limits import KIB

FORM_BYTES: Final = LARGEST + 256 * KIB
"""A form writes `+`, `/` and what JSON needs as three letters each: a tenth more than the file."""


def ask(visit: Visit, told: str = "", status: int = 200) -> Response:
    shelf = visit.desk.shelf.all()
    return visit.page("compare.html", status, shelf=shelf, chosen=_chosen(visit), told=told, form=visit.form)


def judge(visit: Visit) -> Response:
    from aggregator.compare.html import body
    from aggregator.compare.wording import heading

    own = _chosen(visit)
    if own is None:
        return ask(
            visit, _("Nothing of this cluster has been published yet, so there is nothing to compare with."), 400
        )
    try:
        other = open_side(visit.typed("other").encode(), visit.typed("key"))
    except ShieldwallError as error:
        return ask(visit, str(error), 400)
    ours = Side(own.release, visit.desk.config.origin)
    found = compare(ours, other, {visit.desk.pack.digest: visit.desk.pack})
    shown = Markup(body(found))  # noqa: S704 escaped by its own template
    return visit.page("compared.html", heading=heading(found), other=other, body=shown)


def _chosen(visit: Visit) -> Published | None:
    shelf = visit.desk.shelf.all()
    wanted = visit.typed("release") or visit.query.get("release", "")
    return named(shelf, wanted) or (shelf[0] if shelf else None)
