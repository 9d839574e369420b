"""A freeze keeps sums and nothing else, whoever looks and whenever the power fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from aggregating import CHECKS, PACK, Running, fresh, running
from sqlalchemy import Connection

from aggregator.database.engine import outside, reading, writing
from aggregator.database.schema import host_period, log_leaf
from aggregator.database.schema import statement as statements
from aggregator.ledger import freeze, periods, rows
from aggregator.ledger.freeze import OpenRows
from aggregator.ledger.packing import Bits, OverlayBits, unpack, unsqueeze
from aggregator.ledger.periods import PeriodState
from aggregator.ledger.seal import KeyRing
from shieldwall.checks.outcome import FAILED, PASSED
from shieldwall.errors import IntegrityError, UsageError
from shieldwall.messages.statement import AssetClass

pytestmark = pytest.mark.usefixtures("either_database")

AUTUMN = 1_790_000_000.0
"""In 2026-Q3."""


@pytest.fixture
def clock() -> list[float]:
    return [AUTUMN]


@pytest.fixture
def live(tmp_path: Path, clock: list[float]) -> Iterator[Running]:
    with running(fresh(tmp_path / "data"), clock=lambda: clock[0]) as cluster:
        yield cluster


def keep_nothing(connection: Connection, rows: OpenRows) -> bytes:
    return b"sums"


def freeze_now(live: Running, name: str, sum_up: freeze.SumUp = keep_nothing) -> periods.Period:
    ring = KeyRing(live.config.period_keys)
    return freeze.freeze(live.service.engine, ring, live.config.cluster, name, int(live.service.clock()), sum_up)


def files(live: Running) -> bytes:
    """Every byte the database keeps on its disk; a server's tables as it stores them."""
    if live.service.engine.dialect.name == "sqlite":
        return b"".join(file.read_bytes() for file in live.config.folder.glob("ledger.sqlite*"))
    with outside(live.service.engine) as connection:
        connection.exec_driver_sql("CHECKPOINT")
        paths = connection.exec_driver_sql(
            "SELECT current_setting('data_directory') || '/' || pg_relation_filepath(oid) FROM pg_class "
            "WHERE relkind IN ('r', 't', 'i') AND pg_relation_filepath(oid) IS NOT NULL AND oid > 16383"
        ).all()
    return b"".join(Path(path).read_bytes() for (path,) in paths)


def test_the_rows_a_freeze_hands_over(live: Running) -> None:
    firm = live.firm("Miller Ltd")
    one, two = live.agent(firm), live.agent(firm)
    other = live.agent(live.firm("Baker Ltd"))
    assert one.send(one.prepare()).status == 201
    newest = dict.fromkeys(CHECKS, PASSED) | {CHECKS[7]: FAILED}
    for agent in (one, two, other):
        assert agent.send(agent.prepare(verdicts=newest)).status == 201
    seen: list[OpenRows] = []

    def look(connection: Connection, rows: OpenRows) -> bytes:
        seen.append(rows)
        return b"sums"

    frozen = freeze_now(live, "2026-Q3", look)
    assert (frozen.state, frozen.document) == (PeriodState.FROZEN, b"sums")
    (handed,) = seen
    assert [len(item.hosts) for item in handed.firms if item.firm == firm.id] == [2]
    assert [item.firm for item in handed.firms] == sorted(item.firm for item in handed.firms)
    assert handed.packs[PACK.digest].checks == CHECKS
    assert (handed.log_size, len(handed.log_root)) == (7, 32)
    for item in handed.firms:
        for host in item.hosts:
            codes = unpack(host.outcomes, len(CHECKS))
            assert codes == [Bits.FAIL if check == CHECKS[7] else Bits.PASS for check in CHECKS]
            assert unpack(host.overlays, len(CHECKS))[1] == OverlayBits.WAIVED
            assert (host.kind, host.pack) == (AssetClass.SERVER, PACK.digest)


def test_after_a_freeze_no_row_no_key_and_no_byte_is_left(live: Running) -> None:
    agent = live.agent()
    for _ in range(5):
        assert agent.send(agent.prepare()).status == 201
    key = live.config.period_keys / "2026-Q3.key"
    secret = key.read_bytes()
    with reading(live.service.engine) as connection:
        sealed = [row.sealed for table in (statements, host_period) for row in connection.execute(table.select())]
        leaves = connection.execute(log_leaf.select()).all()
    assert len(sealed) == 6
    assert all(blob in files(live) for blob in sealed)
    freeze_now(live, "2026-Q3")
    assert not key.exists()
    left = files(live)
    assert secret not in left
    assert not any(blob[start : start + 24] in left for blob in sealed for start in range(0, len(blob) - 24, 64))
    with reading(live.service.engine) as connection:
        assert not connection.execute(statements.select()).all()
        assert not connection.execute(host_period.select()).all()
        assert connection.execute(log_leaf.select()).all() == leaves
    assert not any(secret in file.read_bytes() for file in live.config.folder.rglob("*") if file.is_file())


def test_what_was_sealed_is_not_readable_without_its_key_or_elsewhere(live: Running) -> None:
    agent = live.agent()
    assert agent.send(agent.prepare()).status == 201
    assert b'"outcomes"' not in files(live)
    ring = KeyRing(live.config.period_keys)
    seal = ring.seal("2026-Q3")
    with reading(live.service.engine) as connection:
        (kept,) = rows.read_statements(connection, seal, live.config.cluster, "2026-Q3")
        assert b'"signatures"' in unsqueeze(kept.squeezed)
    moved = seal.close(b"row", "c", "p", "host", "firm-a", "slot")
    with pytest.raises(IntegrityError, match="does not open"):
        seal.open(moved, "c", "p", "host", "firm-b", "slot")
    with pytest.raises(IntegrityError, match="does not open"):
        seal.open(moved, "c", "p", "host", "firm", "-aslot")


def test_a_statement_for_a_frozen_period_counts_in_the_next(live: Running, clock: list[float]) -> None:
    agent = live.agent()
    before = agent.prepare()
    assert agent.send(before).status == 201
    freeze_now(live, "2026-Q3")
    assert agent.send(before).status == 200, "its leaf still proves it"
    assert agent.send(agent.prepare()).status == 201
    with reading(live.service.engine) as connection:
        assert [(p.name, p.state) for p in periods.every(connection, live.config.cluster)] == [
            ("2026-Q3", PeriodState.FROZEN),
            ("2026-Q4", PeriodState.OPEN),
        ]
        assert [row.period for row in connection.execute(host_period.select())] == ["2026-Q4"]
    clock[0] += 200 * 86_400
    assert agent.send(agent.prepare()).status == 201
    with reading(live.service.engine) as connection:
        assert sorted(row.period for row in connection.execute(host_period.select())) == ["2026-Q4", "2027-Q2"]


def test_power_fails_between_the_commit_and_the_end_of_the_key(tmp_path: Path) -> None:
    config = fresh(tmp_path / "data")
    with running(config, clock=lambda: AUTUMN) as live:
        agent = live.agent()
        assert agent.send(agent.prepare()).status == 201
        with writing(live.service.engine) as connection:
            periods.mark_frozen(connection, config.cluster, "2026-Q3", int(AUTUMN), b"sums")
            rows.drop(connection, config.cluster, "2026-Q3")
    assert (config.period_keys / "2026-Q3.key").exists()
    with running(config, clock=lambda: AUTUMN):
        assert not (config.period_keys / "2026-Q3.key").exists()


def test_a_sum_that_fails_freezes_nothing(live: Running) -> None:
    agent = live.agent()
    assert agent.send(agent.prepare()).status == 201

    def broken(connection: Connection, rows: OpenRows) -> bytes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        freeze_now(live, "2026-Q3", broken)
    with reading(live.service.engine) as connection:
        assert periods.find(connection, live.config.cluster, "2026-Q3").state is PeriodState.OPEN
        assert len(connection.execute(host_period.select()).all()) == 1
    assert agent.send(agent.prepare()).status == 201


def test_a_freeze_in_the_wrong_order_or_twice_is_refused(live: Running, clock: list[float]) -> None:
    agent = live.agent()
    assert agent.send(agent.prepare()).status == 201
    clock[0] += 100 * 86_400
    assert agent.send(agent.prepare()).status == 201
    with pytest.raises(UsageError, match="2026-Q3 is still open"):
        freeze_now(live, "2026-Q4")
    freeze_now(live, "2026-Q3")
    with pytest.raises(UsageError, match="frozen already"):
        freeze_now(live, "2026-Q3")
    with pytest.raises(UsageError, match="no period"):
        freeze_now(live, "2031-Q1")


def test_a_lost_key_closes_its_period_instead_of_blocking_it(live: Running) -> None:
    agent = live.agent()
    assert agent.send(agent.prepare()).status == 201
    (live.config.period_keys / "2026-Q3.key").unlink()
    waiting = agent.prepare()
    assert agent.send(waiting).status == 503
    seen: list[OpenRows] = []
    freeze_now(live, "2026-Q3", lambda connection, rows: seen.append(rows) or b"")
    assert seen[0].firms == ()
    assert agent.send(waiting).status == 201
