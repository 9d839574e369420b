"""The gate's answer beside the pages: worked out once for each question, and another question for every change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from housed import founded, housed
from releasing import MadeUp, cluster, random_hosts, small_pack

from aggregator.database.engine import reading, writing
from aggregator.disclosure.gate import WINDOW_DAYS, Candidates, Decision, decide
from aggregator.members import firms
from aggregator.pages.foresight import KEPT, Foresight
from aggregator.release.question import Question, question

NOBODY = Candidates((), frozenset(), {}, {})


@dataclass(frozen=True)
class Slow(Question):
    """A question whose answer comes when it is let."""

    let: threading.Event = field(default_factory=threading.Event, compare=False)
    times: list[int] = field(default_factory=list, compare=False)

    def answer(self) -> Decision:
        self.times.append(1)
        assert self.let.wait(20)
        return super().answer()


def test_a_page_does_not_wait_for_a_slow_answer_and_none_is_worked_out_twice() -> None:
    foresight, slow = Foresight(), Slow("2026-Q4", 0, 0, NOBODY, ())
    assert foresight.ask(slow) is None and foresight.ask(slow, 0) is None
    slow.let.set()
    answer = foresight.ask(slow, None)
    assert answer == decide(NOBODY, ()) and foresight.ask(slow, 0) is answer is foresight.answer(slow)
    assert slow.times == [1]


def test_only_the_last_few_answers_are_kept() -> None:
    foresight = Foresight()
    asked = [Slow("2026-Q4", 0, 0, replace(NOBODY, present=(f"f{n}",)), ()) for n in range(KEPT + 1)]
    for each in asked:
        each.let.set()
        foresight.ask(each, None)
    for each in (asked[-1], asked[0]):
        foresight.ask(each, None)
    assert [len(each.times) for each in asked] == [2] + [1] * KEPT


def test_an_answer_that_failed_is_asked_for_again() -> None:
    @dataclass(frozen=True)
    class Failing(Question):
        times: list[int] = field(default_factory=list, compare=False)

        def answer(self) -> Decision:
            self.times.append(1)
            if len(self.times) == 1:
                raise MemoryError
            return super().answer()

    foresight, failing = Foresight(), Failing("2026-Q4", 0, 0, NOBODY, ())
    with pytest.raises(MemoryError):
        foresight.ask(failing, None)
    assert foresight.ask(failing, None) is not None


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    """Two releases of twelve firms, and a third period in which they all have sent results."""
    made = cluster(tmp_path_factory.mktemp("gate"), small_pack(1))
    generator = np.random.default_rng(1)
    for number in range(12):
        made.join(f"Firm {number}", sector=("metal", "wood")[number % 2])
    for _ in range(2):
        made.release(random_hosts(generator, list(made.firms), len(made.pack.order)))
    made.send(random_hosts(generator, list(made.firms), len(made.pack.order)))
    return made


def ask(made: MadeUp, partition: str = "sector", later: int = 0) -> Question:
    with reading(made.engine) as connection:
        return question(connection, made.config.cluster, made.now + later, partition)  # type: ignore[arg-type]


def leave(made: MadeUp) -> Question:
    with writing(made.engine) as connection:
        firm = firms.find(connection, made.config.cluster, "Firm 3")
        firms.mark_left(connection, made.config.cluster, firm, made.now)
    return ask(made)


def report(made: MadeUp) -> Question:
    made.join("Firm late")
    made.send(random_hosts(np.random.default_rng(2), ["Firm late"], len(made.pack.order)))
    return ask(made)


def link(made: MadeUp) -> Question:
    made.join("Firm linked", linked="provider-x")
    return ask(made)


def freeze(made: MadeUp) -> Question:
    made.release(random_hosts(np.random.default_rng(3), list(made.firms)[:3], len(made.pack.order)))
    return ask(made)


def test_the_same_members_reports_and_releases_are_the_same_question(made: MadeUp) -> None:
    assert ask(made).key == ask(made).key == ask(made, later=86_400).key
    assert hash(ask(made).key) == hash(ask(made).key)


CHANGES: dict[str, Callable[[MadeUp], Question]] = {
    "another partition": lambda made: ask(made, "size"),
    "none": lambda made: ask(made, ""),
    "a release out of the window": lambda made: ask(made, later=WINDOW_DAYS * 86_400),
    "a firm that reports": report,
    "a firm that is linked": link,
    "a firm that leaves": leave,
    "a release": freeze,
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_the_gate_reads_makes_another_question(made: MadeUp, change: str) -> None:
    before = ask(made).key
    assert CHANGES[change](made).key != before


def test_the_page_waits_and_then_shows_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    let = threading.Event()
    real = Question.answer
    monkeypatch.setattr(Question, "answer", lambda self: (let.wait(20), real(self))[1])
    with housed(founded(tmp_path / "data"), small_pack(1)) as house:
        visitor = house.signed_in("maria")
        page = visitor.get("/manage/gate").text
        assert "The gate is being asked" in page and 'data-work="/manage/gate/state"' in page
        assert '<noscript><meta http-equiv="refresh" content="2">' in page
        assert visitor.get("/manage/gate/state").text == "running"
        let.set()
        house.desk.foresight.look(house.desk.service, house.desk.now(), None)
        assert visitor.get("/manage/gate/state").text == "done"
        assert "being asked" not in visitor.get("/manage/gate").text
