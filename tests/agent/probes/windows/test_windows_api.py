"""What is made of records of Windows' interfaces (lmaccess.h, ntsecapi.h); the calls themselves never ran on Windows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agent.looking.looked import UnreadableError
from agent.probes.windows.api import QUESTIONS, _recorded, _rules, _user, audited, people_here, rows
from agent.probes.windows.running import PERSON, Running, _translated
from shieldwall.checks.outcome import Reason

MODALS = {"min_passwd_len": 12, "max_passwd_age": 42 * 86400, "min_passwd_age": 0, "password_hist_len": 5}
LOCKOUT = {"lockout_duration": 600, "lockout_observation_window": 600, "lockout_threshold": 10}
NEVER = 0xFFFFFFFF


def record(**over: Any) -> dict[str, Any]:
    return {"user_id": 1001, "name": "Łucja", "flags": 0x200, "password_age": 86400, "acct_expires": NEVER, "last_logon": 1_768_000_000, **over}  # fmt: skip


def test_rules_are_seconds_and_forever_is_never() -> None:
    told = _rules(MODALS, LOCKOUT)
    assert (told.min_length, told.history, told.threshold) == (12, 5, 10)
    assert (told.max_age, told.lockout, told.complexity) == (timedelta(42), timedelta(minutes=10), Reason.UNSUPPORTED)
    never = _rules({**MODALS, "max_passwd_age": NEVER}, {**LOCKOUT, "lockout_duration": NEVER})
    assert (never.max_age, never.lockout) == (None, None)


def test_an_account_by_its_flags() -> None:
    rules = _rules(MODALS, LOCKOUT)
    told = _user(record(), rules)
    assert (told.rid, told.disabled, told.never_expires, told.expires, told.empty) == (1001, False, False, None, False)
    assert told.last_login == datetime.fromtimestamp(1_768_000_000, UTC)
    assert _user(record(flags=0x202), rules).disabled
    assert _user(record(flags=0x10200), rules).never_expires
    assert _user(record(last_logon=0), rules).last_login is None
    assert _user(record(acct_expires=-1), rules).expires is None


def test_an_empty_password_cannot_be_ruled_out_where_none_is_asked() -> None:
    assert _user(record(flags=0x220), _rules(MODALS, LOCKOUT)).empty is Reason.UNSUPPORTED
    assert _user(record(), _rules({**MODALS, "min_passwd_len": 0}, LOCKOUT)).empty is Reason.UNSUPPORTED


@pytest.mark.parametrize(
    ("flags", "words"), [(0, []), (1, ["success"]), (2, ["failure"]), (3, ["success", "failure"]), (4, [])]
)
def test_what_is_audited(flags: int, words: list[str]) -> None:
    assert _recorded(bytes(16) + flags.to_bytes(4, "little") + bytes(16)) == words


@pytest.mark.parametrize("question", QUESTIONS)
def test_questions_are_fixed_and_only_read(question: str) -> None:
    _, query = QUESTIONS[question]
    assert query.startswith("SELECT ") and "%" not in query and "{" not in query
    with pytest.raises(UnreadableError, match="pywin32") as caught:
        rows(question)
    assert caught.value.reason is Reason.TOOL


def test_elsewhere_than_on_windows_nobody_answers() -> None:
    for ask in (people_here, audited, lambda: Running().key(r"HKLM\SOFTWARE")):
        with pytest.raises(UnreadableError):
            ask()


def test_denied_is_never_absent() -> None:
    denied, gone = _translated(PermissionError(13, "no"), "K"), _translated(FileNotFoundError(2, "no"), "K")
    assert isinstance(denied, UnreadableError) and denied.reason is Reason.PRIVILEGE
    assert not isinstance(gone, UnreadableError)


@pytest.mark.parametrize(
    ("sid", "person"),
    [("S-1-5-21-1-2-3-1001", True), ("S-1-12-1-1-2-3-4", True), ("S-1-5-18", False), (".DEFAULT", False), ("S-1-5-21-1-2-3-1001_Classes", False)],
)  # fmt: skip
def test_people_are_told_from_services(sid: str, person: bool) -> None:
    assert bool(PERSON.match(sid)) is person
