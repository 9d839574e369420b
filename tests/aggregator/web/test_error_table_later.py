"""The error table's last rows: no such address, too often, too slow, and a server that cannot at the moment."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from aggregating import Running, expect, fresh, running

from aggregator.database.engine import writing
from shieldwall.encoding.envelope import MEDIA_TYPE
from shieldwall.messages.problem import ProblemType


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/x"), ("GET", "/v1/enroll"), ("DELETE", "/v1/cluster"), ("GET", "/v1/releases/none/release.json")],
)
def test_nothing_at_this_address(cluster: Running, method: str, path: str) -> None:
    expect(cluster.ask(method, path), ProblemType.NOT_FOUND)


@pytest.mark.parametrize(
    "query", ["", "?from=1", "?from=2&to=1", "?from=-1&to=1", "?from=a&to=b", "?from=1&to=9" + "9" * 30]
)
def test_a_consistency_question_that_makes_no_sense(cluster: Running, query: str) -> None:
    expect(cluster.ask("GET", f"/v1/log/consistency{query}"), ProblemType.MALFORMED)


def test_too_many_messages_are_told_when_to_come_back(tmp_path: Path) -> None:
    with running(fresh(tmp_path / "data", statements_per_day=24, statement_burst=3)) as live:
        agent, other = live.agent(), live.agent()
        signed = agent.prepare()
        assert [agent.send(signed).status for _ in range(3)] == [201, 200, 200]
        reply = agent.send(signed)
        expect(reply, ProblemType.RATE_LIMITED)
        assert 3000 < int(reply.headers["retry-after"]) <= 3601
        assert other.send(other.prepare()).status == 201


def test_a_slow_sender_is_sent_away_and_holds_up_nobody(cluster: Running) -> None:
    agent, other = cluster.agent(), cluster.agent()
    with socket.create_connection(("127.0.0.1", cluster.port), timeout=5) as raw:
        raw.sendall(
            f"POST {agent.path()} HTTP/1.1\r\nHost: x\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Length: 900\r\n\r\n{{".encode()
        )
        assert other.send(other.prepare()).status == 201
        answer = raw.recv(4096)
    assert answer.startswith(b"HTTP/1.1 503")
    assert b"retry-after" in answer.lower()


def test_a_sender_that_hangs_up_leaves_no_trace(cluster: Running) -> None:
    agent = cluster.agent()
    with socket.create_connection(("127.0.0.1", cluster.port), timeout=5) as raw:
        raw.sendall(
            f"POST {agent.path()} HTTP/1.1\r\nHost: x\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Length: 900\r\n\r\n{{".encode()
        )
    assert agent.send(agent.prepare()).status == 201


def test_a_defect_of_ours_is_a_problem_to_come_back_from(tmp_path: Path) -> None:
    with running(fresh(tmp_path / "data")) as live:
        agent = live.agent()
        signed = agent.prepare()
        with writing(live.service.engine) as connection:
            connection.exec_driver_sql("ALTER TABLE agent RENAME TO elsewhere")
        reply = agent.send(signed)
        expect(reply, ProblemType.UNAVAILABLE)
        assert int(reply.headers["retry-after"]) > 0
        assert "server" not in reply.headers
        with writing(live.service.engine) as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO agent")
        assert agent.send(signed).status == 201
