"""A server that is gone for good, and one that moved: from a stick and a list to every host's next statement."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from aggregating import Running, empty_database, fresh, running
from delivering import say
from joined import draft
from office import Office, enrolled, here, updates
from rotating import rotated
from trusting import TRUST

from agent.delivery.outbox import SCHEMA, Outbox
from agent.home.config import Home
from agent.home.identity import load_identity, read_enrolment, read_machine
from agent.home.store import opened
from agent.membership.move import moved, succeeded
from aggregator.cli import run as manage
from aggregator.config import load, new, succeeding
from aggregator.database import agents, found
from aggregator.database.engine import reading
from shieldwall.errors import ConfigError, IntegrityError, RefusedError
from shieldwall.log.checkpoint import vkey
from shieldwall.membership.trust import LogKey


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path / "office")
    made.keys()
    return made


def said(home: Home, live: Running, count: int = 1) -> None:
    done = say(home, live, count, read_machine(home))
    assert done.failure is None, done.failure


def stands(live: Running, home: Home) -> agents.Agent:
    at_ = read_enrolment(home)
    assert at_ is not None
    with reading(live.service.engine) as connection:
        agent = agents.by_id(connection, live.config.cluster, at_.agent)
    assert agent is not None
    return agent


def test_after_a_total_loss_every_host_of_the_list_comes_back(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two, stranger = (Home(tmp_path / name) for name in ("one", "two", "stranger"))
    config = fresh(tmp_path / "old")
    with running(config) as live:
        old = here(live)
        office.ceremony(old.config, "first")
        for home in (one, two):
            enrolled(old, home)
            assert updates(home, old) == 0
        assert manage(["--data", str(config.folder), "firm", "export", "--output", office.path("members")]) == 0
        enrolled(old, stranger)
        said(one, old, 2)
        said(two, old)
        rotated(two.path, old.port, read_machine(two))
        with opened(one, SCHEMA) as db:
            made = draft()
            unsent = Outbox(db, load_identity(one, read_machine(one))).place(made.run.id, made.at, 1_800_000_000)
        lost_key = old.service.notary.vkey
    shutil.rmtree(config.folder)

    plain = new(tmp_path / "new", name="Valley Metal", url="http://127.0.0.1:8440", database=empty_database())
    young = replace(succeeding(plain, lost_key, 1_800_000_000), statements_per_day=10**6, statement_burst=10**6)
    found.found(young)
    assert manage(["--data", str(young.folder), "firm", "import", office.path("members")]) == 0
    with running(young) as live:
        now = here(live)
        office.ceremony(now.config, "second", kept="first")
        before = {home.path: stands(now, home) for home in (one, two)}
        assert {agent.status for agent in before.values()} == {agents.AgentStatus.LOST}
        for home in (one, two):
            assert updates(home, now) == 0
            assert updates(home, now) == 0, "again changes nothing"
            said(home, now, 2)
        after = stands(now, one)
        assert (after.status, after.epoch, after.last_seq) == (agents.AgentStatus.ACTIVE, 2, 2)
        assert (after.firm, after.slot) == (before[one.path].firm, before[one.path].slot)
        assert stands(now, two).epoch == 3, "after its rotation it had epoch 2"
        with opened(one, SCHEMA) as db:
            row = db.execute("SELECT state, problem FROM outbox WHERE id = ?", (unsent.id,)).fetchone()
        assert tuple(row) == ("quarantined", "stale-epoch"), "kept, and never sent to a server that cannot take it"
        kept = read_enrolment(one)
        assert kept is not None
        assert (kept.aud, kept.url) == (young.origin, now.config.url)
        capsys.readouterr()
        assert updates(stranger, now) == 5, "a host that joined after the list was made needs an invitation"
        assert "join --replace" in capsys.readouterr().err
        assert load_identity(stranger, read_machine(stranger))


def test_a_new_address_is_followed(office: Office, tmp_path: Path) -> None:
    home, config = Home(tmp_path / "home"), fresh(tmp_path / "data")
    with running(config) as live:
        first = here(live)
        office.ceremony(first.config, "first")
        enrolled(first, home)
        assert updates(home, first) == 0
    with running(load(config.folder)) as live:
        second = here(live)
        office.ceremony(second.config, "second")
        assert updates(home, second) == 0
        at_ = read_enrolment(home)
        assert at_ is not None
        assert at_.url == second.config.url
        said(home, second)


def test_only_a_successor_of_the_known_log_is_followed(office: Office, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    home, config = Home(tmp_path / "home"), fresh(tmp_path / "data")
    with running(config) as live:
        office.ceremony(live.config, "first")
        enrolled(live, home)
        known = live.service.notary.vkey
    at_ = read_enrolment(home)
    assert at_ is not None
    other = Ed25519PrivateKey.generate().public_key()
    origin = config.origin.replace("log1", "log2")
    unrelated = replace(TRUST, origin=origin, logs=(LogKey(vkey(origin, other), 0, None),))
    with pytest.raises(IntegrityError, match="follows"):
        succeeded(at_, unrelated)
    assert succeeded(at_, replace(unrelated, logs=(*unrelated.logs, LogKey(known, 0, 5))))
    assert not succeeded(at_, replace(TRUST, origin=config.origin, logs=(LogKey(known, 0, None),)))
    with pytest.raises(RefusedError, match="upgrade"):
        moved(home, at_, replace(TRUST, protocols=(2, 3)))


def test_a_list_goes_into_its_own_empty_cluster_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config, out = fresh(tmp_path / "data"), tmp_path / "members"
    with running(config) as live:
        live.firm("Miller Ltd")
    assert manage(["--data", str(config.folder), "firm", "export", "--output", str(out)]) == 0
    assert manage(["--data", str(config.folder), "firm", "import", str(out)]) == 2
    assert "has members" in capsys.readouterr().err
    out.write_bytes(out.read_bytes().replace(b"valley-metal", b"other-metal"))
    assert manage(["--data", str(config.folder), "firm", "import", str(out)]) == 2
    out.write_bytes(b"{}")
    assert manage(["--data", str(config.folder), "firm", "import", str(out)]) == 2
    with pytest.raises(ConfigError, match="log key"):
        succeeding(config, "nonsense", 0)
