"""Somebody's own ways of signing in."""

from __future__ import annotations

import base64
import secrets

from starlette.responses import Response

from aggregator.database.engine import reading, writing
from aggregator.pages import passkey, qr
from aggregator.pages.visit import Visit
from aggregator.people import audit, passkeys, passwords, persons, recovery, sessions, totp
from aggregator.people.audit import Action
from shieldwall.errors import IntegrityError, UsageError
from shieldwall.language import gettext as _
from shieldwall.language import ngettext


def show(visit: Visit, told: str = "", status: int = 200) -> Response:
    desk, who = visit.desk, visit.who
    with reading(desk.engine) as connection:
        return visit.page(
            "account.html",
            status,
            told=told,
            keys=passkeys.of_person(connection, desk.cluster, who.id),
            codes=recovery.left(connection, desk.cluster, who.id),
            others=len(sessions.of_person(connection, desk.cluster, who.id)) - 1,
            person=who,
            passkey_host=desk.passkey_host,
        )


def change_password(visit: Visit) -> Response:
    desk, who = visit.desk, visit.who
    wait = desk.guard.wait(who.name, desk.ticks())
    if wait or not desk.hasher.matches(who.password, visit.form.get("present", "")):
        return show(visit, _slowly(wait) if wait else _("The present password is not right."), 403)
    try:
        password = passwords.acceptable(visit.form.get("password", ""), who.name)
        if password != visit.form.get("repeated", ""):
            raise UsageError(_("The two new passwords differ; type the same one twice."))
    except UsageError as error:
        return show(visit, str(error), 400)
    hashed = desk.hasher.hash(password)
    with writing(desk.engine) as connection:
        persons.set_password(connection, desk.cluster, who.id, hashed)
        sessions.end_all(connection, desk.cluster, who.id, but=visit.session.digest if visit.session else "")
        audit.append(connection, desk.cluster, who.name, Action.PASSWORD_CHANGED, "", visit.now)
    return visit.go("/manage/account")


def ask_app(visit: Visit) -> Response:
    return _app_form(visit, secrets.token_bytes(totp.SECRET_BYTES))


def set_app(visit: Visit) -> Response:
    """The code proves that the app holds the secret; only then does it count."""
    desk, who = visit.desk, visit.who
    try:
        secret = desk.vault.open(base64.b64decode(visit.form.get("sealed", "")), f"{who.id} to be proven")
    except (IntegrityError, ValueError):
        return visit.go("/manage/account/app")
    wait = desk.guard.wait(f"app of {who.name}", desk.ticks())
    step = None if wait else totp.step_of(secret, visit.typed("code"), visit.now)
    if step is None:
        told = _slowly(wait) if wait else _("That code is not right; type the next one.")
        return _app_form(visit, secret, told)
    with writing(desk.engine) as connection:
        persons.set_totp(connection, desk.cluster, who.id, desk.vault.seal(secret, who.id), step)
        audit.append(connection, desk.cluster, who.name, Action.APP_SET, "", visit.now)
    return _stronger(visit)


def ask_passkey(visit: Visit) -> Response:
    with reading(visit.desk.engine) as connection:
        held = passkeys.of_person(connection, visit.desk.cluster, visit.who.id)
    return visit.page("passkey.html", options=passkey.asked_to_register(visit, held))


def add_passkey(visit: Visit) -> Response:
    desk = visit.desk
    made = passkey.registered(visit, visit.form.get("answer", ""), visit.typed("label"))
    with writing(desk.engine) as connection:
        if passkeys.by_id(connection, desk.cluster, made.id) is not None:
            raise UsageError(_("This passkey is known already."))
        passkeys.add(connection, desk.cluster, made)
        audit.append(connection, desk.cluster, visit.who.name, Action.PASSKEY_ADDED, made.label, visit.now)
    return _stronger(visit)


def remove_passkey(visit: Visit) -> Response:
    """Never the last way of a second step."""
    desk, who = visit.desk, visit.who
    if who.totp is None and who.passkeys < 2:
        raise UsageError(_("This is your only second step; set up an authenticator app or another passkey first."))
    with writing(desk.engine) as connection:
        if passkeys.remove(connection, desk.cluster, who.id, visit.names["passkey"]):
            audit.append(connection, desk.cluster, who.name, Action.PASSKEY_REMOVED, "", visit.now)
    return visit.go("/manage/account")


def renew_codes(visit: Visit) -> Response:
    """Shown in the answer, once."""
    desk, who = visit.desk, visit.who
    with writing(desk.engine) as connection:
        codes = recovery.renew(connection, desk.cluster, who.id)
        audit.append(connection, desk.cluster, who.name, Action.CODES_RENEWED, "", visit.now)
    return visit.page("codes.html", codes=codes)


def end_others(visit: Visit) -> Response:
    desk, who = visit.desk, visit.who
    with writing(desk.engine) as connection:
        ended = sessions.end_all(connection, desk.cluster, who.id, but=visit.session.digest if visit.session else "")
        audit.append(connection, desk.cluster, who.name, Action.SESSIONS_ENDED, f"{ended}", visit.now)
    return visit.go("/manage/account")


def _slowly(wait: int) -> str:
    return ngettext("Too many tries; wait %(seconds)s second.", "Too many tries; wait %(seconds)s seconds.", wait) % {
        "seconds": wait
    }


def _app_form(visit: Visit, secret: bytes, told: str = "") -> Response:
    who = visit.who
    address = totp.address(secret, who.name, visit.desk.config.name)
    return visit.page(
        "app.html",
        400 if told else 200,
        told=told,
        code=qr.svg(address),
        typed=totp.base32(secret),
        sealed=base64.b64encode(visit.desk.vault.seal(secret, f"{who.id} to be proven")).decode(),
        passkey_host=visit.desk.passkey_host,
    )


def _stronger(visit: Visit) -> Response:
    """After a second step was set up: somebody new is now let in, under a new session, and given recovery codes."""
    desk, who = visit.desk, visit.who
    if visit.session is not None and visit.session.whole:
        return visit.go("/manage/account")
    with writing(desk.engine) as connection:
        sessions.end_all(connection, desk.cluster, who.id)
        made = sessions.begin(connection, desk.cluster, who.id, whole=True, now=visit.now)
        audit.append(connection, desk.cluster, who.name, Action.SIGNED_IN, "", visit.now)
    return visit.go("/manage/account?new=1", made)
