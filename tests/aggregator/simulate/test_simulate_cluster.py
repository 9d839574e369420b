"""A simulated cluster against the real aggregator over real sockets."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aggregating import Running, fresh, running

from aggregator.cli import run
from aggregator.database.engine import reading, writing
from aggregator.ledger.packs import KnownPack, register
from aggregator.members import firms, invitations
from aggregator.members.overview import overview
from aggregator.release.question import units_of
from aggregator.simulate.chains import load
from aggregator.simulate.cluster import Place, simulate, statement
from aggregator.simulate.firms import Shape, invent
from shieldwall.encoding.envelope import raw_public
from shieldwall.errors import DeliveryError, IntegrityError, RefusedError
from shieldwall.messages.statement import Position, Seen, parse
from shieldwall.packs.pack import load_pack

PACK = load_pack()
NOW = datetime.now(UTC)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Running]:
    config = fresh(tmp_path / "data")
    with running(config) as live:
        with writing(live.service.engine) as connection:
            known = KnownPack(PACK.digest, PACK.name, PACK.version, PACK.order)
            register(connection, config.cluster, known)
        yield live


def url(cluster: Running) -> str:
    return f"http://127.0.0.1:{cluster.port}"


def admitted(cluster: Running, count: int, seed: int = 5):  # type: ignore[no-untyped-def]
    out = []
    for firm in invent(count, seed, shape=Shape(most_hosts=3)):
        ways = cluster.invite(cluster.firm(firm.name), len(firm.hosts))
        out += [Place(firm, number, way) for number, way in enumerate(ways)]
    return out


def test_every_host_is_heard(cluster: Running) -> None:
    where, seen = admitted(cluster, 6), []
    sent = simulate(url(cluster), where, PACK, 5, NOW, seen.append)
    assert [item.place for item in sent] == [item.place for item in seen] == list(where)
    assert len({item.agent for item in sent}) == len(where)
    assert len({item.receipt.index for item in sent}) == len(where)
    with reading(cluster.service.engine) as connection:
        assert len(firms.roster(connection, cluster.config.cluster)) == 6


def test_an_invitation_used_twice_ends_the_simulation(cluster: Running) -> None:
    where = admitted(cluster, 2)
    simulate(url(cluster), where, PACK, 5, NOW)
    with pytest.raises(RefusedError, match="used with another key"):
        simulate(url(cluster), where, PACK, 5, NOW)


def test_nobody_at_home(cluster: Running) -> None:
    with pytest.raises(DeliveryError, match="shieldwall-aggregator serve"):
        simulate("http://127.0.0.1:9", admitted(cluster, 1), PACK, 5, NOW)


def test_a_server_with_another_key_is_refused(cluster: Running, tmp_path: Path) -> None:
    where = admitted(cluster, 1)
    with running(fresh(tmp_path / "other")) as other:
        with writing(other.service.engine) as there, reading(cluster.service.engine) as here:
            member = firms.add(
                there, other.config.cluster, name="x", sector="food", size_band="1-9", linked_group=None, now=1
            )
            stored = invitations.by_id(here, cluster.config.cluster, where[0].way.id.hex())
            assert stored is not None
            made = invitations.invite(
                there, other.config.cluster, member, url=other.config.url, now=2_000_000_000, count=1,
                log_key=cluster.service.notary.key.public_key(),
            )  # fmt: skip
        misled = [Place(where[0].firm, 0, made[0])]
        with pytest.raises(IntegrityError, match="not the one this invitation names"):
            simulate(url(other), misled, PACK, 5, NOW)


def test_statements_hang_on_the_seed_only(cluster: Running) -> None:
    (place, *_) = admitted(cluster, 1)
    at, seen = Position("c.example/c/log1", "agt_" + "0" * 26, 1, 1, "0" * 64), Seen(1, "0" * 64)
    one, two = (statement(place, PACK, PACK.all_checks(), 5, NOW, at, seen) for _ in range(2))
    assert (one.verdicts, one.overlays, one.asset) == (two.verdicts, two.overlays, two.asset)
    assert one.run.id != two.run.id
    assert one.commitment != two.commitment
    assert parse(one.encode()) == one
    assert raw_public(cluster.service.notary.key.public_key())


def test_as_typed(cluster: Running, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(cluster.config.folder)
    assert run(["--data", data, "simulate", "--firms", "4", "--most-hosts", "2", "--url", url(cluster)]) == 0
    assert re.match(r"4 invented firms, [4-8] hosts enrolled, [4-8] heard", capsys.readouterr().out)
    assert run(["--data", data, "simulate", "--firms", "1", "--url", url(cluster)]) == 0
    names = [
        line.split("\t")[1] for line in overview(cluster.config.database_url, cluster.config.cluster, with_agents=False)
    ]
    assert sorted(name for name in names if name.startswith("firm-")) == [f"firm-{n:02}" for n in range(1, 6)]


def test_a_second_period_with_a_provider_a_holding_and_a_giant(
    cluster: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--data", str(cluster.config.folder), "simulate", "--most-hosts", "1", "--url", url(cluster)]
    shape = ["--holding", "2", "--provider", "6", "--giant", "12", "--sectors", "metal=1"]
    assert run([*words, "--firms", "9", *shape]) == 0
    assert "9 invented firms, 20 hosts enrolled, 20 heard" in capsys.readouterr().out
    with reading(cluster.service.engine) as connection:
        groups = firms.linked_groups(connection, cluster.config.cluster)
        units = units_of(firms.roster(connection, cluster.config.cluster))
    assert {word: len(ids) for word, ids in groups.items()} == {"holding-invented": 2, "it-invented": 6}
    assert len(units) == 8 and {unit.sector for unit in units} == {"metal"}
    assert run([*words, "--firms", "2", "--again", "--leave", "3"]) == 0
    # Six stay with the agents they have, the giant with its twelve hosts; two come anew.
    assert "8 invented firms, 2 hosts enrolled, 19 heard" in capsys.readouterr().out
    with reading(cluster.service.engine) as connection:
        assert len(firms.roster(connection, cluster.config.cluster)) == 8
        stay = {firm.id for firm in firms.roster(connection, cluster.config.cluster)}
    chains = [each for each in load(cluster.config.folder) if each.firm in stay]
    assert sorted(each.position.seq for each in chains) == [2, 2] + [3] * 17
    assert (cluster.config.folder / "simulated-agents.json").stat().st_mode & 0o777 == 0o600
    assert run([*words, "--sectors", "metal"]) == 2


def test_invented_results_stay_out_of_a_real_cluster(cluster: Running, capsys: pytest.CaptureFixture[str]) -> None:
    cluster.firm("Miller Ltd")
    words = ["--data", str(cluster.config.folder), "simulate", "--firms", "1", "--url", url(cluster)]
    assert run(words) == 2
    assert "real members" in capsys.readouterr().err
    assert run([*words, "--beside-members"]) == 0


def test_without_a_server_nothing_is_admitted(cluster: Running, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--data", str(cluster.config.folder), "simulate", "--url", "http://127.0.0.1:9"]) == 4
    assert "serve" in capsys.readouterr().err
    with reading(cluster.service.engine) as connection:
        assert firms.roster(connection, cluster.config.cluster) == ()
