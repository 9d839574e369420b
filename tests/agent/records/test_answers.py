from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from agent.home.config import Home
from agent.home.store import opened
from agent.records.answers import SCHEMA, current, new_answer, record
from shieldwall.errors import UsageError

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
YEAR = timedelta(days=365)


def test_the_newest_answer_counts_and_comes_back_as_given(tmp_path: Path) -> None:
    first = new_answer("mfa", "no", "Anna", now=NOW, max_age=YEAR)
    second = new_answer("mfa", "yes", "  Bo   Li ", now=NOW + YEAR, max_age=YEAR, note="all but the scanner")
    with opened(Home(tmp_path), SCHEMA) as db:
        record(db, [first])
        record(db, [second, new_answer("plan", "na", "Anna", now=NOW, max_age=YEAR)])
        assert current(db)["mfa"] == second
    assert (second.by, second.until) == ("Bo Li", date(2028, 3, 1))


@pytest.mark.parametrize(
    ("word", "by", "note"),
    [("maybe", "Anna", ""), ("yes", " ", ""), ("yes", "A" * 81, ""), ("yes", "A", "n" * 2001)],
)
def test_what_is_not_an_answer_is_refused(word: str, by: str, note: str) -> None:
    with pytest.raises(UsageError, match="mfa"):
        new_answer("mfa", word, by, now=NOW, max_age=YEAR, note=note)
