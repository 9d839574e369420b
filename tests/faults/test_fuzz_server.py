"""Any request at all, to the real server on a socket: one of the documented answers, never a 500, and it goes on."""

from __future__ import annotations

import gzip
import http.client
import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from aggregating import Agent, Running, fresh, running
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from damaging import FUZZ, broken, damaged
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.web.app import ROUTES
from shieldwall.encoding import canonical, envelope
from shieldwall.encoding.envelope import MEDIA_TYPE, PAYLOAD_TYPE
from shieldwall.membership import enrolment
from shieldwall.membership.invitation import Invitation
from shieldwall.messages.notice import LEAVE_TYPE
from shieldwall.messages.problem import MEANINGS, parse_problem
from shieldwall.messages.rotation import ROTATION_TYPE

quick = settings(
    max_examples=FUZZ, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
STATUSES = {meaning.status for meaning in MEANINGS.values()}
WORDS = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\x00"), max_size=30)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["Content-Type", "Content-Encoding", "Shieldwall-Protocol", "Accept", "Expect", "X-Forwarded-For", "Range",
         "If-None-Match", "Authorization", "Cookie", "Origin"]
    ),
    st.sampled_from(
        [MEDIA_TYPE, f"{MEDIA_TYPE}; charset=utf-8", "application/json", "text/html", "gzip", "identity", "br", "1", "2", "0",
         "-1", "1,2", "", "100-continue", "bytes=0-", "*"]
    )
    | WORDS,
    max_size=4,
)  # fmt: skip


@pytest.fixture(scope="module")
def live(either_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(fresh(tmp_path_factory.mktemp("fuzzed") / "data"), body_seconds=1.0) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def agent(live: Running) -> Agent:
    return live.agent()


@dataclass
class Hostile:
    """One agent at a time; another now and then, as some of what they say has them held back."""

    live: Running
    turns: int = 0
    agent: Agent | None = None

    def next(self) -> Agent:
        if self.agent is None or self.turns % 25 == 0:
            self.agent = self.live.agent()
        self.turns += 1
        return self.agent


@pytest.fixture(scope="module")
def hostile(live: Running) -> Hostile:
    return Hostile(live)


@pytest.fixture(scope="module")
def invitation(live: Running) -> Invitation:
    return live.invite(live.firm("Invited Ltd"))[0]


def ask(live: Running, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=30)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def documented(status: int, body: bytes) -> None:
    """A problem of the protocol under its own status, or the parser's plain 400 for what is no HTTP."""
    assert status in STATUSES, (status, body)
    if body != b"Invalid HTTP request received.":
        assert parse_problem(body).status == status


@quick
@given(data=st.data())
def test_bodies_that_are_almost_right(live: Running, agent: Agent, data: st.DataObject) -> None:
    signed = envelope.sign(agent.statement().encode(), [agent.key])
    body = data.draw(damaged(signed))
    zipped = data.draw(st.booleans())
    headers = {"Content-Type": MEDIA_TYPE} | ({"Content-Encoding": "gzip"} if zipped else {})
    sent = gzip.compress(body) if zipped else body
    if zipped and data.draw(st.booleans()):
        sent = data.draw(broken(sent))
    status, answer = ask(live, "POST", agent.path(), sent, headers)
    if status not in (200, 201):
        documented(status, answer)
    else:
        # Damage the signature does not cover, such as room between members: the same statement all the same.
        agent.seq, agent.prev = agent.seq + 1, canonical.digest(envelope.peek(signed).payload)


@quick
@given(data=st.data())
def test_payloads_that_their_agent_signed_and_are_wrong(live: Running, hostile: Hostile, data: st.DataObject) -> None:
    """A host that was taken over signs what it likes."""
    agent = hostile.next()
    payload = data.draw(damaged(agent.statement().encode()))
    kind = data.draw(st.sampled_from([PAYLOAD_TYPE, PAYLOAD_TYPE, LEAVE_TYPE, ROTATION_TYPE, "text/plain"]))
    leaf = data.draw(st.sampled_from(["statements", "leave", "rotate", "key"]))
    signed = envelope.sign(payload or b"{}", [agent.key], kind)
    status, answer = ask(live, "POST", agent.path(leaf), signed, {"Content-Type": MEDIA_TYPE})
    if status not in (200, 201):
        documented(status, answer)


@quick
@given(data=st.data())
def test_enrolments_that_are_almost_right(live: Running, invitation: Invitation, data: st.DataObject) -> None:
    asked = enrolment.request(invitation, Ed25519PrivateKey.generate(), secrets.token_bytes(32))
    body = data.draw(damaged(asked.encode()))
    status, answer = ask(live, "POST", "/v1/enroll", body, {"Content-Type": "application/json"})
    if status != 201:
        documented(status, answer)


@quick
@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"]),
    headers=HEADERS,
    data=st.data(),
)
def test_any_method_path_and_header(
    live: Running, agent: Agent, method: str, headers: dict[str, str], data: st.DataObject
) -> None:
    route = data.draw(st.sampled_from([path for _, path, _ in ROUTES]))
    for part in ("{agent}", "{name}", "{file}", "{digest}", "{folder}"):
        word = data.draw(
            st.sampled_from([agent.id, "..", "%2e%2e", "x", "release.json", "%00", "%ff", "a" * 300, "", "%2f"])
        )
        route = route.replace(part, word)
    query = data.draw(
        st.sampled_from(["", "?from=0&to=1", "?from=1&to=99999999999999999999", "?from=x", "?from=%ff&to=1", "?to=1"])
    )
    body = data.draw(st.binary(max_size=50)) if method in ("POST", "PUT", "PATCH") else None
    status, answer = ask(live, method, route + query, body, headers)
    if status != 200 and method != "HEAD":
        documented(status, answer)


@quick
@given(
    raw=st.binary(max_size=300)
    | broken(b"POST /v1/enroll HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
)
def test_any_bytes_at_all(live: Running, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", live.port), timeout=10) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while piece := connection.recv(65_536):
                answer += piece
        except ConnectionResetError:
            pass
    if answer:
        status = int(answer.split(b" ", 2)[1])
        assert status == 200 or status in STATUSES, answer


def test_afterwards_it_takes_statements_as_before(live: Running) -> None:
    agent = live.agent()
    assert agent.send(agent.prepare()).status == 201
    assert live.ask("GET", "/healthz").status == 200
