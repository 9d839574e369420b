"""Migrations land whole or not at all, and the tables are those the program describes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from aggregating import empty_url
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect

from aggregator.database import versions
from aggregator.database.engine import connect, outside, reading, writing
from aggregator.database.schema import firm, metadata
from shieldwall.errors import ConfigError

HALF_WAY = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade():
    with op.batch_alter_table("firm") as batch:
        batch.add_column(sa.Column("motto", sa.Text()))
    op.create_table("half", sa.Column("done", sa.Integer()))
    op.execute("INSERT INTO half VALUES (1)")
    {end}
"""


@pytest.fixture
def engine(either_database: str, tmp_path: Path) -> Iterator[Engine]:
    made = connect(empty_url(tmp_path))
    yield made
    made.dispose()


def write_migration(folder: Path, end: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "v9999_half.py").write_text(HALF_WAY.format(before=versions.newest(), end=end))
    return folder


def test_the_shipped_migrations_make_the_described_tables(engine: Engine) -> None:
    assert versions.current(engine) == ""
    with pytest.raises(ConfigError, match="init --upgrade"):
        versions.check(engine)
    assert versions.upgrade(engine) == versions.newest()
    versions.check(engine)
    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert versions.upgrade(engine) == versions.newest(), "again changes nothing"


def test_every_table_leads_with_the_cluster(engine: Engine) -> None:
    """Keys, indexes and references, as the database itself tells them: nothing spans two shards."""
    versions.upgrade(engine)
    looking = inspect(engine)
    tables = set(looking.get_table_names()) - {"alembic_version"}
    assert tables == {table.name for table in metadata.tables.values()}
    for name in tables:
        leads = [looking.get_pk_constraint(name)["constrained_columns"]]
        leads += [each["column_names"] for each in (*looking.get_indexes(name), *looking.get_unique_constraints(name))]
        for key in looking.get_foreign_keys(name):
            leads += [key["constrained_columns"], key["referred_columns"]]
        assert {columns[0] for columns in leads} == {"cluster"}, name
        assert looking.get_columns(name)[0]["name"] == "cluster", name


def test_a_migration_that_fails_half_way_leaves_the_old_version(engine: Engine, tmp_path: Path) -> None:
    versions.upgrade(engine)
    with writing(engine) as connection:
        connection.execute(
            firm.insert().values(
                cluster="c", firm="f", name="Miller Ltd", sector="metal", size_band="1-9", status="member", joined_at=1
            )
        )
    more = write_migration(tmp_path / "more", "raise RuntimeError('the power failed')")
    with pytest.raises(RuntimeError, match="power"):
        versions.upgrade(engine, more=[more])
    assert versions.current(engine) == versions.newest()
    looking = inspect(engine)
    assert "half" not in looking.get_table_names()
    assert "motto" not in {column["name"] for column in looking.get_columns("firm")}
    write_migration(tmp_path / "more", "pass")
    assert versions.upgrade(engine, more=[more]) == "9999"
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT name, motto FROM firm").all() == [("Miller Ltd", None)]
        assert connection.exec_driver_sql("SELECT done FROM half").all() == [(1,)]


def test_a_connection_is_durable_and_strict(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    with outside(engine) as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_reading_sees_one_moment_and_blocks_nobody(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INTEGER)")
    with reading(engine) as before:
        assert before.exec_driver_sql("SELECT count(*) FROM t").scalar() == 0
        with writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO t VALUES (1)")
        assert before.exec_driver_sql("SELECT count(*) FROM t").scalar() == 0


def test_a_transaction_that_fails_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INTEGER)")
        raise ZeroDivisionError
    assert not inspect(engine).get_table_names()


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "sqlite+strange:///x", "oracle://x"])
def test_another_database_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ConfigError, match="sqlite"):
        connect(url)


def test_a_bare_postgresql_url_takes_the_driver_we_ship() -> None:
    assert connect("postgresql://cluster@localhost/ledger").dialect.driver == "psycopg"
