"""What an agent believes of a repository: rolled back, frozen, mixed, short of signatures, it keeps what it had."""

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from agent_sample import check
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner
from trusting import DAY, START, Cluster, Mirror, bundle
from tuf.api.metadata import Metadata, Targets

from agent.home.config import Home
from agent.home.packs import offered, pack_in_use, take
from agent.membership.trust import Verified, has_anchor, refresh, set_anchor
from aggregator.trust import repository
from shieldwall.errors import DeliveryError, IntegrityError, PackError, UsageError
from shieldwall.packs.addition import TARGET as ADDITION
from shieldwall.packs.addition import Addition
from shieldwall.packs.library import read_yaml

NOW = int(START.timestamp())


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    made = Cluster(tmp_path / "cluster")
    made.publish(bundle())
    return made


@pytest.fixture
def home(tmp_path: Path, cluster: Cluster) -> Home:
    made = Home(tmp_path / "home")
    set_anchor(made, cluster.root(), hashlib.sha256(cluster.root()).digest())
    return made


def look(home: Home, mirror: Mirror, days: float = 0, floor: int = 0) -> Verified:
    return refresh(home, mirror, NOW + int(days * 86_400), floor)


def later(cluster: Cluster, days: float) -> None:
    cluster.now = START + days * DAY


def copied(cluster: Cluster, folder: Path) -> Mirror:
    """The repository as it is now, to be shown again later."""
    shutil.copytree(cluster.repo.folder, folder)
    return Mirror(repository.Repository(folder, cluster.repo.online_key))


def test_a_publication_is_believed(home: Home, cluster: Cluster) -> None:
    found = look(home, Mirror(cluster.repo))
    assert found.trust == cluster.trust
    assert len(found.bundles) == 1
    assert found.issued == NOW
    again = look(home, Mirror(cluster.repo))
    assert again == found


def test_without_a_root_nothing_is_believed(tmp_path: Path, cluster: Cluster) -> None:
    with pytest.raises(UsageError, match="root"):
        look(Home(tmp_path / "bare"), Mirror(cluster.repo))


def test_a_root_other_than_the_pinned_one_is_not_begun_with(tmp_path: Path, cluster: Cluster) -> None:
    bare = Home(tmp_path / "bare")
    with pytest.raises(IntegrityError, match="stands in between"):
        set_anchor(bare, cluster.root(), b"x" * 32)
    timestamp = (cluster.repo.metadata / "timestamp.json").read_bytes()
    for data in (b"{}", b"", one_signature_less(cluster.root()), timestamp):
        with pytest.raises(IntegrityError):
            set_anchor(bare, data)
    assert not has_anchor(bare)


def test_rollback_is_refused(home: Home, cluster: Cluster, tmp_path: Path) -> None:
    old = copied(cluster, tmp_path / "old")
    later(cluster, 1)
    cluster.publish(bundle("9.1.0"))
    look(home, Mirror(cluster.repo), 1)
    with pytest.raises(IntegrityError, match="rolled back"):
        look(home, old, 1)


def test_freezing_is_noticed_when_the_timestamp_expires(home: Home, cluster: Cluster) -> None:
    look(home, Mirror(cluster.repo), 6.9)
    with pytest.raises(IntegrityError, match="expired"):
        look(home, Mirror(cluster.repo), 7.1)


@pytest.mark.parametrize(("days", "believed"), [(89.9, True), (90.1, False)])
def test_what_people_signed_ends_after_ninety_days_whatever_the_server_signs(
    home: Home, cluster: Cluster, days: float, believed: bool
) -> None:
    repository.keep_fresh(cluster.repo, START + days * DAY)
    if believed:
        assert look(home, Mirror(cluster.repo), days).issued == NOW
        return
    with pytest.raises(IntegrityError, match="expired"):
        look(home, Mirror(cluster.repo), days)


def test_each_file_lives_as_long_as_the_protocol_says(cluster: Cluster) -> None:
    def life(name: str) -> int:
        (file,) = cluster.repo.metadata.glob(name)
        return (datetime.fromisoformat(json.loads(file.read_bytes())["signed"]["expires"]) - START).days

    lives = {name: life(name) for name in ("timestamp.json", "*.snapshot.json", "*.targets.json", "1.root.json")}
    assert list(lives.values()) == [7, 14, 90, 365]


def test_a_clock_set_back_does_not_hide_a_freeze(home: Home, cluster: Cluster) -> None:
    """Twenty years back everything looks fresh; the floor of receipts and signatures says otherwise."""
    back = -20 * 365
    assert look(home, Mirror(cluster.repo), back).issued == NOW
    with pytest.raises(IntegrityError, match="expired"):
        look(home, Mirror(cluster.repo), back, floor=NOW + 8 * 86_400)


def test_mix_and_match_of_two_publications_is_refused(home: Home, cluster: Cluster, tmp_path: Path) -> None:
    old = copied(cluster, tmp_path / "old")
    later(cluster, 1)
    cluster.publish(bundle("9.1.0"))

    def mixed(path: str, data: bytes | None) -> bytes | None:
        if path.endswith(".targets.json"):
            return next(iter(old.repo.metadata.glob("*.targets.json"))).read_bytes()
        return data

    with pytest.raises(IntegrityError):
        look(home, Mirror(cluster.repo, mixed), 1)


def test_another_file_than_the_signed_one_is_refused(home: Home, cluster: Cluster) -> None:
    def swapped(path: str, data: bytes | None) -> bytes | None:
        return data[::-1] if data and "/bundles/" in path else data

    with pytest.raises(IntegrityError, match="not the one that was signed"):
        look(home, Mirror(cluster.repo, swapped))


def test_an_endless_file_is_refused(home: Home, cluster: Cluster) -> None:
    def endless(path: str, data: bytes | None) -> bytes | None:
        return b"{" * 200_000 if path.endswith("timestamp.json") else data

    with pytest.raises((IntegrityError, DeliveryError)):
        look(home, Mirror(cluster.repo, endless))


def one_signature_less(data: bytes) -> bytes:
    members = json.loads(data)
    members["signatures"] = members["signatures"][:1]
    return json.dumps(members).encode()


@pytest.mark.parametrize("role", ["targets", "root"])
def test_one_signature_of_two_is_not_enough(home: Home, cluster: Cluster, role: str) -> None:
    later(cluster, 200)
    cluster.publish(bundle("9.1.0"))
    assert (cluster.repo.metadata / "2.root.json").exists(), "half of its life is over, so it was signed anew"

    def lacking(path: str, data: bytes | None) -> bytes | None:
        return one_signature_less(data) if data and path.endswith(f".{role}.json") else data

    with pytest.raises(IntegrityError, match="not signed by enough"):
        look(home, Mirror(cluster.repo, lacking), 200)


def test_the_online_key_alone_cannot_name_packs(home: Home, cluster: Cluster) -> None:
    """Whoever takes the server has its key, and still cannot sign targets."""
    signer = CryptoSigner(load_pem_private_key(cluster.repo.online_key.read_bytes(), None))
    file = next(iter(cluster.repo.metadata.glob("*.targets.json")))
    forged = Metadata[Targets].from_bytes(file.read_bytes())
    forged.signed.targets = {}
    forged.sign(signer)
    file.write_bytes(forged.to_bytes())
    with pytest.raises(IntegrityError, match="not signed by enough"):
        look(home, Mirror(cluster.repo))


def test_a_new_root_is_followed_step_by_step(home: Home, cluster: Cluster) -> None:
    look(home, Mirror(cluster.repo))
    for days in (200, 400, 600):
        later(cluster, days)
        cluster.publish(bundle(f"9.{days}.0"))
    assert look(home, Mirror(cluster.repo), 600).issued == NOW + 600 * 86_400
    assert (cluster.repo.metadata / "4.root.json").exists()


def test_a_server_away_or_a_proxy_in_between_changes_nothing(home: Home, cluster: Cluster) -> None:
    look(home, Mirror(cluster.repo))
    with pytest.raises(DeliveryError, match="stay in use"):
        look(home, Mirror(cluster.repo, lambda path, data: None))
    with pytest.raises(IntegrityError, match="stay in use"):
        look(
            home,
            Mirror(cluster.repo, lambda path, data: b"<html>please log in</html>" if "timestamp" in path else None),
        )
    assert look(home, Mirror(cluster.repo)).issued == NOW


def test_a_restored_repository_uses_no_number_twice(home: Home, cluster: Cluster, tmp_path: Path) -> None:
    """The server falls back to its backup and signs on: versions are minutes, so agents go on with it."""
    backup = copied(cluster, tmp_path / "backup")
    later(cluster, 4)
    repository.keep_fresh(cluster.repo, cluster.now)
    look(home, Mirror(cluster.repo), 4)
    repository.keep_fresh(backup.repo, START + 8 * DAY)
    assert look(home, backup, 8).issued == NOW


def test_a_cluster_of_another_root_does_not_meet_the_old_files(home: Home, cluster: Cluster, tmp_path: Path) -> None:
    look(home, Mirror(cluster.repo))
    other = Cluster(tmp_path / "other")
    other.publish(bundle("1.0.0"))
    with pytest.raises(IntegrityError):
        look(home, Mirror(other.repo))
    set_anchor(home, other.root())
    assert look(home, Mirror(other.repo)).trust == other.trust


def drill(probe: str = "attest(question=drill)") -> Addition:
    expect = 'expect: "yes"' if probe.startswith("attest") else "get: active, expect: true"
    good = '"yes"' if probe.startswith("attest") else "{active: true}"
    _, data = check("drill", probe, expect, good, scope="organisation")
    return Addition("1", {"drill": read_yaml(data, "checks/drill.yaml")}, {})


def test_the_clusters_additions_come_by_a_delegation_of_their_own(home: Home, cluster: Cluster) -> None:
    assert look(home, Mirror(cluster.repo)).addition == b""
    later(cluster, 1)
    cluster.publish(addition=drill())
    found = look(home, Mirror(cluster.repo), 1)
    offer = offered(home, found.bundles, found.addition)
    assert offer is not None
    assert (offer.bundle.pack.version, "drill" in offer.bundle.pack.checks) == ("9.0.0.1", True)
    known = [each.pack.digest for each in repository.published_bundles(cluster.repo)]
    assert known[0] == offer.bundle.pack.digest, "the cluster judges by the same checks"
    take(home, offer)
    assert pack_in_use(home).digest == offer.bundle.pack.digest
    later(cluster, 2)
    cluster.publish(bundle("9.1.0"))
    found = look(home, Mirror(cluster.repo), 2)
    offer = offered(home, found.bundles, found.addition)
    assert offer is not None and offer.bundle.pack.version == "9.1.0.1", "an addition outlives a new pack"


def test_a_signed_addition_with_a_host_probe_is_refused_by_server_and_agent(home: Home, cluster: Cluster) -> None:
    later(cluster, 1)
    signed = cluster.ceremony(bundle("9.1.0"), addition=drill("firewall()"))
    with pytest.raises(PackError, match="looks at nothing"):
        repository.publish(cluster.repo, signed, cluster.now)
    found = look(home, Mirror(cluster.repo), 1)
    assert found.addition == b"", "nothing of it was published"
    with pytest.raises(PackError, match="looks at nothing"):
        offered(home, found.bundles, signed.files[ADDITION])


def test_an_addition_under_one_signature_or_another_name_is_refused(home: Home, cluster: Cluster) -> None:
    later(cluster, 1)
    signed = cluster.ceremony(addition=drill())
    with pytest.raises(IntegrityError, match="not signed by enough"):
        repository.publish(cluster.repo, replace(signed, cluster=one_signature_less(signed.cluster)), cluster.now)
    with pytest.raises(IntegrityError, match="missing"):
        repository.publish(cluster.repo, replace(signed, cluster=b""), cluster.now)
    repository.publish(cluster.repo, signed, cluster.now)

    def lacking(path: str, data: bytes | None) -> bytes | None:
        return one_signature_less(data) if data and path.endswith(".cluster.json") else data

    with pytest.raises(IntegrityError, match="not signed by enough"):
        look(home, Mirror(cluster.repo, lacking), 1)
    members = json.loads(signed.targets)["signed"]["delegations"]["roles"][0]
    assert (members["paths"], members["terminating"], members["threshold"]) == (["cluster/*"], True, 2)
