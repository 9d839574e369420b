"""Somebody takes the disk of a PostgreSQL server after a freeze: what stands there, and what it is worth."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path

import postgresql
import pytest
from aggregating import Running, fresh, running
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from aggregator.database.backup import backup
from aggregator.database.engine import outside, reading
from aggregator.database.schema import host_period, statement
from aggregator.ledger import freeze, rows
from aggregator.ledger.packing import unsqueeze
from aggregator.ledger.seal import NONCE_BYTES, KeyRing, Seal

AUTUMN = 1_790_000_000
"""In 2026-Q3."""


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    # A server of its own: its whole folder is read, and others' databases would only be in the way.
    with postgresql.serving() as url:
        monkeypatch.setenv(postgresql.NAME, url)
        with running(fresh(tmp_path / "data"), clock=lambda: float(AUTUMN)) as cluster:
            yield cluster
            cluster.service.engine.dispose()


def disk(live: Running) -> dict[str, bytes]:
    """Every file of the server's data folder after a checkpoint, by its path within."""
    with outside(live.service.engine) as connection:
        connection.exec_driver_sql("SELECT pg_switch_wal()")
        connection.exec_driver_sql("CHECKPOINT")
        top = Path(str(connection.exec_driver_sql("SELECT current_setting('data_directory')").scalar()))
    found = {}
    for file in sorted(top.rglob("*")):
        if file.is_file():
            found[str(file.relative_to(top))] = file.read_bytes()
    return found


def holding(files: Mapping[str, bytes], *marks: bytes) -> set[str]:
    """First folder of the files that hold any of the marks."""
    return {name.partition("/")[0] for name, data in files.items() if any(mark in data for mark in marks)}


def told(key: bytes) -> tuple[bytes, ...]:
    """A key as it might be written down."""
    return key, key.hex().encode(), base64.b64encode(key).rstrip(b"=")


def test_of_a_frozen_period_a_servers_disk_holds_ciphertext_at_most_and_the_key_is_nowhere(
    live: Running, tmp_path: Path
) -> None:
    agent = live.agent()
    for _ in range(5):
        assert agent.send(agent.prepare()).status == 201
    copy = backup(live.config, tmp_path / "copies", AUTUMN)
    key = (live.config.period_keys / "2026-Q3.key").read_bytes()
    seal = Seal(ChaCha20Poly1305(key))
    with outside(live.service.engine) as connection:
        # What autovacuum does sooner or later: statistics keep samples of columns, and survive the rows.
        connection.exec_driver_sql("ANALYZE")
    with reading(live.service.engine) as connection:
        sealed = [bytes(row.sealed) for table in (statement, host_period) for row in connection.execute(table.select())]
        plain = [
            unsqueeze(row.squeezed) for row in rows.read_statements(connection, seal, live.config.cluster, "2026-Q3")
        ]
        outcomes = [host.outcomes for firm in rows.read_firms(connection, seal, live.config.cluster, "2026-Q3")
                    for host in firm.hosts]  # fmt: skip
    starts = [blob[NONCE_BYTES : NONCE_BYTES + 24] for blob in sealed]
    words = [envelope[64:112] for envelope in plain] + [bits[:24] for bits in outcomes]
    assert len(sealed) == 6 and len(words) == 6 and min(map(len, words)) >= 24
    before = disk(live)
    assert {"base", "pg_wal"} <= holding(before, *starts), "the search finds what is there"
    assert not holding(before, *words), "even while the period is open nothing is readable"

    freeze.freeze(live.service.engine, KeyRing(live.config.period_keys), live.config.cluster, "2026-Q3", AUTUMN,
                  lambda connection, handed: b"sums")  # fmt: skip

    after = disk(live)
    assert not holding(after, *words) and not holding(before, *told(key)) and not holding(after, *told(key))
    left = {name for name, data in after.items() if any(start in data for start in starts)}
    # The write-ahead log keeps ciphertext until its segments are written over; docs/disclosure.md says so.
    assert left and all(name.startswith("pg_wal/") for name in left), left
    everywhere = [*after.values(), *(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())]
    assert not any(each in data for each in told(key) for data in everywhere)
    assert any(start in copy.read_bytes() for start in starts), "an older backup holds ciphertext too"
    for other in KeyRing(live.config.period_keys).periods():
        with pytest.raises(InvalidTag):
            cipher = ChaCha20Poly1305((live.config.period_keys / f"{other}.key").read_bytes())
            cipher.decrypt(sealed[0][:NONCE_BYTES], sealed[0][NONCE_BYTES:], b"")
