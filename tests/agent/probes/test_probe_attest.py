from datetime import UTC, datetime, timedelta

from agent.looking.host import Host
from agent.probes.attest import collect, lay_out
from agent.records.answers import new_answer
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEY = FactKey.of("attest", {"question": "mfa"})


def asked(after: timedelta, word: str = "partly") -> Fact:
    host = Host(now=NOW + after)
    lay_out(host, {"mfa": new_answer("mfa", word, "Anna Weber", now=NOW, max_age=timedelta(days=365))})
    return collect([KEY], host)[KEY]


def test_an_answer_is_a_fact_with_its_author() -> None:
    fact = asked(timedelta(days=365))
    assert (fact.value, fact.source) == ("partly", "answer of Anna Weber, 2026-03-02")


def test_what_does_not_apply_to_the_firm_is_absent() -> None:
    assert asked(timedelta(0), "na").missing


def test_an_answer_past_its_last_day_is_stale() -> None:
    assert asked(timedelta(days=366)).reason is Reason.STALE


def test_a_question_nobody_answered_is_unanswered() -> None:
    assert collect([KEY], Host(now=NOW))[KEY].reason is Reason.UNANSWERED
