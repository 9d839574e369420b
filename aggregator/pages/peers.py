"""Members who could help each other, by topic, from what they said of themselves. No result is asked for here."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from aggregator.database.engine import reading, writing
from aggregator.members import firms
from aggregator.members.firms import FirmStatus
from aggregator.pages.visit import Visit
from aggregator.peers import store
from aggregator.peers.store import Entry, Side
from aggregator.people import audit
from aggregator.people.audit import Action
from aggregator.render.topics import TOPICS, topic
from shieldwall.errors import UsageError
from shieldwall.language import gettext as _


def show(visit: Visit, told: str = "", status: int = 200) -> Response:
    with reading(visit.desk.engine) as connection:
        members = sorted(firms.roster(connection, visit.desk.cluster), key=lambda firm: (firm.name.lower(), firm.id))
        entries = store.everything(connection, visit.desk.cluster)
    names = {firm.id: firm.name for firm in members}
    present = [entry for entry in entries if entry.firm in names]
    topics = sorted(((identity, topic(identity).title) for identity in TOPICS), key=lambda each: each[1].lower())
    return visit.page(
        "peers.html", status, told=told, members=members, topics=topics, titles=dict(topics), form=visit.form,
        said={firm.id: [entry for entry in present if entry.firm == firm.id] for firm in members},
        meetings=store.meetings(replace(entry, firm=names[entry.firm]) for entry in present),
    )  # fmt: skip


def record(visit: Visit) -> Response:
    """Of the audit log, which keeps everything, only the firm's name is told: what it said can be taken back."""
    desk = visit.desk
    try:
        if visit.form.get("agreed") != "yes":
            raise UsageError(_("Nothing was written down: tick the box to say that the firm agreed."))
        with writing(desk.engine) as connection:
            firm = firms.find(connection, desk.cluster, visit.typed("firm"))
            if firm.status is not FirmStatus.MEMBER:
                raise UsageError(_("That firm has left."))
            store.add(connection, desk.cluster, _entry(visit, firm.id), visit.now)
            audit.append(connection, desk.cluster, visit.who.name, Action.TOPIC_RECORDED, firm.name, visit.now)
    except UsageError as error:
        return show(visit, str(error).partition(" Type `")[0], 400)
    return visit.go("/manage/peers")


def remove(visit: Visit) -> Response:
    desk = visit.desk
    with writing(desk.engine) as connection:
        firm = firms.find(connection, desk.cluster, visit.names["firm"])
        store.remove(connection, desk.cluster, _entry(visit, firm.id))
        audit.append(connection, desk.cluster, visit.who.name, Action.TOPIC_REMOVED, firm.name, visit.now)
    return visit.go("/manage/peers")


def _entry(visit: Visit, firm: str) -> Entry:
    topic_id, side = visit.typed("topic"), visit.typed("side")
    if topic_id not in TOPICS or side not in list(Side):
        raise UsageError(_("Choose a topic, and whether the firm can help or would like help."))
    return Entry(firm, topic_id, Side(side), visit.typed("agreed_on"))
