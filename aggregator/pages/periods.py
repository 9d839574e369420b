"""Freezing, building, publishing: each asked for twice, done in the background, and written down."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import PlainTextResponse, Response

from aggregator.database.engine import reading
from aggregator.export.files import open_data_beside
from aggregator.ledger import periods
from aggregator.ledger.freeze import freeze as freeze_period
from aggregator.ledger.periods import Period, PeriodState
from aggregator.ledger.seal import KeyRing
from aggregator.pages.foresight import PATIENCE_SECONDS
from aggregator.pages.visit import Visit
from aggregator.pages.work import Done
from aggregator.people.audit import Action
from aggregator.release.build import Built, build, publish
from aggregator.release.explain import explain_release
from aggregator.release.freezing import sum_up_with
from aggregator.release.report import render_beside
from aggregator.render.story import tell
from shieldwall.errors import ShieldwallError, UsageError


def ask_freeze(visit: Visit, told: str = "") -> Response:
    period = _find(visit)
    # A page that answers a form cannot ask for itself again, so it waits.
    patience = None if told else PATIENCE_SECONDS
    seen = visit.desk.foresight.look(visit.desk.service, visit.now, patience)
    return visit.page("freeze.html", 400 if told else 200, period=period, seen=seen, told=told)


def freeze(visit: Visit) -> Response:
    """Only when the name was typed: there is no way back."""
    period = _find(visit)
    if period.state is not PeriodState.OPEN:
        raise UsageError(f"Period {period.name} is frozen already.")
    if visit.typed("typed").lower() != period.name.lower():
        return ask_freeze(visit, f"Nothing was done. Type {period.name} to freeze it.")
    despite = visit.form.get("despite") == "yes"

    def job() -> Done:
        desk = visit.desk
        visit.note(Action.FREEZE_ASKED, period.name)
        ring, sum_up = KeyRing(desk.config.period_keys), sum_up_with(desk.config, despite_wait=despite)
        frozen = freeze_period(desk.engine, ring, desk.cluster, period.name, desk.now(), sum_up)
        visit.note(Action.FROZEN, frozen.name)
        said = f"{frozen.name} is frozen. What firms reported in it can be read by nobody any more."
        return Done(True, said, "/manage/releases")

    return _start(visit, f"Freezing {period.name}", f"/manage/periods/{period.name}/freeze", job)


def build_draft(visit: Visit) -> Response:
    period = _find(visit)

    def job() -> Done:
        visit.note(Action.BUILD_ASKED, period.name)
        made = _built(visit, period.name)
        visit.note(Action.BUILT, f"{made.release.name}, {made.certificate.figures} figures")
        said = f"The release of {period.name} is built and withstood its attacks."
        return Done(True, said, f"/manage/periods/{period.name}/draft")

    return _start(visit, f"Building {period.name}", "/manage/releases", job)


def draft(visit: Visit) -> Response:
    """What would be published: gate, certificate, and the sentences a reader would meet first."""
    made = _built(visit, _find(visit).name)
    return visit.page(
        "draft.html",
        release=made.release,
        certificate=made.certificate,
        published=made.published,
        story=tell(made.release, visit.desk.shelf.words(made.release)),
        reasons=list(explain_release(made)),
    )


def publish_draft(visit: Visit) -> Response:
    period = _find(visit)
    if visit.form.get("sure") != "yes":
        raise UsageError("Nothing was published: tick the box to say that you have read it.")

    def job() -> Done:
        made = _built(visit, period.name)
        if not made.published:
            render_beside(made.folder, made.release, visit.desk.pack)
            open_data_beside(visit.desk.config, visit.desk.engine, visit.desk.service.notary, made, visit.desk.pack)
        publish(visit.desk.config, visit.desk.engine, made)
        visit.note(Action.PUBLISHED, made.release.name)
        return Done(True, f"Release {made.release.name} is published.", f"/manage/releases/{made.release.name}")

    return _start(visit, f"Publishing {period.name}", f"/manage/periods/{period.name}/draft", job)


def work(visit: Visit) -> Response:
    found = visit.desk.works.find(visit.names["work"])
    return (
        visit.page("work.html", work=found, done=found.done) if found else visit.page("refused.html", 404, why="page")
    )


def work_state(visit: Visit) -> Response:
    """For the script of the progress page: one word."""
    found = visit.desk.works.find(visit.names["work"])
    return PlainTextResponse("gone" if found is None else "running" if found.done is None else "done")


def _start(visit: Visit, title: str, back: str, job: Callable[[], Done]) -> Response:
    """Begin it and show how far it is. A refusal is written down like a deed."""

    def noted() -> Done:
        try:
            return job()
        except ShieldwallError as error:
            visit.note(Action.REFUSED, f"{title}: {error}")
            raise

    return visit.go(f"/manage/work/{visit.desk.works.start(title, back, noted).id}")


def _built(visit: Visit, period: str) -> Built:
    return build(visit.desk.config, visit.desk.engine, visit.desk.service.notary, period)


def _find(visit: Visit) -> Period:
    with reading(visit.desk.engine) as connection:
        return periods.find(connection, visit.desk.cluster, visit.names["period"])
