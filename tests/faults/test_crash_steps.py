"""kill -9 at every step of found, freeze, publish, backup, restore and migrate, and of an agent that joins and submits.

Whatever the step, doing it again ends as if nothing had happened. SHIELDWALL_TEST_CRASHES says how many steps of each
are tried, evenly chosen; `make faults` tries them all.
"""

from __future__ import annotations

import os
import secrets
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

import doomed
import numpy as np
import pytest
import releasing
from aggregating import duplicate
from crashing import chosen, count, crashed
from revived import revived
from simulator import Cluster, served

from aggregator.config import Config, load
from aggregator.database import notary, versions
from aggregator.database.backup import backup, check
from aggregator.database.engine import connect, reading
from aggregator.database.schema import host_period
from aggregator.ledger import freeze, periods
from aggregator.ledger.periods import PeriodState
from aggregator.ledger.seal import KeyRing
from aggregator.ledger.verifying import Verified, verify
from shieldwall.encoding import canonical
from shieldwall.errors import ConfigError

CRASHES = int(os.environ.get("SHIELDWALL_TEST_CRASHES", "3"))
FIRMS = [f"Firm {number:02}" for number in range(14)]
PERIOD = "2026-Q1"


def everywhere(
    name: str, act: Callable[..., None], prepare: Callable[[], tuple[object, ...]], settle: Callable[..., None]
) -> None:
    """Crash `act` at its steps, each time on something fresh, and look at what is left with `settle`."""
    total = count(act, *prepare())
    assert total > 3, f"{name} left no trace"
    tried = chosen(total, CRASHES)
    for at in tried:
        arguments = prepare()
        crashed(act, *arguments, at=at)
        settle(*arguments)
    print(f"{name}: {len(tried)} of {total} steps")


def verified(config: Config) -> Verified:
    engine = connect(config.database_url)
    try:
        return verify(engine, config, notary.load(config), KeyRing(config.period_keys))
    finally:
        engine.dispose()


def test_founding(tmp_path: Path) -> None:
    def settle(folder: Path) -> None:
        if not (folder / "aggregator.yaml").exists():
            doomed.found_cluster(folder)
        assert verified(load(folder)).leaves == 0

    everywhere("found", doomed.found_cluster, lambda: (tmp_path / secrets.token_hex(4),), settle)


@pytest.fixture
def filled(either_database: str, tmp_path: Path) -> Config:
    """A cluster with a period to freeze. On no connection any more, so that it can be duplicated."""
    made = releasing.cluster(tmp_path / "filled")
    for name in FIRMS:
        made.join(name)
    hosts = releasing.random_hosts(np.random.default_rng(1), FIRMS, len(made.pack.order))
    assert made.send(hosts) == PERIOD
    made.engine.dispose()
    return made.config


def test_freezing(filled: Config, tmp_path: Path) -> None:
    freezing(filled, PERIOD, tmp_path)


def test_freezing_after_a_search(either_database: str, tmp_path: Path) -> None:
    made, period = releasing.search_ahead(tmp_path / "searched")
    made.engine.dispose()
    freezing(made.config, period, tmp_path)


def freezing(open_one: Config, name: str, tmp_path: Path) -> None:
    whole = duplicate(open_one, tmp_path / "whole")
    doomed.freeze_period(whole, name)
    doomed.publish_release(whole, name)
    wanted = released(whole, name)

    def settle(config: Config, period: str) -> None:
        engine, ring = connect(config.database_url), KeyRing(config.period_keys)
        freeze.finish(engine, ring, config.cluster)
        with reading(engine) as connection:
            state = periods.find(connection, config.cluster, period).state
            left = len(connection.execute(host_period.select()).all())
        engine.dispose()
        frozen = state is PeriodState.FROZEN
        assert ring.exists(period) is not frozen, "a key lives exactly as long as its period is open"
        assert (left == 0) is frozen, "all rows or none"
        if not frozen:
            doomed.freeze_period(config, period)
        doomed.publish_release(config, period)
        assert released(config, name) == wanted

    everywhere(
        f"freeze {name}",
        doomed.freeze_period,
        lambda: (duplicate(open_one, tmp_path / secrets.token_hex(4)), name),
        settle,
    )


def released(config: Config, name: str) -> object:
    document = canonical.decode((config.releases / name / "release.json").read_bytes())
    body = canonical.decode(canonical.unb64(document["payload"]))
    return body["checks"], body["themes"], body["cohort"]


def test_publishing(filled: Config, tmp_path: Path) -> None:
    doomed.freeze_period(filled, PERIOD)
    whole = duplicate(filled, tmp_path / "whole")
    doomed.publish_release(whole, PERIOD)
    wanted = files(whole)

    def settle(config: Config, period: str) -> None:
        if (served_now := files(config)) is not None:
            assert served_now == wanted, "what is served is whole"
        doomed.publish_release(config, period)
        assert files(config) == wanted
        assert not list((config.folder / "drafts").glob("*")), "nothing is left over"

    everywhere(
        "publish", doomed.publish_release, lambda: (duplicate(filled, tmp_path / secrets.token_hex(4)), PERIOD), settle
    )


def files(config: Config) -> dict[str, bytes] | None:
    folder = config.releases / PERIOD
    return {file.name: file.read_bytes() for file in folder.iterdir()} if folder.exists() else None


def test_backing_up(filled: Config, tmp_path: Path) -> None:
    def settle(config: Config, folder: Path) -> None:
        for copy in folder.glob("ledger-*.sqlite"):
            check(copy)
            copy.unlink()
        doomed.back_up(config, folder)
        (copy,) = folder.iterdir()
        check(copy)

    everywhere("backup", doomed.back_up, lambda: (filled, tmp_path / secrets.token_hex(4)), settle)


def test_restoring(filled: Config, tmp_path: Path) -> None:
    copy = backup(filled, tmp_path / "copies", releasing.FIRST)

    def settle(config: Config, copy: Path) -> None:
        assert verified(config).leaves > 0, "the old one or the new one, and whole"
        try:
            doomed.bring_back(config, copy)
        except ConfigError as error:
            assert "earlier restore" in str(error), "it had happened"
        assert verified(config).leaves > 0

    everywhere("restore", doomed.bring_back, lambda: (duplicate(filled, tmp_path / secrets.token_hex(4)), copy), settle)


def test_migrating(either_database: str, tmp_path: Path) -> None:
    old = revived("0001", either_database, tmp_path / "old")

    def settle(config: Config) -> None:
        engine = connect(config.database_url)
        assert versions.current(engine) in ("0001", versions.newest())
        engine.dispose()
        shutil.rmtree(config.folder / "backups", ignore_errors=True)
        doomed.update(config)
        assert verified(config).statements == 4

    everywhere("migrate", doomed.update, lambda: (duplicate(old, tmp_path / secrets.token_hex(4)),), settle)


def test_an_agent_that_joins(tmp_path: Path) -> None:
    with served(Cluster()) as (cluster, url):

        def prepare() -> tuple[object, ...]:
            return tmp_path / secrets.token_hex(4), cluster.invite(url).encode(), url

        def settle(home: Path, invitation: str, url: str) -> None:
            members = len(cluster.members)
            if not (home / "enrolment.json").exists():
                doomed.join_cluster(home, invitation, url)
                assert len(cluster.members) - members <= 1
            doomed.submit_runs(home, [str(uuid.uuid4())], url)
            assert [len(member.statements) for member in cluster.members.values()][-1] == 1

        everywhere("agent: join", doomed.join_cluster, prepare, settle)
        assert len(cluster.members) == len(cluster.invitations), "one agent an invitation"


def test_an_agent_that_submits(tmp_path: Path) -> None:
    with served(Cluster()) as (cluster, url):
        runs = [str(uuid.uuid4()) for _ in range(3)]

        def prepare() -> tuple[object, ...]:
            home = tmp_path / secrets.token_hex(4)
            doomed.join_cluster(home, cluster.invite(url).encode(), url)
            return home, runs, url

        def settle(home: Path, runs: list[str], url: str) -> None:
            for _ in range(3):
                doomed.submit_runs(home, runs, url)
            member = list(cluster.members.values())[-1]
            arrived = [canonical.decode(payload)["predicate"]["run"]["id"] for payload in member.statements]
            assert arrived == runs, "each once and in order"
            assert member.gaps == []

        everywhere("agent: submit", doomed.submit_runs, prepare, settle)
