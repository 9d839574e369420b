"""What verify computes anew, and every way in which a database can differ from it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aggregating import fresh, running
from sqlalchemy import Connection, Engine

from aggregator.config import Config
from aggregator.database import notary
from aggregator.database.backup import backup
from aggregator.database.engine import connect, untouched, writing
from aggregator.database.schema import agent, host_period, log, log_leaf, log_node, statement
from aggregator.ledger.seal import KeyRing
from aggregator.ledger.verifying import Verified, verify, verify_within
from shieldwall.encoding import canonical, envelope
from shieldwall.errors import IntegrityError

NOW = 1_790_000_000


@pytest.fixture(scope="module")
def cluster(either_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Config, Engine]]:
    config = fresh(tmp_path_factory.mktemp("verified") / "data")
    with running(config, clock=lambda: float(NOW)) as live:
        firm = live.firm()
        for _ in range(3):
            one = live.agent(firm)
            for _ in range(4):
                assert one.send(one.prepare()).status == 201
    engine = connect(config.database_url)
    yield config, engine
    engine.dispose()


class Undone(Exception):
    """The harm is taken back."""


def verified(config: Config, engine: Engine, *, keys: bool = True) -> Verified:
    ring = KeyRing(config.period_keys if keys else config.folder)
    return verify(engine, config, notary.load(config), ring)


def test_a_whole_database_verifies_and_so_does_its_backup(cluster: tuple[Config, Engine], tmp_path: Path) -> None:
    config, engine = cluster
    found = verified(config, engine)
    assert (found.leaves, found.receipts, found.statements, found.unreadable) == (15, 15, 12, ())
    copy = backup(config, tmp_path, NOW)
    before = hashlib.sha256(copy.read_bytes()).digest()
    looked = untouched(copy)
    assert verified(config, looked) == found
    assert verified(config, looked, keys=False) == replace(found, statements=0, unreadable=("2026-Q3",))
    looked.dispose()
    assert hashlib.sha256(copy.read_bytes()).digest() == before
    assert list(tmp_path.glob("ledger-*")) == [copy]


def sealed_again(config: Config, connection: Connection, change: Callable[[bytes], bytes]) -> None:
    """The content of one row changed by somebody who holds the period's key."""
    seal = KeyRing(config.period_keys).seal("2026-Q3")
    row = connection.execute(statement.select().order_by(statement.c.log_index)).first()
    assert row is not None
    place = (config.cluster, "2026-Q3", "statement", row.digest)
    plain = zlib.decompress(seal.open(row.sealed, *place))
    new = seal.close(zlib.compress(change(plain)), *place)
    connection.execute(statement.update().where(statement.c.digest == row.digest).values(sealed=new))


def other_signature(plain: bytes) -> bytes:
    value = canonical.decode(plain)
    value["signatures"][0]["sig"] = canonical.b64(bytes(64))
    return canonical.encode(value)


def other_payload(plain: bytes) -> bytes:
    value = canonical.decode(plain)
    value["payload"] = canonical.b64(envelope.peek(plain).payload.replace(b'"pass"', b'"fail"', 1))
    return canonical.encode(value)


def frozen_with_its_key(config: Config, connection: Connection) -> None:
    for table in (statement, host_period):
        connection.execute(table.delete())
    connection.exec_driver_sql("UPDATE period SET state = 'frozen'")


Harm = Callable[[Config, Connection], object]
DAMAGE: dict[str, tuple[Harm, str]] = {
    "a time in the log": (lambda c, d: d.execute(log_leaf.update().where(log_leaf.c.log_index == 5).values(received_at=1)), "node"),
    "a leaf gone": (lambda c, d: d.execute(log_leaf.delete().where(log_leaf.c.log_index == 7)), "leaf 7 is missing"),
    "the last leaf gone": (lambda c, d: d.execute(log_leaf.delete().where(log_leaf.c.log_index == 14)), "14 are stored"),
    "a node changed": (lambda c, d: d.execute(log_node.update().where(log_node.c.level == 2, log_node.c.position == 1).values(hash=bytes(32))), "node 2/1"),
    "a node gone": (lambda c, d: d.execute(log_node.delete().where(log_node.c.level == 3)), "25 nodes"),
    "a size": (lambda c, d: d.execute(log.update().values(size=16)), "16 leaves"),
    "a row under another leaf": (lambda c, d: d.execute(statement.update().where(statement.c.log_index == 3).values(log_index=4)), "another digest"),
    "a row that was not sealed here": (lambda c, d: d.execute(host_period.update().values(sealed=bytes(60))), "does not open"),
    "an answer changed": (lambda c, d: sealed_again(c, d, other_payload), "another content"),
    "a signature changed": (lambda c, d: sealed_again(c, d, other_signature), "signature"),
    "an agent gone": (lambda c, d: d.execute(agent.delete()), "not there"),
    "a host of no statement": (lambda c, d: d.execute(host_period.update().values(log_index=0)), "no statement"),
    "a key event": (lambda c, d: d.exec_driver_sql("UPDATE key_event SET event = (SELECT hash FROM log_node WHERE level = 3)"), "change of the key"),
    "a period frozen in name only": (lambda c, d: d.exec_driver_sql("UPDATE period SET state = 'frozen'"), "still has rows or its key"),
    "a frozen period's key kept": (frozen_with_its_key, "still has rows or its key"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_named_with_what_mends_it(cluster: tuple[Config, Engine], damage: str) -> None:
    config, engine = cluster
    harm, named = DAMAGE[damage]

    with pytest.raises(Undone), writing(engine) as connection:
        harm(config, connection)
        # Looked at within the transaction that did the harm, which is then taken back.
        with pytest.raises(IntegrityError, match=named):
            verify_within(connection, config, notary.load(config), KeyRing(config.period_keys))
        raise Undone
    assert verified(config, engine).leaves == 15
