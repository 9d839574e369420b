"""Keys of people and what they sign: two of three, seen before signed, published whole or not at all."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from trusting import DAY, START, TRUST, Cluster, bundle

from aggregator.trust import repository
from aggregator.trust.ceremony import REQUEST_SCHEMA, Request, Signed, parse_request, sign
from aggregator.trust.handover import read_signed, write_signed
from aggregator.trust.offline import load_signer, make_keys, read_public, replace_key
from shieldwall.errors import ConfigError, IntegrityError, UsageError
from shieldwall.limits import TRUST_BYTES
from shieldwall.membership.trust import TARGET, parse_trust


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    return Cluster(tmp_path / "cluster")


def test_any_two_of_three_keys_sign(cluster: Cluster) -> None:
    cluster.publish(bundle())
    for day, keys in enumerate(((0, 1), (0, 2), (1, 2), (0, 1, 2)), start=1):
        cluster.now = START + day * DAY
        repository.publish(cluster.repo, cluster.ceremony(bundle(f"9.{day}.0"), keys=keys), cluster.now)
    (found,) = repository.published_bundles(cluster.repo)
    assert found.pack.version == "9.4.0"


@pytest.mark.parametrize("keys", [(0,), (1, 1)])
def test_one_key_signs_nothing(cluster: Cluster, keys: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match="must sign"):
        cluster.ceremony(bundle(), keys=keys)
    cluster.publish(bundle())
    with pytest.raises(UsageError, match="must sign"):
        cluster.ceremony(bundle("9.1.0"), keys=keys)


def test_a_strangers_key_does_not_count(cluster: Cluster, tmp_path: Path) -> None:
    cluster.publish(bundle())
    places = [tmp_path / name for name in "abc"]
    for place in places:
        place.mkdir()
    strangers = make_keys(places, "")
    asked = repository.request(cluster.repo, TRUST)
    signers = [load_signer(cluster.files[0], ""), load_signer(strangers[0], "")]
    with pytest.raises(UsageError):
        sign(asked, read_public(cluster.files[0].parent / "public-keys.json"), signers, [], START)
    with pytest.raises(UsageError):
        sign(asked, read_public(places[0] / "public-keys.json"), [load_signer(f, "") for f in strangers], [], START)


def test_keys_are_locked_and_never_overwritten(tmp_path: Path) -> None:
    places = [tmp_path / name for name in "abc"]
    for place in places:
        place.mkdir()
    files = make_keys(places, "correct horse")
    assert b"ENCRYPTED" in files[0].read_bytes()
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    load_signer(files[0], "correct horse")
    with pytest.raises(ConfigError, match="passphrase"):
        load_signer(files[0], "wrong horse")
    with pytest.raises(ConfigError, match="never overwritten"):
        make_keys(places, "")
    for wrong in (places[:2], [*places[:2], places[0]], [*places[:2], tmp_path / "unplugged"]):
        with pytest.raises(UsageError):
            make_keys(wrong, "")


def test_a_lost_stick_is_replaced_by_the_other_two(cluster: Cluster, tmp_path: Path) -> None:
    cluster.publish(bundle())
    (tmp_path / "new").mkdir()
    fresh, listed = replace_key(cluster.files[0].parent / "public-keys.json", 2, tmp_path / "new", "")
    asked = repository.request(cluster.repo, TRUST)
    later = START + DAY
    with pytest.raises(UsageError):
        sign(asked, read_public(listed), [load_signer(f, "") for f in (cluster.files[0], fresh)], [], later)
    signed = sign(asked, read_public(listed), [load_signer(cluster.files[n], "") for n in (0, 2)], [], later)
    assert len(signed.roots) == 2
    repository.publish(cluster.repo, signed, later)
    asked = repository.request(cluster.repo, TRUST)
    after = [load_signer(f, "") for f in (fresh, cluster.files[2])]
    again = sign(asked, read_public(listed), after, [bundle("9.9.0")], later + DAY)
    assert len(again.roots) == 2
    repository.publish(cluster.repo, again, later + DAY)
    lost = [load_signer(cluster.files[n], "") for n in (0, 1)]
    with pytest.raises(UsageError):
        sign(repository.request(cluster.repo, TRUST), read_public(listed), lost, [], later + 2 * DAY)


def test_versions_are_minutes_and_never_used_twice(cluster: Cluster) -> None:
    first = cluster.publish(bundle())
    assert first.version == int(START.timestamp()) // 60
    assert cluster.publish(bundle("9.0.1")).version == first.version + 1
    cluster.now = START - 10 * DAY
    assert cluster.publish(bundle("9.0.2")).version == first.version + 2, "a laptop's clock may be behind"


def test_the_root_is_signed_anew_at_half_of_its_life(cluster: Cluster) -> None:
    assert len(cluster.publish(bundle()).roots) == 1
    cluster.now = START + timedelta(days=182)
    assert len(cluster.publish(bundle("9.1.0")).roots) == 1
    cluster.now = START + timedelta(days=183)
    assert len(cluster.publish(bundle("9.2.0")).roots) == 2


def test_a_new_online_key_needs_a_new_root(cluster: Cluster) -> None:
    cluster.publish(bundle())
    cluster.repo.online_key.unlink()
    cluster.now = START + DAY
    assert len(cluster.publish(bundle("9.1.0")).roots) == 2
    repository.keep_fresh(cluster.repo, START + 5 * DAY)


def refused_whole(cluster: Cluster, signed: Signed) -> None:
    before = {file: file.read_bytes() for file in cluster.repo.folder.rglob("*.json")}
    with pytest.raises(IntegrityError):
        repository.publish(cluster.repo, signed, cluster.now)
    assert {file: file.read_bytes() for file in cluster.repo.folder.rglob("*.json")} == before


def test_what_does_not_hold_is_not_published(cluster: Cluster) -> None:
    old = cluster.publish(bundle())
    cluster.now = START + DAY
    good = cluster.ceremony(bundle("9.1.0"))
    name = "bundles/shieldwall-core.json.gz"
    refused_whole(cluster, replace(good, files={**good.files, name: b"other"}))
    refused_whole(cluster, replace(good, files={**good.files, "bundles/extra.json.gz": b"x"}))
    refused_whole(cluster, replace(good, files={TARGET: good.files[TARGET]}))
    members = json.loads(good.targets)
    members["signatures"] = members["signatures"][:1]
    refused_whole(cluster, replace(good, targets=json.dumps(members).encode()))
    members = json.loads(good.targets)
    members["signed"]["version"] += 1
    refused_whole(cluster, replace(good, targets=json.dumps(members).encode()))
    refused_whole(cluster, replace(good, targets=b"{}"))
    repository.publish(cluster.repo, good, cluster.now)
    refused_whole(cluster, old)
    cluster.now = START + 200 * DAY
    refused_whole(cluster, good)


def test_signatures_online_are_renewed_at_half_of_their_life(cluster: Cluster) -> None:
    cluster.publish(bundle())
    stamp = cluster.repo.metadata / "timestamp.json"
    first = stamp.read_bytes()
    repository.keep_fresh(cluster.repo, START + 3 * DAY)
    assert stamp.read_bytes() == first
    repository.keep_fresh(cluster.repo, START + 4 * DAY)
    second = stamp.read_bytes()
    assert json.loads(second)["signed"]["version"] == int((START + 4 * DAY).timestamp()) // 60
    snapshots = len(list(cluster.repo.metadata.glob("*.snapshot.json")))
    repository.keep_fresh(cluster.repo, START + 8 * DAY)
    assert len(list(cluster.repo.metadata.glob("*.snapshot.json"))) == snapshots + 1


def test_a_request_that_lies_about_its_history_is_not_signed(cluster: Cluster) -> None:
    cluster.publish(bundle())
    asked = repository.request(cluster.repo, TRUST)
    members = json.loads(asked.targets)
    members["signed"]["version"] += 5
    signers = [load_signer(file, "") for file in cluster.files[:2]]
    public = read_public(cluster.files[0].parent / "public-keys.json")
    with pytest.raises(IntegrityError, match="do not sign"):
        sign(replace(asked, targets=json.dumps(members)), public, signers, [], START + DAY)
    for wrong in (replace(asked, roots=("{}",)), replace(asked, roots=(asked.targets,))):
        with pytest.raises(IntegrityError):
            sign(wrong, public, signers, [], START + DAY)


def test_requests_and_folders_survive_the_way(cluster: Cluster, tmp_path: Path) -> None:
    asked = repository.request(cluster.repo, TRUST)
    assert parse_request(asked.encode()) == asked
    assert asked.opened() == TRUST
    for wrong in (b"", b"{}", replace(asked, schema="x").encode(), Request(REQUEST_SCHEMA, "{}", "", (), "").encode()):
        with pytest.raises(IntegrityError):
            parse_request(wrong)
    signed = cluster.ceremony(bundle())
    write_signed(tmp_path / "carried", signed)
    assert read_signed(tmp_path / "carried") == signed
    with pytest.raises(ConfigError):
        write_signed(tmp_path / "carried", signed)
    (tmp_path / "carried" / "targets.json").unlink()
    with pytest.raises(ConfigError, match="whole folder"):
        read_signed(tmp_path / "carried")


def test_what_agents_are_to_believe_has_one_form() -> None:
    assert parse_trust(TRUST.encode()) == TRUST
    assert TRUST.log_key().public_bytes_raw()
    members = json.loads(TRUST.encode())
    for change in (
        {"urls": []}, {"urls": ["http://cluster.example"]}, {"urls": ["file:///etc/passwd"]}, {"logs": []},
        {"origin": "elsewhere.example/x/log1"}, {"v": 2}, {"protocols": ["1"]},
        {"logs": [{**members["logs"][0], "until": 5}]},
    ):  # fmt: skip
        with pytest.raises(IntegrityError):
            parse_trust(json.dumps({**members, **change}).encode())
    assert parse_trust(json.dumps({**members, "later": 1}).encode()) == TRUST
    with pytest.raises(IntegrityError, match="bytes"):
        parse_trust(json.dumps({**members, "later": "x" * TRUST_BYTES}).encode())
