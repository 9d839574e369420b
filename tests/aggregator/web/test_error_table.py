"""Every row of the protocol's error table, from the real server over a real socket."""

from __future__ import annotations

import gzip
import secrets
import socket
import time
import uuid
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aggregating import CHECKS, PACK, Reply, Running, ask, enrol_raw, expect, receipt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aggregator.database import log
from aggregator.database.engine import reading
from aggregator.members.enrol import approve, dismiss
from aggregator.members.overview import overview
from shieldwall.checks.outcome import PASSED
from shieldwall.encoding import canonical, envelope
from shieldwall.encoding.envelope import MEDIA_TYPE
from shieldwall.limits import INFLATED_BYTES, WIRE_BYTES
from shieldwall.log.receipt import Kind
from shieldwall.membership import enrolment
from shieldwall.messages import statement
from shieldwall.messages.problem import ProblemType


def post(port: int, path: str, body: bytes, **headers: str) -> Reply:
    named = {"Content-Type": MEDIA_TYPE, "Shieldwall-Protocol": "1"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(port, "POST", path, body, named)


# --- accepted, once ---------------------------------------------------------------------------------------------------


def test_a_statement_is_accepted_once_however_often_it_is_sent(cluster: Running) -> None:
    agent = cluster.agent()
    signed = agent.prepare()
    first = agent.send(signed)
    assert first.status == 201
    proven = receipt(cluster, first, signed)
    for zipped in (False, True):
        again = agent.send(signed, zipped=zipped)
        assert again.status == 200
        assert receipt(cluster, again, signed).index == proven.index
        assert receipt(cluster, again, signed).received == proven.received
    second = agent.prepare()
    assert receipt(cluster, agent.send(second), second).index > proven.index


def test_every_answer_names_the_protocol_and_nothing_of_the_server(cluster: Running) -> None:
    for path in ("/", "/healthz", "/v1/cluster", "/nothing/here"):
        headers = cluster.ask("GET", path).headers
        assert headers["shieldwall-protocol"] == "1"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "server" not in headers


# --- 400 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[]", b"{}", b'{"payload":"e30=","payload":"e30="}', b"\xff\xfe", b"[" * 3000]
)
def test_malformed(cluster: Running, body: bytes) -> None:
    agent = cluster.agent()
    expect(agent.send(body), ProblemType.MALFORMED)


def test_signed_nonsense_is_malformed(cluster: Running) -> None:
    agent = cluster.agent()
    for payload in (b"nonsense", b'{"a":1.5}', agent.statement().encode() + b" "):
        expect(agent.send(envelope.sign(payload, [agent.key])), ProblemType.MALFORMED)


def test_another_key_is_a_bad_signature(cluster: Running) -> None:
    agent = cluster.agent()
    stranger = Ed25519PrivateKey.generate()
    expect(agent.send(envelope.sign(agent.statement().encode(), [stranger])), ProblemType.BAD_SIGNATURE)
    expect(agent.send(envelope.sign(agent.statement().encode(), [agent.key, stranger])), ProblemType.BAD_SIGNATURE)


def test_one_changed_outcome_is_a_bad_signature(cluster: Running) -> None:
    agent = cluster.agent()
    members = canonical.decode(agent.prepare())
    payload = canonical.unb64(members["payload"]).replace(b'"fail"', b'"pass"', 1)
    expect(agent.send(canonical.encode({**members, "payload": canonical.b64(payload)})), ProblemType.BAD_SIGNATURE)


def test_another_payload_type_over_the_same_bytes_is_a_bad_signature(cluster: Running) -> None:
    agent = cluster.agent()
    members = canonical.decode(agent.prepare())
    expect(agent.send(canonical.encode({**members, "payloadType": "text/plain"})), ProblemType.BAD_SIGNATURE)


def test_a_message_of_another_agent_is_a_bad_signature_on_this_path(cluster: Running) -> None:
    one, other = cluster.agent(), cluster.agent()
    signed = one.prepare()
    assert one.send(signed).status == 201
    expect(other.send(signed), ProblemType.BAD_SIGNATURE)


def test_own_key_but_another_agents_name_or_cluster_is_a_wrong_audience(cluster: Running) -> None:
    one, other = cluster.agent(), cluster.agent()
    here = one.statement().position
    for position in (replace(here, agent=other.id), replace(here, aud="elsewhere.example/other/log1")):
        signed = envelope.sign(one.statement(position=position).encode(), [one.key])
        expect(one.send(signed), ProblemType.WRONG_AUDIENCE)


def test_unsupported_protocol_names_what_is_spoken(cluster: Running) -> None:
    agent = cluster.agent()
    reply = post(cluster.port, agent.path(), agent.prepare(), Shieldwall_Protocol="2")
    assert expect(reply, ProblemType.UNSUPPORTED_PROTOCOL)["supported"] == [1]


# --- 401 and 403, before a byte is read -------------------------------------------------------------------------------


def test_an_unknown_agent_is_told_before_its_body_is_read(cluster: Running) -> None:
    with socket.create_connection(("127.0.0.1", cluster.port), timeout=5) as raw:
        raw.sendall(
            f"POST /v1/agents/agt_{'0' * 26}/statements HTTP/1.1\r\nHost: x\r\nContent-Type: {MEDIA_TYPE}\r\n"
            "Content-Length: 5000\r\n\r\n".encode()
        )
        answer = raw.recv(4096)
    assert answer.startswith(b"HTTP/1.1 401")
    assert b"problems/unknown-agent" in raw_body(answer)


def raw_body(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("name", ["x", "agt_", "agt_%00", "..%2f..%2fetc", "agt_" + "0" * 4000])
def test_strange_agent_names_are_unknown_or_no_address(cluster: Running, name: str) -> None:
    reply = post(cluster.port, f"/v1/agents/{name}/statements", b"{}")
    assert reply.problem in (ProblemType.UNKNOWN_AGENT, ProblemType.NOT_FOUND)


def test_a_revoked_agent_is_refused_at_once_and_stays_so(cluster: Running) -> None:
    agent = cluster.agent()
    assert agent.send(agent.prepare()).status == 201
    dismiss(cluster.service.engine, cluster.config.cluster, cluster.config.origin, agent.id, int(time.time()))
    expect(agent.send(agent.prepare()), ProblemType.AGENT_REVOKED)
    expect(agent.send(b"not even json"), ProblemType.AGENT_REVOKED)
    event = enrolment.KeyEvent(
        agent.aud, agent.id, agent.epoch, enrolment.KeyChange.REVOKE, envelope.raw_public(agent.key.public_key())
    )
    with reading(cluster.service.engine) as connection:
        found = log.find(connection, cluster.config.cluster, event.digest())
    assert found is not None
    assert found.leaf.kind is Kind.KEY, "no manager drops an agent unseen"


def test_a_firm_that_left_can_neither_speak_nor_enrol(cluster: Running) -> None:
    firm = cluster.firm("Leaving Ltd")
    agent, (unused,) = cluster.agent(firm), cluster.invite(firm)
    dismiss(cluster.service.engine, cluster.config.cluster, cluster.config.origin, firm.id, int(time.time()))
    expect(agent.send(agent.prepare()), ProblemType.AGENT_REVOKED)
    asked = enrolment.request(unused, Ed25519PrivateKey.generate(), secrets.token_bytes(32))
    expect(enrol_raw(cluster.port, asked), ProblemType.INVITATION_EXPIRED)


# --- 409 --------------------------------------------------------------------------------------------------------------


def test_a_gap_says_where_to_go_on(cluster: Running) -> None:
    agent = cluster.agent()
    lost, after = agent.prepare(), agent.prepare()
    members = expect(agent.send(after), ProblemType.GAP)
    assert members["expected_seq"] == 1
    assert agent.send(lost).status == 201
    assert agent.send(after).status == 201


def test_a_gap_statement_closes_the_gap(cluster: Running) -> None:
    from shieldwall.messages.notice import Gap, GapReason

    agent = cluster.agent()
    start = agent.statement().position
    lost = [canonical.digest(envelope.peek(agent.prepare()).payload) for _ in range(3)]
    gap = Gap(start, str(uuid.uuid4()), tuple(lost), GapReason.OVERFLOW)
    signed = envelope.sign(gap.encode(), [agent.key])
    assert agent.send(signed).status == 201
    assert agent.send(signed).status == 200
    assert agent.send(agent.prepare()).status == 201


def test_a_fork_quarantines_the_agent_until_the_manager_decides(cluster: Running) -> None:
    agent = cluster.agent()
    copy = replace(agent)
    signed = agent.prepare()
    assert agent.send(signed).status == 201
    members = expect(copy.send(copy.prepare()), ProblemType.FORK)
    assert members["expected_seq"] == 2
    assert members["expected_prev"] == canonical.digest(envelope.peek(signed).payload)
    expect(agent.send(agent.prepare()), ProblemType.AGENT_QUARANTINED)
    approve(cluster.service.engine, cluster.config.cluster, agent.id)
    assert agent.send(signed).status == 200


def test_the_right_number_after_another_history_is_a_fork(cluster: Running) -> None:
    agent = cluster.agent()
    position = replace(agent.statement().position, prev="0" * 64)
    expect(agent.send(envelope.sign(agent.statement(position=position).encode(), [agent.key])), ProblemType.FORK)


def test_only_a_key_holder_can_cause_a_quarantine(cluster: Running) -> None:
    agent = cluster.agent()
    forged = envelope.sign(agent.statement().encode(), [Ed25519PrivateKey.generate()])
    for _ in range(3):
        expect(agent.send(forged), ProblemType.BAD_SIGNATURE)
    assert agent.send(agent.prepare()).status == 201


def test_another_epoch_is_stale(cluster: Running) -> None:
    agent = cluster.agent()
    position = replace(agent.statement().position, epoch=2)
    expect(agent.send(envelope.sign(agent.statement(position=position).encode(), [agent.key])), ProblemType.STALE_EPOCH)


def test_an_agent_that_saw_a_longer_log_is_told_so(cluster: Running) -> None:
    agent = cluster.agent()
    signed = envelope.sign(agent.statement(log=statement.Seen(10**6, "0" * 64)).encode(), [agent.key])
    expect(agent.send(signed), ProblemType.LOG_ROLLBACK)
    expect(cluster.ask("GET", "/v1/log/consistency?from=1&to=1000000"), ProblemType.LOG_ROLLBACK)


# --- 413, 415, 422 ----------------------------------------------------------------------------------------------------


def test_an_announced_giant_is_refused_unread(cluster: Running) -> None:
    agent = cluster.agent()
    with socket.create_connection(("127.0.0.1", cluster.port), timeout=5) as raw:
        raw.sendall(
            f"POST {agent.path()} HTTP/1.1\r\nHost: x\r\nContent-Type: {MEDIA_TYPE}\r\n"
            f"Content-Length: {WIRE_BYTES + 1}\r\n\r\n".encode()
        )
        answer = raw.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"problems/too-large" in raw_body(answer)


def test_an_unannounced_giant_is_cut_off(cluster: Running) -> None:
    agent = cluster.agent()
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", cluster.port), timeout=5) as raw:
        raw.sendall(
            f"POST {agent.path()} HTTP/1.1\r\nHost: x\r\nContent-Type: {MEDIA_TYPE}\r\n"
            "Transfer-Encoding: chunked\r\n\r\n".encode()
        )
        answer = b""
        try:
            for _ in range(100):
                raw.sendall(chunk)
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            answer = raw.recv(4096)
        except ConnectionResetError:
            return
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_gzip_bomb_is_never_inflated(cluster: Running) -> None:
    agent = cluster.agent()
    bomb = gzip.compress(bytes(64 * INFLATED_BYTES))
    assert len(bomb) < WIRE_BYTES
    reply = post(cluster.port, agent.path(), bomb, Content_Encoding="gzip")
    expect(reply, ProblemType.TOO_LARGE)


@pytest.mark.parametrize("damage", ["plain", "cut", "trailing", "two", "zlib"])
def test_a_good_statement_in_broken_gzip_is_malformed(cluster: Running, damage: str) -> None:
    agent = cluster.agent()
    signed = agent.prepare()
    packed = gzip.compress(signed)
    broken = {
        "plain": signed,
        "cut": packed[:-3],
        "trailing": packed + b"more",
        "two": packed + packed,
        "zlib": zlib.compress(signed),
    }
    expect(post(cluster.port, agent.path(), broken[damage], Content_Encoding="gzip"), ProblemType.MALFORMED)
    assert post(cluster.port, agent.path(), packed, Content_Encoding="gzip").status == 201


@pytest.mark.parametrize("header", [{"Content_Type": "application/json"}, {"Content_Encoding": "br"}])
def test_other_media_types_and_encodings(cluster: Running, header: dict[str, str]) -> None:
    agent = cluster.agent()
    expect(post(cluster.port, agent.path(), agent.prepare(), **header), ProblemType.UNSUPPORTED_MEDIA)


def test_schema_names_the_member_and_the_row_is_not_entered(cluster: Running) -> None:
    agent = cluster.agent()
    members = canonical.decode(agent.statement().encode())
    members["predicate"]["hostname"] = "a host"
    reply = agent.send(envelope.sign(canonical.encode(members), [agent.key]))
    assert expect(reply, ProblemType.SCHEMA)["pointer"] == "/predicate/hostname"
    assert b"a host" not in reply.body
    assert agent.send(agent.prepare()).status == 201


def test_a_pack_or_a_check_the_cluster_does_not_know(cluster: Running) -> None:
    agent = cluster.agent()
    bundle = statement.Bundle(PACK.name, PACK.version, "cd" * 32)
    reply = agent.send(envelope.sign(agent.statement(bundle=bundle).encode(), [agent.key]))
    assert expect(reply, ProblemType.SCHEMA)["pointer"] == "/predicate/bundle/digest"
    strange = agent.statement(verdicts={CHECKS[0]: PASSED, "made-up": PASSED}, overlays={})
    reply = agent.send(envelope.sign(strange.encode(), [agent.key]))
    assert expect(reply, ProblemType.SCHEMA)["pointer"] == "/predicate/outcomes/made-up"


# --- clocks -----------------------------------------------------------------------------------------------------------


def test_a_wrong_clock_is_flagged_and_refuses_nothing(cluster: Running) -> None:
    """A day and more off is shown to the manager until a statement comes in time; less is nobody's business."""
    firm = cluster.firm("Late Ltd")
    agent, now = cluster.agent(firm), statement.minute(datetime.now(UTC))

    def told(**skew: int) -> tuple[int, bool]:
        at = now + timedelta(**skew)
        run = statement.Run(str(uuid.uuid4()), at, at, statement.Trigger.SCHEDULE)
        status = agent.send(agent.prepare(run=run)).status
        lines = "\n".join(overview(cluster.config.database_url, cluster.config.cluster, with_agents=True))
        (line,) = (line for line in lines.splitlines() if agent.id in line)
        return status, "clock is wrong" in line

    skews = ({}, {"hours": 25}, {"hours": 23}, {"hours": -25}, {"hours": -23}, {"days": -9_000}, {})
    assert [told(**skew) for skew in skews] == [
        (201, False), (201, True), (201, False), (201, True), (201, False), (201, True), (201, False),
    ]  # fmt: skip
