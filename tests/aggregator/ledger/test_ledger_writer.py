"""Group commit: fewer transactions than messages, and nobody falls with another."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aggregating import Agent, fresh, log_held, receipt, running

from aggregator.ledger.book import Answer, Result
from aggregator.ledger.message import Message
from aggregator.ledger.writer import Writer
from aggregator.refusal import Refusal, refuse
from shieldwall.log.receipt import Kind, Receipt
from shieldwall.messages.notice import Leave
from shieldwall.messages.problem import ProblemType

pytestmark = pytest.mark.usefixtures("either_database")


def message(name: str) -> Message:
    return Message(name, 1, name, Leave("c.example/c/log1", name, 1, ""), b"")


def answer(name: str) -> Answer:
    return Answer(Receipt(0, 0, name, Kind.LEAVE, ""), False)


def test_statements_that_arrive_during_a_commit_share_the_next(tmp_path: Path) -> None:
    with running(fresh(tmp_path / "data")) as live:
        firm = live.firm()
        agents = [live.agent(firm) for _ in range(24)]
        signed = {agent.id: agent.prepare() for agent in agents}
        before = live.service.writer.commits
        with ThreadPoolExecutor(24) as pool:
            with log_held(live):
                # While another holds the write lock the first batch waits, and everybody else queues behind it.
                waiting = [pool.submit(agent.send, signed[agent.id]) for agent in agents]
                threading.Event().wait(0.5)
            replies = [item.result() for item in waiting]
        assert [reply.status for reply in replies] == [201] * 24
        indices = {receipt(live, reply, signed[agent.id]).index for reply, agent in zip(replies, agents, strict=True)}
        assert indices == set(range(24, 48))
        assert live.service.writer.commits - before <= 8


def test_two_servers_on_one_database_write_one_log(tmp_path: Path) -> None:
    config = fresh(tmp_path / "data")
    with running(config) as one, running(config) as two:
        firm = one.firm()
        agents = [one.agent(firm) for _ in range(8)]

        def submit(agent: Agent) -> list[int]:
            found = []
            for turn in range(6):
                agent.port = (one, two)[turn % 2].port
                signed = agent.prepare()
                reply = agent.send(signed)
                assert reply.status == 201
                found.append(receipt(one, reply, signed).index)
            return found

        with ThreadPoolExecutor(8) as pool:
            indices = [index for found in pool.map(submit, agents) for index in found]
        assert sorted(indices) == list(range(8, 8 + 48))
        assert one.ask("GET", "/v1/log/checkpoint").body == two.ask("GET", "/v1/log/checkpoint").body


def test_leaves_of_a_failed_commit_never_serve_a_later_proof(tmp_path: Path) -> None:
    config = fresh(tmp_path / "data")
    with running(config) as one, running(config) as two:
        firm = one.firm()
        unlucky, other = one.agent(firm), one.agent(firm)
        assert unlucky.send(unlucky.prepare()).status == 201
        (key,) = config.period_keys.iterdir()
        key.rename(tmp_path / "away")
        signed = unlucky.prepare()
        assert unlucky.send(signed).status == 503, "its leaf was hashed, then the transaction failed"
        (tmp_path / "away").rename(key)
        other.port = two.port
        assert other.send(other.prepare()).status == 201
        proof = receipt(one, unlucky.send(signed), signed).proof
        assert proof.endswith(two.ask("GET", "/v1/log/checkpoint").body.decode())


def test_the_same_statement_twice_in_one_batch_is_one_leaf(tmp_path: Path) -> None:
    with running(fresh(tmp_path / "data")) as live:
        agent = live.agent()
        signed = agent.prepare()
        with ThreadPoolExecutor(8) as pool:
            with log_held(live):
                waiting = [pool.submit(agent.send, signed) for _ in range(8)]
                threading.Event().wait(0.3)
            replies = [item.result() for item in waiting]
        assert sorted(reply.status for reply in replies) == [200] * 7 + [201]
        assert {receipt(live, reply, signed).index for reply in replies} == {1}


def test_a_refused_message_does_not_take_its_batch_down(tmp_path: Path) -> None:
    with running(fresh(tmp_path / "data")) as live:
        firm = live.firm()
        good, bad = [live.agent(firm) for _ in range(6)], live.agent(firm)
        bad.prepare()
        jobs = [(agent, agent.prepare()) for agent in [*good[:3], bad, *good[3:]]]
        with ThreadPoolExecutor(8) as pool:
            with log_held(live):
                waiting = [pool.submit(agent.send, signed) for agent, signed in jobs]
                threading.Event().wait(0.3)
            statuses = [item.result().status for item in waiting]
        assert statuses == [201, 201, 201, 409, 201, 201, 201]


async def settled(writer: Writer, names: Sequence[str], release: threading.Event) -> dict[str, Answer | Exception]:
    """What each message was answered, all of them queued before the first is looked at."""
    futures = {name: writer.submit(message(name)) for name in names}
    release.set()
    found = await asyncio.wait_for(asyncio.gather(*futures.values(), return_exceptions=True), 10)
    return dict(zip(futures, found, strict=True))  # type: ignore[arg-type]


def test_a_message_that_breaks_the_transaction_fails_alone() -> None:
    release = threading.Event()

    def enter(batch: Sequence[Message]) -> list[Result]:
        release.wait(5)
        if any(item.agent == "poison" for item in batch):
            raise RuntimeError("nobody foresaw this")
        return [answer(item.agent) for item in batch]

    writer = Writer(enter)
    answers = asyncio.run(settled(writer, ["first", "second", "poison", "third"], release))
    for name in ("first", "second", "third"):
        found = answers[name]
        assert isinstance(found, Answer)
        assert found.receipt.digest == name
    refused = answers["poison"]
    assert isinstance(refused, Refusal)
    assert refused.problem.type is ProblemType.UNAVAILABLE
    writer.close()


def test_past_the_bound_the_sender_is_told_to_come_back() -> None:
    release = threading.Event()

    def slow(batch: Sequence[Message]) -> list[Result]:
        release.wait(5)
        return [refuse(ProblemType.GAP) for _ in batch]

    async def overfill() -> None:
        taken = []
        with pytest.raises(Refusal) as refused:
            for number in range(10):
                taken.append(writer.submit(message(str(number))))
        assert 3 <= len(taken) <= 4
        assert (refused.value.problem.status, refused.value.retry_after) == (503, 30)
        release.set()
        for future in taken:
            with pytest.raises(Refusal):
                await asyncio.wait_for(future, 5)

    writer = Writer(slow, waiting=3, batch=1)
    asyncio.run(overfill())
    writer.close()


def test_whoever_hung_up_takes_nobody_down() -> None:
    release = threading.Event()

    def enter(batch: Sequence[Message]) -> list[Result]:
        release.wait(5)
        return [answer(item.agent) for item in batch]

    async def hang_up() -> None:
        gone, there = writer.submit(message("gone")), writer.submit(message("there"))
        gone.cancel()
        release.set()
        assert (await asyncio.wait_for(there, 5)).receipt.digest == "there"

    writer = Writer(enter)
    asyncio.run(hang_up())
    writer.close()


def test_closing_finishes_what_waits_and_takes_nothing_more() -> None:
    done: list[str] = []

    def enter(batch: Sequence[Message]) -> list[Result]:
        done.extend(item.agent for item in batch)
        return [answer(item.agent) for item in batch]

    async def close() -> None:
        futures = [writer.submit(message(str(number))) for number in range(50)]
        writer.close()
        writer.close()
        assert len(done) == 50
        assert len(await asyncio.gather(*futures)) == 50
        with pytest.raises(Refusal):
            writer.submit(message("late"))

    writer = Writer(enter)
    asyncio.run(close())


def test_when_its_thread_ends_whoever_waits_is_told_to_come_back_and_nobody_waits_any_more() -> None:
    release = threading.Event()

    def enter(batch: Sequence[Message]) -> list[Result]:
        release.wait(5)
        raise SystemExit

    writer = Writer(enter, batch=2)
    answers = asyncio.run(settled(writer, ["held", "held too", "waiting"], release))
    for found in answers.values():
        assert isinstance(found, Refusal)
        assert (found.problem.type, found.retry_after) == (ProblemType.UNAVAILABLE, 30)
    assert writer.dead
    with pytest.raises(Refusal):
        asyncio.run(settled(writer, ["late"], release))
    writer.close()
