"""Papers to hand on: evidence brief, funding dossier, infrastructure needs, joint challenges of a published release."""

from __future__ import annotations

from markupsafe import Markup
from starlette.responses import Response

from aggregator.pages.shelf import Published, named
from aggregator.pages.visit import Visit
from aggregator.render import papers, sheets
from aggregator.render.papers.base import Paper


def brief(visit: Visit) -> Response:
    return _show(visit, "brief")


def funding(visit: Visit) -> Response:
    return _show(visit, "funding")


def infrastructure(visit: Visit) -> Response:
    return _show(visit, "infrastructure")


def challenges(visit: Visit) -> Response:
    return _show(visit, "challenges")


def download(visit: Visit) -> Response:
    """A paper in one of the forms it can take; nothing is kept, since the same release gives the same bytes."""
    chosen = named(visit.desk.shelf.all(), visit.names["release"])
    name, _, ending = visit.names["file"].rpartition(".")
    form = next((form for form, known in sheets.ENDINGS.items() if known == ending), "")
    if chosen is None or not form or name not in papers.PAPERS:
        return visit.page("refused.html", 404, why="page")
    with visit.desk.paper:
        data = sheets.load(form)(_made(visit, chosen, name))
    headers = {"Content-Disposition": f'attachment; filename="{chosen.release.name}-{name}.{ending}"'}
    return Response(data, media_type=sheets.MEDIA_TYPES[form], headers=headers)


def _show(visit: Visit, name: str) -> Response:
    from aggregator.render.sheets.html import body

    chosen = named(visit.desk.shelf.all(), visit.names["release"])
    if chosen is None:
        return visit.page("refused.html", 404, why="page")
    paper = _made(visit, chosen, name)
    return visit.page("handed.html", paper=paper, body=Markup(body(paper)))  # noqa: S704 escaped by its own template


def _made(visit: Visit, chosen: Published, name: str) -> Paper:
    return papers.load(name)(chosen.release, visit.desk.shelf.words(chosen.release), visit.desk.config.name)
