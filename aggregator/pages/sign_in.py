"""Signing in and out."""

from __future__ import annotations

from starlette.responses import Response

from aggregator.database.engine import reading, writing
from aggregator.pages import passkey
from aggregator.pages.visit import Visit
from aggregator.people import audit, passkeys, persons, recovery, sessions, totp
from aggregator.people.audit import Action
from aggregator.people.persons import Person
from shieldwall.errors import UsageError
from shieldwall.language import gettext as _
from shieldwall.language import marked, ngettext

WRONG = marked("Name, password or code is not right.")


def ask(visit: Visit) -> Response:
    if visit.session is not None and visit.session.whole and not visit.query.get("again"):
        return visit.go(_next(visit))
    return _form(visit)


def with_password(visit: Visit) -> Response:
    """Both steps in one form; nothing says which of them was wrong."""
    desk, name = visit.desk, visit.typed("name").lower()
    wait = desk.guard.wait(name, desk.ticks())
    if wait:
        return _form(visit, _slowly(wait), 429)
    with reading(desk.engine) as connection:
        person = persons.by_name(connection, desk.cluster, name) if persons.NAME.fullmatch(name) else None
    known = person is not None and person.disabled_at is None
    right = desk.hasher.matches(person.password if person and known else None, visit.form.get("password", ""))
    if person is None or not right:
        return _refused(visit, person)
    if not person.second_step:
        return enter(visit, person, whole=False, where="/manage/account/app")
    if not _second(visit, person):
        return _refused(visit, person)
    return enter(visit, person, whole=True, where=_next(visit))


def with_passkey(visit: Visit) -> Response:
    desk, answer = visit.desk, visit.form.get("answer", "")
    with reading(desk.engine) as connection:
        key = passkeys.by_id(connection, desk.cluster, passkey.named_in(answer))
        person = persons.by_id(connection, desk.cluster, key.person) if key else None
    if key is None or person is None or person.disabled_at is not None:
        return _form(visit, _("This passkey is not known here, or no longer."), 403)
    try:
        count = passkey.signed_in(visit, answer, key)
    except UsageError as error:
        return _form(visit, str(error), 403)
    with writing(desk.engine) as connection:
        passkeys.mark_used(connection, desk.cluster, key.id, count, visit.now)
    return enter(visit, person, whole=True, where=_next(visit))


def enter(visit: Visit, person: Person, *, whole: bool, where: str) -> Response:
    """A new session under a new id, whatever the browser held before."""
    desk = visit.desk
    with writing(desk.engine) as connection:
        if visit.session is not None:
            sessions.end(connection, desk.cluster, visit.session.digest)
        made = sessions.begin(connection, desk.cluster, person.id, whole=whole, now=visit.now)
        if whole:
            audit.append(connection, desk.cluster, person.name, Action.SIGNED_IN, "", visit.now)
    return visit.go(where, made)


def out(visit: Visit) -> Response:
    desk = visit.desk
    with writing(desk.engine) as connection:
        if visit.session is not None:
            sessions.end(connection, desk.cluster, visit.session.digest)
        audit.append(connection, desk.cluster, visit.who.name, Action.SIGNED_OUT, "", visit.now)
    answer = visit.go("/manage/sign-in?out=1", sessions.new_id())
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _second(visit: Visit, person: Person) -> bool:
    """Whether the code is the app's, or one of the recovery codes."""
    desk, typed = visit.desk, visit.typed("code")
    if person.totp is not None:
        step = totp.step_of(desk.vault.open(person.totp, person.id), typed, visit.now)
        if step is not None:
            with writing(desk.engine) as connection:
                return persons.use_totp_step(connection, desk.cluster, person.id, step)
    with writing(desk.engine) as connection:
        if not recovery.use(connection, desk.cluster, person.id, typed, visit.now):
            return False
        audit.append(connection, desk.cluster, person.name, Action.CODE_USED, "", visit.now)
        return True


def _refused(visit: Visit, person: Person | None) -> Response:
    if person is not None:
        with writing(visit.desk.engine) as connection:
            audit.append(connection, visit.desk.cluster, person.name, Action.SIGN_IN_REFUSED, "", visit.now)
    return _form(visit, _(WRONG), 403)


def _slowly(wait: int) -> str:
    """wait   seconds"""
    if wait < 100:
        said = ngettext(
            "Too many tries. Wait %(n)s second and try again; a passkey works at once.",
            "Too many tries. Wait %(n)s seconds and try again; a passkey works at once.",
            wait,
        )
        return said % {"n": wait}
    minutes = wait // 60 + 1
    said = ngettext(
        "Too many tries. Wait %(n)s minute and try again; a passkey works at once.",
        "Too many tries. Wait %(n)s minutes and try again; a passkey works at once.",
        minutes,
    )
    return said % {"n": minutes}


def _form(visit: Visit, told: str = "", status: int = 200) -> Response:
    return visit.page(
        "sign_in.html", status, told=told, options=passkey.asked_to_sign_in(visit), next=_next(visit),
        name=visit.typed("name"), again=bool(visit.query.get("again")), out=bool(visit.query.get("out")),
    )  # fmt: skip


def _next(visit: Visit) -> str:
    """Where to go on: one of our own pages, whatever the address says."""
    wanted = visit.form.get("next") or visit.query.get("next") or ""
    plain = wanted.startswith("/manage") and wanted.isprintable() and not {"\\", "?", "#"} & set(wanted)
    return wanted if plain and wanted[7:8] in ("", "/") and "//" not in wanted else "/manage"
