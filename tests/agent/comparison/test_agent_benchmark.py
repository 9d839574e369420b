"""Placing one's own results: verified first, worked out at home, the same whatever is asked."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from releasing import Folder, cluster, random_hosts

from agent.comparison.benchmark import describe, place
from agent.published.release import fetch_release, open_release
from agent.records.history import PastItem, PastRun
from shieldwall.checks.outcome import Outcome

NAMES = [f"Firm {number:02}" for number in range(14)]
MINUTE = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)


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
