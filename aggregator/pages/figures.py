"""Themes, checks and training: what the releases say, subject by subject."""

from __future__ import annotations

from starlette.responses import Response

from aggregator.pages.shelf import Published, history, named
from aggregator.pages.visit import Visit
from aggregator.render.words import words_of
from shieldwall.checks.frameworks import NAMES
from shieldwall.published.release import ALL


def themes(visit: Visit) -> Response:
    shelf = visit.desk.shelf.all()
    chosen = _chosen(visit, shelf)
    themes = [figure for part in chosen.story.parts for figure in part.themes] if chosen else []
    past = {(figure.id, figure.kind): history(shelf, "themes", figure) for figure in themes}
    return visit.page("themes.html", shelf=shelf, chosen=chosen, past=past)


def check(visit: Visit) -> Response:
    """One check: why, what to do, and its figure in every release."""
    shelf = visit.desk.shelf.all()
    wanted = visit.names["check"]
    found = [figure for each in shelf for figure in each.told.checks if figure.id == wanted and figure.group == ALL]
    if not found:
        return visit.page("refused.html", 404, why="page")
    known = visit.desk.pack.checks.get(wanted)
    return visit.page(
        "check.html",
        figure=found[0],
        past=history(shelf, "checks", found[0]),
        frameworks=NAMES,
        about=visit.desk.pack.check(wanted) if known else None,
        words=words_of([visit.desk.pack.check(wanted)])[wanted] if known else None,
    )


def training(visit: Visit) -> Response:
    shelf = visit.desk.shelf.all()
    chosen = _chosen(visit, shelf)
    return visit.page("training.html", shelf=shelf, chosen=chosen)


def _chosen(visit: Visit, shelf: tuple[Published, ...]) -> Published | None:
    """The release asked for, else the newest."""
    return named(shelf, visit.query.get("release", "")) or (shelf[0] if shelf else None)
