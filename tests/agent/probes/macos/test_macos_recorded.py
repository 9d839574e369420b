"""The same Mac in four languages: recorded facts, and verdicts that no language changes."""

import json
from datetime import UTC, datetime

import pytest
from mac_recorded import FOLDER, neglected, recorded
from mac_tree import LANGUAGES

from agent.scan.result import ScanResult
from agent.scan.run import judged
from agent.scan.snapshot import Snapshot, load_snapshot
from shieldwall.checks.outcome import Outcome
from shieldwall.packs.pack import load_pack
from shieldwall.packs.policy import load_policy, whole_library

PACK = load_pack()
NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
NOT_SEEN = {"backup-volume-shadow-enabled", "account-lockout-or-throttle", "account-password-min-length"}
"""Of the neglected Mac: no snapshots that a file tells of, no profile for passwords."""
NEGLECTED_PASSES = {
    "account-admin-count-small", "browser-safe-browsing", "malware-protection-active", "ssh-protocol-crypto-modern",
    "ssh-weak-user-keys",
}  # fmt: skip


def result(snapshot: Snapshot) -> ScanResult:
    return judged(whole_library(PACK), PACK, snapshot, {}, run="", now=NOW)


def verdicts(snapshot: Snapshot) -> dict[str, str]:
    items = [item for item in result(snapshot).items if item.check.scope == "host"]
    return {i.check.id: i.outcome.value for i in items if i.outcome is not Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_recorded_mac_passes_whatever_its_language(language: str) -> None:
    snapshot = load_snapshot(FOLDER / f"{language}.json")
    found = verdicts(snapshot)
    assert len(found) >= 30
    assert {check: outcome for check, outcome in found.items() if outcome != "pass"} == {}
    assert all(item.experimental for item in result(snapshot).items if item.check.id in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_records_are_what_the_probes_say_today(language: str) -> None:
    """When a probe changes: `python tests/mac_recorded.py`."""
    assert json.loads((FOLDER / f"{language}.json").read_bytes()) == json.loads(recorded(language).encode())


def test_a_neglected_mac_fails_in_every_language_alike() -> None:
    first = verdicts(neglected("en"))
    assert {check for check, outcome in first.items() if outcome == "unknown"} == NOT_SEEN
    assert {check for check, outcome in first.items() if outcome == "pass"} == NEGLECTED_PASSES
    assert sum(outcome == "fail" for outcome in first.values()) >= 25
    for language in ("de", "fr", "pl"):
        assert verdicts(neglected(language)) == first


@pytest.mark.parametrize("name", ["workstation", "sme-essentials", "nis2-baseline"])
def test_a_policy_says_something_sensible_about_a_mac(name: str) -> None:
    snapshot = load_snapshot(FOLDER / "de.json")
    scan = judged(load_policy(PACK, name), PACK, snapshot, {}, run="", now=NOW)
    mine = [item for item in scan.items if item.check.scope == "host" and item.outcome is not Outcome.NOT_APPLICABLE]
    assert len(mine) >= 15
    assert {item.outcome for item in mine} == {Outcome.PASS}
    assert not scan.having(Outcome.ERROR)


def test_no_word_that_people_of_a_language_typed_is_in_a_fact_that_leaves_the_probe() -> None:
    """Full names and names of groups and volumes are not even looked at; the computer's name stays in its own place."""
    for language, words in LANGUAGES.items():
        facts = json.dumps(json.loads((FOLDER / f"{language}.json").read_bytes())["facts"], ensure_ascii=False)
        typed = (words.everyday, words.keeper, words.administrators, words.volume)
        assert [word for word in typed if word in facts] == []
