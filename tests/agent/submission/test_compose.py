"""A finished audit becomes a statement that says no more than the audit did."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from joined import audit, draft

from agent.submission.compose import compose
from shieldwall.errors import UsageError
from shieldwall.messages import statement
from shieldwall.messages.statement import AssetClass, Family, Position, Trigger

AT = Position("cluster.example/c1/log1", "agt_" + "0" * 26, 1, 1, "ab" * 32)


def test_a_draft_finds_its_place() -> None:
    made = audit()
    said = statement.parse(compose(made, "0.1.0").at(AT, None).encode())
    assert said.position == AT
    assert (said.verdicts, said.overlays, said.run.id) == (made.verdicts, made.overlays, made.run)
    assert said.asset == statement.Asset(AssetClass.SERVER, Family.LINUX)
    assert said.run.trigger is Trigger.SCHEDULE


@pytest.mark.parametrize(
    ("family", "said"),
    [("windows", Family.WINDOWS), ("rhel", Family.LINUX), ("any", Family.OTHER), ("x", Family.OTHER)],
)
def test_families_leave_coarsely(family: str, said: Family) -> None:
    assert compose(replace(audit(), family=family), "0.1.0").asset.family is said


def test_seconds_and_time_zones_stay_at_home() -> None:
    local = datetime(2027, 1, 15, 9, 30, 59, 999, tzinfo=timezone(timedelta(hours=1)))
    made = compose(replace(audit(), started=local, finished=local), "0.1.0")
    assert made.run.started == datetime(2027, 1, 15, 8, 30, tzinfo=UTC)
    assert b"08:30:00Z" in made.at(AT, None).encode()


def test_nothing_judged_is_nothing_said() -> None:
    with pytest.raises(UsageError, match="nothing to send"):
        compose(replace(audit(), verdicts={}), "0.1.0")


def test_the_same_run_is_the_same_statement() -> None:
    run = audit().run
    assert draft(run).at(AT, None).encode() == draft(run).at(AT, None).encode()
