from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from agent.config import Home
from agent.store import opened
from agent.waivers import SCHEMA, current, end, new_waiver, record
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
