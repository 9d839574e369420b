"""Members: who takes part, their hosts' agents and invitations. Nothing here knows a result."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection
from starlette.responses import Response

from aggregator.database import agents
from aggregator.database.agents import Agent
from aggregator.database.engine import reading, writing
from aggregator.members import enrol, firms, invitations
from aggregator.members.firms import Firm, SizeBand
from aggregator.members.listing import listed
from aggregator.pages.visit import Visit
from aggregator.people import audit
from aggregator.people.audit import Action
from aggregator.trust.repository import newest_root, repository
from shieldwall.encoding.envelope import public_key
from shieldwall.errors import UsageError
from shieldwall.language import gettext as _
from shieldwall.membership.fingerprint import six_words

A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class SeenAgent:
    agent: Agent
    words: str
    """Six words of its key, to compare by telephone."""


def show(visit: Visit, told: str = "", status: int = 200) -> Response:
    with reading(visit.desk.engine) as connection:
        everybody = listed(connection, visit.desk.cluster, visit.now)
    wanted = visit.query.get("find", "").strip()
    found = [each for each in everybody if wanted.lower() in each.firm.name.lower()]
    start = visit.query.get("from", "0")
    first = min(int(start), len(found)) if start.isascii() and start.isdecimal() and len(start) < 7 else 0
    return visit.page(
        "members.html", status, told=told, wanted=wanted, first=first, shown=found[first : first + A_PAGE],
        found=len(found), present=sum(each.firm.left_at is None for each in everybody),
        attention=[each for each in everybody if each.alarms or each.waiting], sizes=list(SizeBand), a_page=A_PAGE,
        sectors=sorted({each.firm.sector for each in everybody}), form=visit.form,
    )  # fmt: skip


def add(visit: Visit) -> Response:
    desk = visit.desk
    try:
        with writing(desk.engine) as connection:
            firm = firms.add(
                connection, desk.cluster, name=visit.typed("name"), sector=visit.typed("sector").lower(),
                size_band=visit.typed("size"), linked_group=visit.typed("linked").lower() or None, now=visit.now,
            )  # fmt: skip
            audit.append(connection, desk.cluster, visit.who.name, Action.FIRM_ADDED, firm.name, visit.now)
    except UsageError as error:
        return show(visit, _plain(str(error)), 400)
    return visit.go(f"/manage/members/{firm.id}")


def firm(visit: Visit) -> Response:
    with reading(visit.desk.engine) as connection:
        found = _find(visit, connection)
        if found is None:
            return visit.page("refused.html", 404, why="page")
        present = agents.of_firm(connection, visit.desk.cluster, found.id)
        made = invitations.of_firm(connection, visit.desk.cluster, found.id)
    return visit.page(
        "firm.html",
        firm=found,
        agents=[SeenAgent(agent, six_words(public_key(agent.public_key))) for agent in present],
        waiting=[each for each in made if not each.used_at and not each.revoked_at and each.expires_at > visit.now],
        alarms=sum(each.alarms for each in made),
    )  # fmt: skip


def invite(visit: Visit) -> Response:
    """The invitations stand in the answer, once; they are kept nowhere they could be read again."""
    desk = visit.desk
    number = visit.typed("count") or "1"
    count = int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else 0
    if not 1 <= count <= invitations.AT_ONCE:
        raise UsageError(_("Make 1 to %(most)s invitations at a time.") % {"most": invitations.AT_ONCE})
    anchor = newest_root(repository(desk.config))
    with writing(desk.engine) as connection:
        member = firms.find(connection, desk.cluster, visit.names["firm"])
        made = invitations.invite(
            connection, desk.cluster, member, url=desk.config.url, log_key=desk.service.notary.key.public_key(),
            now=visit.now, count=count, slot=visit.typed("slot") or None,
            root=None if anchor is None else hashlib.sha256(anchor).digest(),
        )  # fmt: skip
        audit.append(
            connection, desk.cluster, visit.who.name, Action.FIRM_INVITED, f"{count} for {member.name}", visit.now
        )
    return visit.page("invitation.html", firm=member, invitations=[each.encode() for each in made])


def uninvite(visit: Visit) -> Response:
    desk = visit.desk
    with writing(desk.engine) as connection:
        member = firms.find(connection, desk.cluster, visit.names["firm"])
        count = invitations.revoke_unused(connection, desk.cluster, member.id, visit.now)
        audit.append(
            connection, desk.cluster, visit.who.name, Action.FIRM_UNINVITED, f"{count} of {member.name}", visit.now
        )
    return visit.go(f"/manage/members/{member.id}")


def ask_leave(visit: Visit) -> Response:
    with reading(visit.desk.engine) as connection:
        found = _find(visit, connection)
    return visit.page("leave.html", firm=found) if found else visit.page("refused.html", 404, why="page")


def leave(visit: Visit) -> Response:
    desk = visit.desk
    with reading(desk.engine) as connection:
        member = firms.find(connection, desk.cluster, visit.names["firm"])
    enrol.dismiss(desk.engine, desk.cluster, desk.config.origin, member.id, visit.now)
    visit.note(Action.FIRM_LEFT, member.name)
    return visit.go(f"/manage/members/{member.id}")


def approve(visit: Visit) -> Response:
    agent = enrol.approve(visit.desk.engine, visit.desk.cluster, visit.names["agent"])
    visit.note(Action.AGENT_APPROVED, agent.id)
    return visit.go(f"/manage/members/{agent.firm}")


def ask_revoke(visit: Visit) -> Response:
    with reading(visit.desk.engine) as connection:
        agent = agents.by_id(connection, visit.desk.cluster, visit.names["agent"])
        if agent is None:
            return visit.page("refused.html", 404, why="page")
        member = firms.find(connection, visit.desk.cluster, agent.firm)
    return visit.page("revoke.html", agent=agent, firm=member)


def revoke(visit: Visit) -> Response:
    desk = visit.desk
    with reading(desk.engine) as connection:
        agent = agents.by_id(connection, desk.cluster, visit.names["agent"])
    if agent is None:
        return visit.page("refused.html", 404, why="page")
    enrol.dismiss(desk.engine, desk.cluster, desk.config.origin, agent.id, visit.now)
    visit.note(Action.AGENT_REVOKED, agent.id)
    return visit.go(f"/manage/members/{agent.firm}")


def _find(visit: Visit, connection: Connection) -> Firm | None:
    try:
        return firms.find(connection, visit.desk.cluster, visit.names["firm"])
    except UsageError:
        return None


def _plain(message: str) -> str:
    """An error of the command line, said to somebody in front of a form."""
    for option, field in (("--sector", _("Sector")), ("--linked", _("Shared hand")), ("--size", _("Size"))):
        message = message.replace(option, field)
    return message.partition(" Type `")[0].replace("`", "")
