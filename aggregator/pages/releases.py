"""Published releases: what the gate said, how they were attacked, what they cannot say, and their files."""

from __future__ import annotations

from typing import Final

from starlette.responses import PlainTextResponse, Response

from aggregator.disclosure.certificate import Certificate
from aggregator.export import dcat
from aggregator.export.files import open_data
from aggregator.export.gather import gather
from aggregator.pages.overview import participation
from aggregator.pages.shelf import Published, named
from aggregator.pages.visit import Visit
from aggregator.release.build import CERTIFICATE_FILE
from aggregator.release.report import make_report
from shieldwall.encoding.canonical import decode
from shieldwall.encoding.record import from_value
from shieldwall.errors import IntegrityError
from shieldwall.language import ENGLISH, LANGUAGES, speaking

FORMS: Final = {
    "report.html": ("html", "text/html; charset=utf-8"),
    "report.pdf": ("pdf", "application/pdf"),
    "figures.csv": ("csv", "text/csv; charset=utf-8"),
    "report.txt": ("text", "text/plain; charset=utf-8"),
}
VIEWS: Final = ("report.html", "report.pdf", "report.txt")
"""Those that are told in other languages as well; a table for a spreadsheet keeps its names for programs."""
SIGNED: Final = "release.json"
OPEN: Final = {
    **{each.name: each.media_type for each in (dcat.PACKAGE, dcat.DATABASE)},
    dcat.FILE: "application/ld+json",
}


def shelf(visit: Visit) -> Response:
    every = visit.desk.shelf.all()
    return visit.page("releases.html", shelf=every, taking_part=participation(visit, every))


def show(visit: Visit) -> Response:
    chosen = named(visit.desk.shelf.all(), visit.names["release"])
    if chosen is None:
        return visit.page("refused.html", 404, why="page")
    return visit.page("release.html", chosen=chosen, certificate=certificate(visit, chosen))


def download(visit: Visit) -> Response:
    chosen, file = named(visit.desk.shelf.all(), visit.names["release"]), visit.names["file"]
    if chosen is None:
        return visit.page("refused.html", 404, why="page")
    if file == SIGNED:
        return _file(chosen, file, chosen.envelope, "application/json")
    if file == CERTIFICATE_FILE and certificate(visit, chosen) is not None:
        place = visit.desk.config.releases / chosen.release.name / CERTIFICATE_FILE
        return _file(chosen, file, place.read_bytes(), "application/json")
    if file in OPEN:
        return _file(chosen, file, _open_data(visit, chosen, file), OPEN[file])
    if file in FORMS:
        form, media_type = FORMS[file]
        return _file(chosen, file, _made(visit, chosen, file, form), media_type)
    return _translated(visit, chosen, file) or visit.page("refused.html", 404, why="page")


def certificate(visit: Visit, chosen: Published) -> Certificate | None:
    """As it was published; None when its file is gone."""
    place = visit.desk.config.releases / chosen.release.name / CERTIFICATE_FILE
    try:
        return from_value(Certificate, decode(place.read_bytes()))
    except (OSError, IntegrityError):
        return None


def gate_now(visit: Visit) -> Response:
    """What the gate would answer, were the open period frozen now."""
    return visit.page("gate.html", seen=visit.desk.foresight.look(visit.desk.service, visit.now))


def gate_state(visit: Visit) -> Response:
    """For the script of a page that waits for the gate: one word."""
    known = visit.desk.foresight.look(visit.desk.service, visit.now).decision is not None
    return PlainTextResponse("done" if known else "running")


def _made(visit: Visit, chosen: Published, file: str, form: str) -> bytes:
    """As it lies beside the published release, else made now."""
    try:
        return (visit.desk.config.releases / chosen.release.name / file).read_bytes()
    except FileNotFoundError:
        with visit.desk.paper, speaking(ENGLISH):
            return make_report(chosen.release, form, visit.desk.pack, visit.desk.config.name)


def _translated(visit: Visit, chosen: Published, file: str) -> Response | None:
    """`report.de.pdf`: a view of the signed figures, made now; what was released is English and stays what it is."""
    stem, _, rest = file.partition(".")
    code, _, ending = rest.partition(".")
    if code == ENGLISH or code not in LANGUAGES or f"{stem}.{ending}" not in VIEWS:
        return None
    form, media_type = FORMS[f"{stem}.{ending}"]
    with visit.desk.paper, speaking(code):
        return _file(
            chosen, file, make_report(chosen.release, form, visit.desk.pack, visit.desk.config.name), media_type
        )


def _open_data(visit: Visit, chosen: Published, file: str) -> bytes:
    """As it lies beside the published release, else made now of this release and those before."""
    desk = visit.desk
    try:
        return (desk.config.releases / chosen.release.name / file).read_bytes()
    except FileNotFoundError:
        with desk.paper, speaking(ENGLISH):
            facts = gather(desk.config, desk.engine, desk.service.notary, desk.pack, chosen.release.name)
            return open_data(facts)[file]


def _file(chosen: Published, file: str, data: bytes, media_type: str) -> Response:
    stem, _, ending = file.rpartition(".")
    headers = {"Content-Disposition": f'attachment; filename="{chosen.release.name}-{stem}.{ending}"'}
    return Response(data, media_type=media_type, headers=headers)
