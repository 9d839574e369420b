"""The one door without an invitation: a new server lets in whom its list names and the old log's receipt proves."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aggregating import Agent, Reply, Running, ask, empty_database, running
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aggregator.config import new, succeeding
from aggregator.database import found
from aggregator.members.enrol import dismiss
from aggregator.members.readmission import SCHEMA, FirmEntry, HostEntry, Members, expect
from shieldwall.encoding import canonical, record
from shieldwall.encoding.envelope import raw_public
from shieldwall.log import checkpoint, merkle
from shieldwall.log.receipt import Kind, Receipt, format_proof, leaf_hash, verify_receipt
from shieldwall.membership import enrolment, readmission
from shieldwall.membership.enrolment import KeyChange, KeyEvent
from shieldwall.messages.problem import ProblemType

AUD = "127.0.0.1:8440/valley-metal/log1"
LOST_LOG, OTHER_LOG, KEY, OLDER, THIEF = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in range(1, 6))
NOW = 1_800_000_000
HOSTS = {name: f"agt_{name * 26}" for name in "ABCD"}
STRANGER = "agt_" + "Z" * 26


@pytest.fixture
def live(either_database: str, tmp_path: Path) -> Iterator[Running]:
    """A new server after a total loss; of each host of its list it knows that it was at epoch 2."""
    plain = new(tmp_path / "new", name="Valley Metal", url="http://127.0.0.1:8440", database=empty_database())
    config = succeeding(plain, checkpoint.vkey(AUD, LOST_LOG.public_key()), NOW)
    config = replace(config, statements_per_day=10**6, statement_burst=10**6)
    found.found(config)
    firm = FirmEntry("firm_1", "Miller Ltd", "metal", "10-49", "", 1)
    hosts = tuple(HostEntry(agent, firm.id, f"slot_{name}", 2) for name, agent in HOSTS.items())
    listed = canonical.encode(record.to_value(Members(SCHEMA, config.cluster, (firm,), hosts)))
    with running(config) as server:
        expect(server.service.engine, config, listed, NOW)
        yield server


def proof(
    agent: str, key: Ed25519PrivateKey, *, epoch: int = 2, log: Ed25519PrivateKey = LOST_LOG, kind: Kind = Kind.KEY,
    aud: str = AUD, change: KeyChange = KeyChange.ADD, holder: Ed25519PrivateKey | None = None,
) -> readmission.Readmission:  # fmt: skip
    """What a host shows: the lost log's receipt for its key, and that it holds the key."""
    event = KeyEvent(aud, agent, epoch, change, raw_public(key.public_key()))
    tree = merkle.Tree([leaf_hash(event.digest(), NOW, kind)])
    note = checkpoint.sign_checkpoint(checkpoint.Checkpoint(aud, 1, tree.root()), log)
    receipt = Receipt(0, NOW, event.digest(), kind, format_proof(0, [], note))
    nonce = secrets.token_bytes(enrolment.NONCE_BYTES)
    return readmission.ask(agent, event.encode(), receipt, holder or key, nonce)


def asks(live: Running, asked: readmission.Readmission) -> Reply:
    return ask(live.port, "POST", "/v1/readmit", asked.encode(), {"Content-Type": "application/json"})


def speaks(live: Running, agent: str, reply: Reply) -> Agent:
    """The host after it checked the answer; its next statement is taken."""
    assert reply.status == 201, reply
    got = readmission.parse_readmitted(reply.body)
    event = KeyEvent(live.config.origin, agent, got.epoch, KeyChange.ADD, raw_public(KEY.public_key()))
    verify_receipt(
        got.receipt, digest=event.digest(), origin=live.config.origin, log_key=live.service.notary.key.public_key()
    )
    host = Agent(live.port, KEY, agent, live.config.origin, got.epoch, got.head)
    assert host.send(host.prepare()).status == 201
    return host


def test_whoever_proves_nothing_is_told_nothing_and_locks_nobody_out(live: Running) -> None:
    mine, others = HOSTS["A"], HOSTS["B"]
    true = proof(mine, KEY)
    forged = [
        proof(mine, THIEF, log=OTHER_LOG), proof(mine, THIEF, log=THIEF), proof(mine, KEY, holder=THIEF),
        proof(mine, KEY, kind=Kind.STATEMENT), proof(mine, KEY, aud="elsewhere.example/c/log1"),
        proof(mine, KEY, aud=live.config.origin), proof(mine, KEY, change=KeyChange.REVOKE),
        replace(proof(others, KEY), agent=mine), replace(true, pop=proof(mine, KEY).pop),
        replace(true, event=proof(mine, THIEF).event), replace(true, receipt=replace(true.receipt, received=NOW + 1)),
        proof(STRANGER, THIEF, log=OTHER_LOG), replace(proof(others, THIEF), agent=STRANGER),
    ]  # fmt: skip
    replies = [asks(live, one) for one in forged]
    assert {reply.problem for reply in replies} == {ProblemType.BAD_SIGNATURE}
    assert len({reply.body for reply in replies}) == 1, "whether a host is on the list is not told"
    speaks(live, mine, asks(live, true))


def test_the_same_question_gets_the_same_answer_and_another_key_none(live: Running) -> None:
    mine = HOSTS["C"]
    first, again = (asks(live, proof(mine, KEY)) for _ in range(2))
    one, two = (readmission.parse_readmitted(reply.body) for reply in (first, again))
    assert (first.status, again.status, one.epoch) == (201, 201, 3)
    assert (one.epoch, one.receipt.index, one.head) == (two.epoch, two.receipt.index, two.head)
    speaks(live, mine, again)
    assert asks(live, proof(mine, OLDER)).problem == ProblemType.TOKEN_ALREADY_BOUND
    assert asks(live, proof(mine, OLDER, epoch=9)).problem == ProblemType.TOKEN_ALREADY_BOUND


def test_a_key_replaced_before_the_list_was_made_and_a_host_not_on_it(live: Running) -> None:
    assert asks(live, proof(HOSTS["D"], OLDER, epoch=1)).problem == ProblemType.STALE_EPOCH
    assert asks(live, proof(STRANGER, KEY)).problem == ProblemType.UNKNOWN_AGENT
    host = speaks(live, HOSTS["D"], asks(live, proof(HOSTS["D"], KEY)))
    assert host.epoch == 3
    config = live.config
    dismiss(live.service.engine, config.cluster, config.origin, host.id, NOW)
    assert asks(live, proof(host.id, KEY)).problem == ProblemType.AGENT_REVOKED
    assert host.send(host.prepare()).problem == ProblemType.AGENT_REVOKED
