from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from agent.home.config import Home
from agent.home.store import opened
from agent.records.waivers import SCHEMA, current, end, new_waiver, record
from shieldwall.errors import UsageError

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
REASON = "the old lathe speaks nothing newer"


def test_the_newest_waiver_of_a_check_counts_until_somebody_ends_it(tmp_path: Path) -> None:
    with opened(Home(tmp_path), SCHEMA) as db:
        record(db, new_waiver("tls-old", "Bo", REASON, date(2026, 4, 1), NOW))
        later = new_waiver("tls-old", "Anna", REASON, date(2026, 6, 1), NOW + timedelta(days=1))
        record(db, later)
        assert current(db) == {"tls-old": later}
        end(db, "tls-old", NOW)
        assert current(db) == {}
        with pytest.raises(UsageError, match="not waived"):
            end(db, "tls-old", NOW)


def test_a_waiver_counts_on_its_last_day_and_not_after() -> None:
    waiver = new_waiver("x", "Anna", REASON, date(2026, 4, 1), NOW)
    assert waiver.active(datetime(2026, 4, 1, 23, 59, tzinfo=UTC))
    assert not waiver.active(datetime(2026, 4, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("owner", "reason", "until"),
    [
        ("Anna", REASON, date(2026, 3, 1)),
        ("Anna", REASON, date(2027, 3, 3)),
        ("Anna", "because", date(2026, 4, 1)),
        (" ", REASON, date(2026, 4, 1)),
    ],
)
def test_a_risk_is_accepted_by_somebody_for_a_reason_and_not_forever(owner: str, reason: str, until: date) -> None:
    with pytest.raises(UsageError, match="x:"):
        new_waiver("x", owner, reason, until, NOW)


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 3, 1), ""), (date(2026, 3, 2), "ends in 30 days"), (date(2026, 3, 31), "ends in 1 day"),
        (date(2026, 4, 1), "ends today"), (date(2026, 4, 2), ""),
    ],
)  # fmt: skip
def test_a_waiver_warns_from_thirty_days_ahead_until_its_last_day(today: date, words: str) -> None:
    waiver = new_waiver("x", "Anna", REASON, date(2026, 4, 1), NOW - timedelta(days=60))
    assert waiver.ending(datetime(today.year, today.month, today.day, 12, tzinfo=UTC)) == words


def test_doctor_names_waivers_that_end_soon_and_those_that_ended(tmp_path: Path) -> None:
    from agent.doctor.examine import examine
    from agent.doctor.finding import Level
    from agent.scan.record import SCHEMAS
    from agent.schedule.base import Where

    with opened(Home(tmp_path), *SCHEMAS) as db:
        for check_id, until in (("far", date(2026, 12, 1)), ("soon", date(2026, 3, 12)), ("past", date(2026, 3, 2))):
            record(db, new_waiver(check_id, "Anna", REASON, until, NOW))
    seen = examine(Home(tmp_path), NOW + timedelta(days=1), elevated=False, where=Where(tmp_path, tmp_path))
    found = [f for f in seen if f.area == "waivers"]
    assert [(f.level, f.words, f.mend) for f in found] == [
        (Level.NOTE, "that of past, owned by Anna, ended on 2026-03-02", "shieldwall explain past"),
        (Level.NOTE, "that of soon, owned by Anna, ends in 9 days", "shieldwall explain soon"),
    ]


@pytest.mark.parametrize(("until", "warned"), [(date(2026, 3, 20), True), (date(2026, 6, 30), False)])
def test_a_report_says_that_an_accepted_risk_ends_soon(until: date, warned: bool) -> None:
    from agent_sample import sample_result

    from agent.render import load
    from agent.render.base import Style

    result = sample_result()
    items = tuple(replace(i, waiver=replace(i.waiver, until=until)) if i.waiver else i for i in result.items)
    result = replace(result, items=items)
    for name in ("text", "html"):
        assert ("ends in 18 days" in load(name)(result, Style(width=80))) is warned
