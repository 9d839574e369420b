"""The book in a process of its own: it answers as the book does, and its end is nobody's loss."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from aggregating import PACK, Agent, fresh, receipt, running

from aggregator.config import Config
from aggregator.database.lookup import Lookup
from aggregator.ledger.book import Answer
from aggregator.ledger.message import Message, opened
from aggregator.ledger.process import BookProcess, WriterGone
from aggregator.refusal import Refusal
from shieldwall.errors import ShieldwallError
from shieldwall.messages.problem import ProblemType

pytestmark = pytest.mark.usefixtures("either_database")


@contextmanager
def process_of(config: Config) -> Iterator[BookProcess]:
    made = BookProcess(config)
    try:
        made.until_ready()
        yield made
    finally:
        made.close()


def prepared(config: Config, count: int) -> list[list[Message]]:
    """Of each of `count` agents, two statements as they are handed to a book."""
    with running(config) as live:
        firm = live.firm()
        agents = [live.agent(firm) for _ in range(count)]
        lookup = Lookup(live.service.engine, config.cluster)
        known = {agent.id: lookup.agent(agent.id) for agent in agents}
        lookup.close()

    def message(agent: Agent) -> Message:
        found = known[agent.id]
        assert found is not None
        return opened(found, agent.prepare(), config.audiences, {PACK.digest: PACK}.get)

    return [[message(agent), message(agent)] for agent in agents]


def test_it_answers_as_the_book_does(tmp_path: Path) -> None:
    config = fresh(tmp_path / "data")
    (first, second), (other, skipped) = prepared(config, 2)
    with process_of(config) as book:
        assert [answer.receipt.index for answer in taken(book, first, second)] == [2, 3]
        gap, again, new = book.enter([skipped, first, other])
    assert isinstance(gap, Refusal)
    assert (gap.problem.type, gap.problem.expected_seq) == (ProblemType.GAP, 1)
    assert isinstance(again, Answer)
    assert (again.repeated, again.receipt.index) == (True, 2)
    assert isinstance(new, Answer)
    assert (new.repeated, new.receipt.index) == (False, 4)


def taken(book: BookProcess, *messages: Message) -> list[Answer]:
    answers = book.enter(messages)
    return [answer for answer in answers if isinstance(answer, Answer)]


def test_what_the_book_raises_comes_back_and_the_next_batch_is_entered(tmp_path: Path) -> None:
    config = fresh(tmp_path / "data")
    ((first, second),) = prepared(config, 1)
    (key,) = key_files(config, first)
    with process_of(config) as book:
        key.rename(tmp_path / "away")
        with pytest.raises(RuntimeError, match=r"data key of period .* is gone"):
            book.enter([second])
        (tmp_path / "away").rename(key)
        assert len(taken(book, second)) == 1


def key_files(config: Config, first: Message) -> list[Path]:
    """The period's key, made with its first statement."""
    with process_of(config) as book:
        assert len(taken(book, first)) == 1
    return list(config.period_keys.iterdir())


def test_killed_it_is_gone_and_what_it_answered_is_there(tmp_path: Path) -> None:
    config = fresh(tmp_path / "data")
    ((first, second),) = prepared(config, 1)
    with process_of(config) as book:
        assert len(taken(book, first)) == 1
        assert not book.ended
        book._process.kill()
        with pytest.raises(WriterGone):
            while True:
                book.enter([second])
        until(lambda: book.ended)
    with process_of(config) as book:
        again = taken(book, first, second)
        assert [(answer.repeated, answer.receipt.index) for answer in again] == [(True, 1), (False, 2)]


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    config = fresh(tmp_path / "data")
    book = BookProcess(config)
    book.until_ready()
    book._pipe.close()
    assert book._process.wait(20) == 0


def test_one_that_does_not_come_up_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    config = fresh(tmp_path / "data")
    config.log_key.unlink()
    book = BookProcess(config)
    with pytest.raises(ShieldwallError, match="did not start"):
        book.until_ready()
    book.close()
    assert "log.key" in capfd.readouterr().err


def test_a_server_that_writes_apart_takes_what_comes_together(tmp_path: Path) -> None:
    with running(fresh(tmp_path / "data"), apart=True) as live:
        firm = live.firm()
        agents = [live.agent(firm) for _ in range(8)]

        def submit(agent: Agent) -> list[int]:
            found = []
            for _ in range(5):
                signed = agent.prepare()
                reply = agent.send_kept_alive(signed)
                assert reply.status == 201, reply
                found.append(receipt(live, reply, signed).index)
            assert agent.connection is not None
            agent.connection.close()
            return found

        with ThreadPoolExecutor(8) as pool:
            indices = [index for found in pool.map(submit, agents) for index in found]
        assert sorted(indices) == list(range(8, 48))
        assert not live.service.broken


def until(holds: object) -> None:
    deadline = time.monotonic() + 20
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)
