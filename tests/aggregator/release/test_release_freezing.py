"""The gate may search for seconds; meanwhile statements come in, and what was searched for still has to be true."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aggregating import Agent, Running, running
from releasing import LATE, SILENT, MadeUp, search_ahead

from aggregator.database import log
from aggregator.database.engine import connect, reading, writing
from aggregator.database.schema import host_period
from aggregator.disclosure.frozen import Frozen, parse_frozen
from aggregator.disclosure.gate import Decision
from aggregator.ledger import periods
from aggregator.ledger.periods import PeriodState
from aggregator.members import firms
from aggregator.release.freezing import TRIES, Summary, freeze_period
from aggregator.release.question import Question
from shieldwall.errors import RefusedError, UsageError

pytestmark = pytest.mark.usefixtures("either_database")

PROMPT_SECONDS = 5.0
"""Far below the 15 s a writer waits for another process before it gives up."""


@dataclass
class Freezing:
    """A freeze by another process's connection, while a real server takes statements."""

    made: MadeUp
    live: Running
    period: str
    agents: dict[int, Agent]
    """By the number of their firm."""
    asked: list[Question] = field(default_factory=list)
    """What the gate was asked."""

    def freeze(self, during: Callable[[], None]) -> Frozen:
        """during   called in the middle of each wider search"""

        def answer(asked: Question) -> Decision:
            self.asked.append(asked)
            return asked.answer(lambda checked, most: during() if checked == 1 else None)

        engine = connect(self.made.config.database_url)
        try:
            summary = Summary(self.made.pack, self.made.notary, "sector", answer=answer)
            freeze_period(self.made.config, engine, self.period, self.made.now, summary)
        finally:
            engine.dispose()
        with reading(self.made.engine) as connection:
            return parse_frozen(periods.find(connection, self.made.config.cluster, self.period).document)

    def send(self, firm: int) -> None:
        begun = time.monotonic()
        agent = self.agents[firm]
        assert agent.send(agent.prepare()).status == 201
        assert time.monotonic() - begun < PROMPT_SECONDS

    def rows(self) -> dict[str, list[int]]:
        """Firm -> leaves of the log its hosts' newest statements are."""
        found: dict[str, list[int]] = {}
        with reading(self.made.engine) as connection:
            for row in connection.execute(host_period.select()):
                found.setdefault(row.firm, []).append(row.log_index)
        return found


@pytest.fixture
def freezing(tmp_path: Path) -> Iterator[Freezing]:
    made, period = search_ahead(tmp_path / "data")
    with running(made.config, clock=lambda: float(made.now)) as live:
        agents = {}
        for number in (0, *SILENT):
            with reading(made.engine) as connection:
                firm = firms.find(connection, made.config.cluster, f"Firm {number:02}")
            agents[number] = live.agent(firm)
        yield Freezing(made, live, period, agents)
    made.engine.dispose()


def counted(frozen: Frozen, rows: dict[str, list[int]]) -> tuple[int, ...]:
    return tuple(sorted(leaf for member in frozen.members for leaf in rows[member]))


def test_a_statement_that_comes_while_the_gate_searches_is_taken_at_once_and_counted(freezing: Freezing) -> None:
    seen: list[dict[str, list[int]]] = []

    def during() -> None:
        freezing.send(0)
        seen.append(freezing.rows())

    frozen = freezing.freeze(during)
    # Firm 0 had reported before: who is counted hangs on that alone, so the answer stands and the newer row counts.
    (rows,) = seen
    assert len(freezing.asked) == 1
    assert (frozen.gate.answer, len(frozen.members)) == ("coarser", 7)
    assert frozen.counted == counted(frozen, rows)
    with reading(freezing.made.engine) as connection:
        assert log.size(connection, freezing.made.config.cluster) - 1 in rows[freezing.made.firms["Firm 00"]]


def reports(freezing: Freezing) -> None:
    freezing.send(LATE[0])


def withdraws(freezing: Freezing) -> None:
    freezing.send(0)
    agent = freezing.agents[0]
    assert agent.send(agent.leave(), leaf="leave").status == 201


def leaves(freezing: Freezing) -> None:
    leave(freezing.made, 7)


@pytest.mark.parametrize(("change", "times"), [(reports, 2), (leaves, 2), (withdraws, 1)])
def test_what_changes_the_question_has_it_asked_again(
    freezing: Freezing, change: Callable[[Freezing], None], times: int
) -> None:
    seen: list[dict[str, list[int]]] = []

    def during() -> None:
        if not seen:
            change(freezing)
        seen.append(freezing.rows())

    frozen = freezing.freeze(during)
    assert len(freezing.asked) == times, "a firm that still has other hosts is counted as before"
    assert frozen.gate.answer == "coarser" and frozen.counted == counted(frozen, seen[-1])
    assert set(frozen.members) <= set(freezing.asked[-1].candidates.present)
    assert len({asked.key for asked in freezing.asked}) == times


def test_a_freeze_among_constant_changes_ends(freezing: Freezing) -> None:
    assert len(LATE) == TRIES, "then the last answer is worked out while the database waits"
    late = list(LATE)
    seen: list[dict[str, list[int]]] = []

    def during() -> None:
        freezing.send(late.pop(0))
        seen.append(freezing.rows())

    frozen = freezing.freeze(during)
    assert len(freezing.asked) == TRIES + 1 and not late
    assert frozen.gate.answer != "wait" and frozen.counted == counted(frozen, seen[-1])
    assert len(freezing.asked[-1].candidates.present) == 11


def test_a_refusal_leaves_the_period_as_it_was(freezing: Freezing) -> None:
    for number in range(2, 8):
        leave(freezing.made, number)
    before = freezing.rows()
    with pytest.raises(RefusedError, match="the gate says wait"):
        freezing.freeze(lambda: None)
    with reading(freezing.made.engine) as connection:
        found = periods.find(connection, freezing.made.config.cluster, freezing.period)
    assert found.state is PeriodState.OPEN and not found.document
    assert freezing.rows() == before and freezing.made.ring.exists(freezing.period)


@pytest.mark.parametrize(("period", "why"), [("2026-Q1", "frozen already"), ("2031-Q1", "no period")])
def test_what_may_not_be_frozen_is_refused_before_any_search(freezing: Freezing, period: str, why: str) -> None:
    freezing.period = period
    with pytest.raises(UsageError, match=why):
        freezing.freeze(lambda: None)
    assert freezing.asked == []


def leave(made: MadeUp, number: int) -> None:
    with writing(made.engine) as connection:
        firm = firms.find(connection, made.config.cluster, f"Firm {number:02}")
        firms.mark_left(connection, made.config.cluster, firm, made.now)
