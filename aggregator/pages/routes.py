"""Every page, with the least access it asks for. A literal table: tests walk over it with every role."""

from __future__ import annotations

from typing import Final

from starlette.routing import Route

from aggregator.pages import (
    account,
    compare,
    courses,
    figures,
    handed,
    log,
    members,
    overview,
    own_audit,
    peers,
    people,
    periods,
    releases,
    sign_in,
    static,
    tongue,
    welcome,
)
from aggregator.pages.access import Access
from aggregator.pages.desk import Desk
from aggregator.pages.door import Door, Page

PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/manage", Access.READER, overview.show),
    Page("GET", "/manage/themes", Access.READER, figures.themes),
    Page("GET", "/manage/checks/{check}", Access.READER, figures.check),
    Page("GET", "/manage/training", Access.READER, figures.training),
    Page("GET", "/manage/courses", Access.READER, courses.show),
    Page("POST", "/manage/courses", Access.MANAGER, courses.add),
    Page("POST", "/manage/courses/remove", Access.MANAGER, courses.remove),
    Page("GET", "/manage/releases", Access.READER, releases.shelf),
    Page("GET", "/manage/releases/{release}", Access.READER, releases.show),
    Page("GET", "/manage/releases/{release}/brief", Access.READER, handed.brief),
    Page("GET", "/manage/releases/{release}/funding", Access.READER, handed.funding),
    Page("GET", "/manage/releases/{release}/infrastructure", Access.READER, handed.infrastructure),
    Page("GET", "/manage/releases/{release}/challenges", Access.READER, handed.challenges),
    Page("GET", "/manage/releases/{release}/papers/{file}", Access.READER, handed.download),
    Page("GET", "/manage/releases/{release}/{file}", Access.READER, releases.download),
    Page("GET", "/manage/compare", Access.READER, compare.ask),
    Page("POST", "/manage/compare", Access.READER, compare.judge, form_bytes=compare.FORM_BYTES),
    Page("GET", "/manage/server", Access.READER, own_audit.show),
    Page("GET", "/manage/gate", Access.OPERATOR, releases.gate_now),
    Page("GET", "/manage/gate/state", Access.OPERATOR, releases.gate_state),
    Page("GET", "/manage/periods/{period}/freeze", Access.MANAGER, periods.ask_freeze),
    Page("POST", "/manage/periods/{period}/freeze", Access.MANAGER, periods.freeze),
    Page("POST", "/manage/periods/{period}/build", Access.MANAGER, periods.build_draft),
    Page("GET", "/manage/periods/{period}/draft", Access.MANAGER, periods.draft),
    Page("POST", "/manage/periods/{period}/publish", Access.MANAGER, periods.publish_draft),
    Page("GET", "/manage/work/{work}", Access.MANAGER, periods.work),
    Page("GET", "/manage/work/{work}/state", Access.MANAGER, periods.work_state),
    Page("GET", "/manage/members", Access.OPERATOR, members.show),
    Page("POST", "/manage/members", Access.OPERATOR, members.add),
    Page("GET", "/manage/members/{firm}", Access.OPERATOR, members.firm),
    Page("POST", "/manage/members/{firm}/invite", Access.OPERATOR, members.invite),
    Page("POST", "/manage/members/{firm}/uninvite", Access.OPERATOR, members.uninvite),
    Page("GET", "/manage/members/{firm}/leave", Access.MANAGER, members.ask_leave),
    Page("POST", "/manage/members/{firm}/leave", Access.MANAGER, members.leave),
    Page("GET", "/manage/peers", Access.MANAGER, peers.show),
    Page("POST", "/manage/peers", Access.MANAGER, peers.record),
    Page("POST", "/manage/peers/{firm}/remove", Access.MANAGER, peers.remove),
    Page("POST", "/manage/agents/{agent}/approve", Access.OPERATOR, members.approve),
    Page("GET", "/manage/agents/{agent}/revoke", Access.OPERATOR, members.ask_revoke),
    Page("POST", "/manage/agents/{agent}/revoke", Access.OPERATOR, members.revoke),
    Page("GET", "/manage/log", Access.OPERATOR, log.show),
    Page("GET", "/manage/people", Access.MANAGER, people.show),
    Page("POST", "/manage/people/invite", Access.MANAGER, people.invite, fresh=True),
    Page("POST", "/manage/people/{person}/role", Access.MANAGER, people.change_role, fresh=True),
    Page("POST", "/manage/people/{person}/disable", Access.MANAGER, people.disable, fresh=True),
    Page("POST", "/manage/people/{person}/reset", Access.MANAGER, people.reset, fresh=True),
    Page("GET", "/manage/account", Access.READER, account.show),
    Page("POST", "/manage/account/password", Access.READER, account.change_password),
    Page("GET", "/manage/account/app", Access.HALF, account.ask_app, fresh=True),
    Page("POST", "/manage/account/app", Access.HALF, account.set_app, fresh=True),
    Page("GET", "/manage/account/passkey", Access.HALF, account.ask_passkey, fresh=True),
    Page("POST", "/manage/account/passkey", Access.HALF, account.add_passkey, fresh=True),
    Page("POST", "/manage/account/passkeys/{passkey}/remove", Access.READER, account.remove_passkey, fresh=True),
    Page("POST", "/manage/account/codes", Access.READER, account.renew_codes, fresh=True),
    Page("POST", "/manage/account/sessions", Access.READER, account.end_others),
    Page("GET", "/manage/sign-in", Access.OPEN, sign_in.ask),
    Page("POST", "/manage/sign-in", Access.OPEN, sign_in.with_password),
    Page("POST", "/manage/sign-in/passkey", Access.OPEN, sign_in.with_passkey),
    Page("POST", "/manage/sign-out", Access.HALF, sign_in.out),
    Page("GET", "/manage/welcome/{link}", Access.OPEN, welcome.ask),
    Page("POST", "/manage/welcome/{link}", Access.OPEN, welcome.set_up),
    Page("POST", "/manage/language", Access.OPEN, tongue.change),
    Page("GET", "/manage/static/{file}", Access.OPEN, static.file),
    Page("GET", "/manage/{rest:path}", Access.OPEN, static.nothing),
)


def routes(desk: Desk) -> list[Route]:
    """For the application to serve beside the protocol."""
    return [Route(page.path, Door(desk, page).open, methods=[page.method]) for page in PAGES]
