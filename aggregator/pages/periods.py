"""Freezing, building, publishing: each asked for twice, done in the background, and written down."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import PlainTextResponse, Response

from aggregator.database.engine import reading
from aggregator.export.files import open_data_beside
from aggregator.ledger import periods
from aggregator.ledger.periods import Period, PeriodState
from aggregator.pages.foresight import PATIENCE_SECONDS
from aggregator.pages.visit import Visit
from aggregator.pages.work import Done
from aggregator.people.audit import Action
from aggregator.release.build import Built, build, publish
from aggregator.release.explain import reasons
from aggregator.release.freezing import freeze_period, sum_up_with
from aggregator.release.report import render_beside
from aggregator.render.spoken import in_words
from aggregator.render.story import tell
from shieldwall.errors import ShieldwallError, UsageError
from shieldwall.language import ENGLISH, speaking
from shieldwall.language import gettext as _


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
        raise UsageError(_("Period %(period)s is frozen already.") % {"period": period.name})
    if visit.typed("typed").lower() != period.name.lower():
        return ask_freeze(visit, _("Nothing was done. Type %(period)s to freeze it.") % {"period": period.name})
    despite = visit.form.get("despite") == "yes"
    said = _("%(period)s is frozen. What firms reported in it can be read by nobody any more.")

    def job() -> Done:
        desk = visit.desk
        visit.note(Action.FREEZE_ASKED, period.name)
        summary = sum_up_with(desk.config, despite_wait=despite, answer=desk.foresight.answer)
        frozen = freeze_period(desk.config, desk.engine, period.name, desk.now(), summary)
        visit.note(Action.FROZEN, frozen.name)
        return Done(True, said % {"period": period.name}, "/manage/releases")

    return _start(visit, _("Freezing %(period)s"), period, f"/manage/periods/{period.name}/freeze", job)


def build_draft(visit: Visit) -> Response:
    period = _find(visit)
    said = _("The release of %(period)s is built and withstood its attacks.")

    def job() -> Done:
        visit.note(Action.BUILD_ASKED, period.name)
        made = _built(visit, period.name)
        visit.note(Action.BUILT, f"{made.release.name}, {made.certificate.figures} figures")
        return Done(True, said % {"period": period.name}, f"/manage/periods/{period.name}/draft")

    return _start(visit, _("Building %(period)s"), period, "/manage/releases", job)


def draft(visit: Visit) -> Response:
    """What would be published: gate, certificate, and the sentences a reader would meet first."""
    made = _built(visit, _find(visit).name)
    told = in_words(made.release)
    return visit.page(
        "draft.html",
        release=told,
        certificate=made.certificate,
        published=made.published,
        story=tell(told, visit.desk.shelf.words(made.release)),
        reasons=list(reasons(made.release)),
    )


def publish_draft(visit: Visit) -> Response:
    period = _find(visit)
    if visit.form.get("sure") != "yes":
        raise UsageError(_("Nothing was published: tick the box to say that you have read it."))
    said = _("The release of %(period)s is published.")

    def job() -> Done:
        made = _built(visit, period.name)
        if not made.published:
            render_beside(made.folder, made.release, visit.desk.pack, visit.desk.config.name)
            open_data_beside(visit.desk.config, visit.desk.engine, visit.desk.service.notary, made, visit.desk.pack)
        publish(visit.desk.config, visit.desk.engine, made)
        visit.note(Action.PUBLISHED, made.release.name)
        return Done(True, said % {"period": period.name}, f"/manage/releases/{made.release.name}")

    return _start(visit, _("Publishing %(period)s"), period, f"/manage/periods/{period.name}/draft", job)


def work(visit: Visit) -> Response:
    found = visit.desk.works.find(visit.names["work"])
    return (
        visit.page("work.html", work=found, done=found.done) if found else visit.page("refused.html", 404, why="page")
    )


def work_state(visit: Visit) -> Response:
    """For the script of the progress page: one word."""
    found = visit.desk.works.find(visit.names["work"])
    return PlainTextResponse("gone" if found is None else "running" if found.done is None else "done")


def _start(visit: Visit, title: str, period: Period, back: str, job: Callable[[], Done]) -> Response:
    """Begin it and show how far it is. A refusal is written down like a deed.

    It runs where no language is spoken: what it writes down is English, whoever asked for it.
    """

    def noted() -> Done:
        try:
            return job()
        except ShieldwallError as error:
            visit.note(Action.REFUSED, f"{period.name}: {error}")
            raise

    return visit.go(f"/manage/work/{visit.desk.works.start(title % {'period': period.name}, back, noted).id}")


def _built(visit: Visit, period: str) -> Built:
    """Whatever is written down is English, whoever asks for it."""
    with speaking(ENGLISH):
        return build(visit.desk.config, visit.desk.engine, visit.desk.service.notary, period)


def _find(visit: Visit) -> Period:
    with reading(visit.desk.engine) as connection:
        return periods.find(connection, visit.desk.cluster, visit.names["period"])
