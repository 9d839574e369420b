"""Every row of the protocol's error table, from the real server over a real socket."""

from __future__ import annotations

import gzip
import secrets
import socket
import time
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aggregating import CHECKS, PACK, Agent, Reply, Running, ask, enrol_raw, fresh, join, receipt, running
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aggregator.database import log
from aggregator.database.engine import reading, writing
from aggregator.members.enrol import approve, dismiss, uninvite
from aggregator.members.overview import overview
from shieldwall.checks.outcome import PASSED
from shieldwall.encoding import canonical, envelope
from shieldwall.encoding.envelope import MEDIA_TYPE
from shieldwall.limits import INFLATED_BYTES, INVITATION_HOURS, WIRE_BYTES
from shieldwall.log.receipt import Kind
from shieldwall.membership import enrolment
from shieldwall.messages import statement
from shieldwall.messages.problem import MEANINGS, ProblemType, parse_problem


@pytest.fixture(scope="module")
def cluster(either_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(fresh(tmp_path_factory.mktemp("cluster") / "data"), body_seconds=0.5) as live:
        yield live


def expect(reply: Reply, kind: ProblemType) -> dict[str, object]:
    assert reply.problem == kind, reply
    assert reply.status == MEANINGS[kind].status
    assert reply.headers["content-type"] == "application/problem+json"
    parse_problem(reply.body)
    members: dict[str, object] = canonical.decode(reply.body)
    assert members.get("retry") == MEANINGS[kind].retry
    return members


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


# --- 404, 429, 503 ----------------------------------------------------------------------------------------------------


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


# --- enrolment --------------------------------------------------------------------------------------------------------


def test_the_same_question_gets_the_same_answer(cluster: Running) -> None:
    (invitation,) = cluster.invite(cluster.firm("Twice Ltd"))
    key = Ed25519PrivateKey.generate()
    asked = enrolment.request(invitation, key, secrets.token_bytes(32))
    first = enrol_raw(cluster.port, asked)
    cluster.agent()
    again = enrol_raw(cluster.port, asked)
    assert first.status == again.status == 201
    assert first.body == again.body
    fresh_nonce = enrol_raw(cluster.port, enrolment.request(invitation, key, secrets.token_bytes(32)))
    one, two = enrolment.parse_answer(first.body), enrolment.parse_answer(fresh_nonce.body)
    assert (one.agent, one.head) == (two.agent, two.head)


def test_a_used_invitation_with_another_key_raises_an_alarm(cluster: Running) -> None:
    from aggregator.members import invitations

    firm = cluster.firm("Robbed Ltd")
    (invitation,) = cluster.invite(firm)
    join(cluster.port, invitation)
    thief = enrolment.request(invitation, Ed25519PrivateKey.generate(), secrets.token_bytes(32))
    expect(enrol_raw(cluster.port, thief), ProblemType.TOKEN_ALREADY_BOUND)
    with reading(cluster.service.engine) as connection:
        (stored,) = invitations.of_firm(connection, cluster.config.cluster, firm.id)
    assert stored.alarms == 1
    told = list(overview(cluster.config.database_url, cluster.config.cluster, with_agents=False))
    (line,) = (line for line in told if "Robbed Ltd" in line)
    assert f"ALARM: an invitation was tried 1 times with another key, last {datetime.now(UTC):%Y-%m-%d}" in line


def test_an_unknown_invitation_and_a_wrong_secret_look_alike(cluster: Running) -> None:
    (invitation,) = cluster.invite(cluster.firm("Guessed Ltd"))
    key = Ed25519PrivateKey.generate()
    wrong = (replace(invitation, secret=bytes(32)), replace(invitation, id=bytes(10)))
    replies = [enrol_raw(cluster.port, enrolment.request(item, key, bytes(32))) for item in wrong]
    for reply in replies:
        expect(reply, ProblemType.UNKNOWN_INVITATION)
    assert replies[0].body == replies[1].body
    asked = enrolment.request(invitation, key, bytes(32))
    unpossessed = replace(asked, pop=Ed25519PrivateKey.generate().sign(b""))
    expect(enrol_raw(cluster.port, unpossessed), ProblemType.UNKNOWN_INVITATION)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"nonsense"])
def test_enrolment_of_nonsense(cluster: Running, body: bytes) -> None:
    reply = ask(cluster.port, "POST", "/v1/enroll", body, {"Content-Type": "application/json"})
    assert reply.problem in (ProblemType.SCHEMA, ProblemType.MALFORMED)


def test_an_invitation_expires(tmp_path: Path) -> None:
    now = [1_790_000_000.0]
    with running(fresh(tmp_path / "data"), clock=lambda: now[0]) as live:
        early, late = live.invite(live.firm(), count=2)
        now[0] += INVITATION_HOURS * 3600 - 1
        join(live.port, early)
        now[0] += 1
        asked = enrolment.request(late, Ed25519PrivateKey.generate(), secrets.token_bytes(32))
        expect(enrol_raw(live.port, asked), ProblemType.INVITATION_EXPIRED)


def test_an_invitation_that_ended_looks_alike_whatever_ended_it_and_unknown_without_its_secret(tmp_path: Path) -> None:
    now = [1_790_000_000.0]
    with running(fresh(tmp_path / "data"), clock=lambda: now[0]) as live:
        engine, config = live.service.engine, live.config
        withdrawing, leaving, waiting = (live.firm(name) for name in ("Withdrawn Ltd", "Left Ltd", "Late Ltd"))
        ended = [live.invite(firm)[0] for firm in (withdrawing, leaving, waiting)]
        uninvite(engine, config.cluster, withdrawing.id, int(now[0]))
        dismiss(engine, config.cluster, config.origin, leaving.id, int(now[0]))
        now[0] += INVITATION_HOURS * 3600
        key = Ed25519PrivateKey.generate()
        told = [enrol_raw(live.port, enrolment.request(one, key, bytes(32))) for one in ended]
        assert {reply.body for reply in told} == {told[0].body}
        expect(told[0], ProblemType.INVITATION_EXPIRED)
        for one in ended:
            guessed = enrolment.request(replace(one, secret=bytes(32)), key, bytes(32))
            expect(enrol_raw(live.port, guessed), ProblemType.UNKNOWN_INVITATION)


def test_with_approval_an_agent_waits_and_then_speaks(tmp_path: Path) -> None:
    with running(fresh(tmp_path / "data", approval=True)) as live:
        (invitation,) = live.invite(live.firm())
        key = Ed25519PrivateKey.generate()
        asked = enrolment.request(invitation, key, secrets.token_bytes(32))
        reply = enrol_raw(live.port, asked)
        assert reply.status == 202
        assert int(reply.headers["retry-after"]) > 0
        answer = enrolment.parse_answer(reply.body)
        agent = Agent(live.port, key, answer.agent, answer.aud, answer.epoch, answer.head)
        expect(agent.send(agent.prepare()), ProblemType.AGENT_PENDING)
        approve(live.service.engine, live.config.cluster, agent.id)
        assert enrol_raw(live.port, asked).status == 201
        agent.seq, agent.prev = 0, answer.head
        assert agent.send(agent.prepare()).status == 201


def test_a_slot_invitation_replaces_the_old_agent(cluster: Running) -> None:
    from aggregator.database import agents

    firm = cluster.firm("Restored Ltd")
    old = cluster.agent(firm)
    assert old.send(old.prepare()).status == 201
    with reading(cluster.service.engine) as connection:
        slot = agents.of_firm(connection, cluster.config.cluster, firm.id)[0].slot
    (invitation,) = cluster.invite(firm, slot=slot)
    assert old.send(old.prepare()).status == 201, "the old agent speaks until the new one is there"
    new = join(cluster.port, invitation)
    assert new.epoch == 2
    expect(old.send(old.prepare()), ProblemType.AGENT_REVOKED)
    assert new.send(new.prepare()).status == 201


# --- leaving ----------------------------------------------------------------------------------------------------------


def test_leaving_ends_the_agent_and_its_rows_and_may_be_repeated(cluster: Running) -> None:
    from aggregator.database.schema import host_period
    from aggregator.database.schema import statement as statements

    firm = cluster.firm("Goodbye Ltd")
    agent = cluster.agent(firm)
    assert agent.send(agent.prepare()).status == 201
    farewell = agent.leave()
    first, again = agent.send(farewell, leaf="leave"), agent.send(farewell, leaf="leave")
    assert (first.status, again.status) == (201, 200)
    assert receipt(cluster, first, farewell).index == receipt(cluster, again, farewell).index
    expect(agent.send(agent.prepare()), ProblemType.AGENT_REVOKED)
    expect(agent.send(agent.leave(), leaf="leave"), ProblemType.AGENT_REVOKED)
    with reading(cluster.service.engine) as connection:
        for table in (host_period, statements):
            assert not connection.execute(table.select().where(table.c.firm == firm.id)).all()


def test_a_statement_is_no_farewell_and_the_other_way_round(cluster: Running) -> None:
    agent = cluster.agent()
    expect(agent.send(agent.leave()), ProblemType.UNSUPPORTED_MEDIA)
    expect(agent.send(agent.prepare(), leaf="leave"), ProblemType.UNSUPPORTED_MEDIA)
