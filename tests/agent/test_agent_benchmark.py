"""Placing one's own results: verified first, worked out at home, the same whatever is asked."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from releasing import cluster, random_hosts

from agent.benchmark import describe, fetch_release, open_release, place
from agent.history import PastItem, PastRun
from agent.transport import Answer
from shieldwall.canonical import encode
from shieldwall.envelope import sign
from shieldwall.errors import DeliveryError, IntegrityError, UsageError
from shieldwall.outcome import Outcome
from shieldwall.release import PAYLOAD_TYPE, encode_release

NAMES = [f"Firm {number:02}" for number in range(14)]
MINUTE = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)


@dataclass
class Folder:
    """A cluster's published files, answered as its server answers them."""

    path: Path

    def post(self, path, body, content_type):
        raise DeliveryError("a benchmark sends nothing")

    def get(self, path, most=0):
        names = sorted((folder.name for folder in self.path.iterdir()), reverse=True) if self.path.is_dir() else []
        if path == "/v1/releases":
            listed = [{"name": name, "files": ["certificate.json", "release.json"]} for name in names]
            return Answer(200, encode({"releases": listed}))
        file = self.path / path.removeprefix("/v1/releases/")
        return Answer(200, file.read_bytes()) if file.is_file() else Answer(404, b"{}")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    found = cluster(tmp_path_factory.mktemp("cluster"))
    for name in NAMES:
        found.join(name)
    for seed in (1, 2):
        found.release(random_hosts(np.random.default_rng(seed), NAMES, len(found.pack.order)))
    return found


def run_of(pack, outcome=Outcome.PASS, **others):
    items = tuple(
        PastItem(
            c.id,
            c.rev,
            c.theme,
            c.severity,
            c.weight,
            c.gate,
            c.attested,
            Outcome(others.get(c.id, outcome)),
            None,
            False,
        )
        for c in pack.all_checks()
    )
    return PastRun("r", MINUTE, MINUTE, "manual", "all", 1, pack.version, pack.digest, "debian", "server", True, items)


def release_of(published, name=""):
    envelope = fetch_release(Folder(published.config.releases), name)
    return open_release(envelope, published.notary.key.public_key(), published.config.origin)


def test_the_newest_release_is_fetched_and_an_older_one_by_name(published):
    assert release_of(published).name == "2026-Q2"
    assert release_of(published, "2026-Q1").name == "2026-Q1"
    with pytest.raises(UsageError, match="2026-Q2, 2026-Q1"):
        release_of(published, "2025-Q4")


def test_before_the_first_release_there_is_nothing_to_compare(tmp_path):
    with pytest.raises(UsageError, match="has not published"):
        fetch_release(Folder(tmp_path / "none"))


def test_another_key_another_log_and_a_changed_byte_are_refused(published):
    envelope = fetch_release(Folder(published.config.releases))
    key, origin = published.notary.key.public_key(), published.config.origin
    with pytest.raises(IntegrityError):
        open_release(envelope, Ed25519PrivateKey.generate().public_key(), origin)
    with pytest.raises(IntegrityError):
        open_release(envelope, key, "other.example/c/log1")
    with pytest.raises(IntegrityError):
        open_release(envelope.replace(b'"payload":"ey', b'"payload":"ez'), key, origin)
    with pytest.raises(IntegrityError, match="not a release"):
        open_release(sign(b"{}", [published.notary.key]), key, origin)


def test_a_signed_release_of_another_shape_is_refused(published):
    release = release_of(published)
    for payload in (encode_release(release)[:-1] + b',"extra":1}', b"[]", encode_release(release) + b" "):
        envelope = sign(payload, [published.notary.key], PAYLOAD_TYPE)
        with pytest.raises(IntegrityError):
            open_release(envelope, published.notary.key.public_key(), published.config.origin)


def test_own_results_stand_beside_the_figures(published):
    release = release_of(published, "2026-Q1")
    failing = next(check.id for check in published.pack.all_checks() if check.severity == "high")
    benchmark = place(release, run_of(published.pack, **{failing: "fail"}))
    own = {each.figure.id: each.own for each in benchmark.checks}
    assert own[failing] is Outcome.FAIL and list(own.values()).count(Outcome.PASS) == len(own) - 1
    theme = published.pack.check(failing).theme
    for fails, expected in (({failing: "fail"}, Outcome.PASS), (whole_theme(published, theme), Outcome.FAIL)):
        placed = place(release, run_of(published.pack, **fails))
        assert next(each.own for each in placed.themes if each.figure.id == theme) is expected
    text = "\n".join(describe(benchmark))
    figure = next(f for f in release.checks if f.id == failing)
    assert f"{figure.title}: you need action; of 14 firms," in text and "signature holds" in text
    assert release.cohort.roster_hash[:16] in text


def whole_theme(published, theme):
    return {check.id: "fail" for check in published.pack.all_checks() if check.theme == theme and not check.attested}


def test_scores_measured_and_answered_stay_apart(published):
    attested = {check.id: "fail" for check in published.pack.all_checks() if check.attested}
    benchmark = place(release_of(published), run_of(published.pack, **attested))
    own = {(each.scores.subject, each.scores.kind): each.own for each in benchmark.scores}
    assert own["overall", "measured"] == 1 and own["overall", "attested"] == 0


def test_a_scan_with_other_checks_says_so_and_compares_what_both_have(published):
    run = run_of(published.pack)
    other = replace(run, pack_digest="0" * 64, items=run.items[1:])
    benchmark = place(release_of(published), other)
    assert next(p.own for p in benchmark.checks if p.figure.id == run.items[0].id) is None
    assert any("Other checks than yours" in line for line in describe(benchmark))


def test_held_figures_say_by_how_much(published):
    lines = list(describe(place(release_of(published), run_of(published.pack))))
    assert any("up to 7 firms outside" in line for line in lines)


def test_asking_changes_nothing_that_is_asked(published):
    """X9: a rank service could be asked with made-up results; a fixed file answers everybody alike."""
    folder = Folder(published.config.releases)
    before = fetch_release(folder)
    for outcome in (Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN):
        placed = place(release_of(published), run_of(published.pack, outcome))
        assert placed.release == release_of(published)
    assert fetch_release(folder) == before


def test_a_tiny_cluster_shows_public_yardsticks(tmp_path):
    found = cluster(tmp_path)
    for name in NAMES[:3]:
        found.join(name)
    built = found.release(random_hosts(np.random.default_rng(1), NAMES[:3], len(found.pack.order)))
    text = "\n".join(describe(place(built.release, run_of(found.pack))))
    assert "Too few firms" in text and "Eurostat" in text
