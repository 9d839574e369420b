"""Heads that never end, in either sense."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from aggregating import Running, fresh, running

from aggregator.web.bounded import HEAD_BYTES, BoundedHttp

REQUEST = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    class Impatient(BoundedHttp):
        head_seconds = 0.4

    with running(fresh(tmp_path_factory.mktemp("bounded") / "data"), http=Impatient) as cluster:
        yield cluster


def closed(raw: socket.socket) -> bool:
    try:
        return raw.recv(4096) == b""
    except ConnectionResetError:
        return True


def test_a_head_without_end_is_cut_off(live: Running) -> None:
    cut = pytest.raises((BrokenPipeError, ConnectionResetError))
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as raw, cut:
        raw.sendall(REQUEST)
        for _ in range(2_000):
            raw.sendall(b"X-Long: " + b"x" * 1_000 + b"\r\n")
        raise AssertionError("two megabytes of head were taken")


@pytest.mark.parametrize("start", [b"", b"G", REQUEST])
def test_a_head_that_does_not_come_is_not_waited_for(live: Running, start: bytes) -> None:
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as raw:
        raw.sendall(start)
        assert closed(raw)


def test_a_second_request_has_no_more_patience_than_the_first(live: Running) -> None:
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as raw:
        raw.sendall(REQUEST + b"\r\n")
        assert raw.recv(4096).startswith(b"HTTP/1.1 200")
        raw.sendall(REQUEST)
        assert closed(raw)


def test_a_large_body_in_the_first_packet_is_no_large_head(live: Running) -> None:
    agent = live.agent()
    signed = agent.prepare()
    assert len(agent.send(signed + b" " * HEAD_BYTES).body) > 0
    assert agent.send(signed).status in (200, 201)


def test_a_request_under_way_may_take_longer_than_its_head(live: Running) -> None:
    agent = live.agent()
    signed = agent.prepare()
    head = (
        f"POST {agent.path()} HTTP/1.1\r\nHost: x\r\nContent-Type: application/vnd.dsse.envelope.v1+json\r\n"
        f"Content-Length: {len(signed)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as raw:
        raw.sendall(head.encode() + signed[:100])
        time.sleep(0.8)
        raw.sendall(signed[100:])
        assert raw.recv(4096).startswith(b"HTTP/1.1 201")
