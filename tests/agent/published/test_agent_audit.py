"""A firm attacks its cluster's releases itself, and would see a breach."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from releasing import cluster, random_hosts

from agent.delivery.transport import Answer
from agent.published.audit import TRICKS, audit, describe, fetch_history
from agent.published.release import open_release
from aggregator.disclosure.frozen import parse_frozen
from aggregator.release.build import publish, roster_of
from shieldwall.encoding.canonical import encode
from shieldwall.errors import DeliveryError, IntegrityError
from shieldwall.published.attacks.roster import Roster, format_roster, parse_roster
from shieldwall.published.release import release_digest

NAMES = [f"Firm {number:02}" for number in range(40)]


@dataclass
class Served:
    """Published files; each release may be answered differently the second time."""

    path: Path
    later: bytes = b""
    asked: int = 0

    def post(self, path, body, content_type):
        raise DeliveryError("an audit sends nothing")

    def get(self, path, most=0):
        names = sorted((folder.name for folder in self.path.iterdir()), reverse=True)
        if path == "/v1/releases":
            return Answer(200, encode({"releases": [{"name": name, "files": ["release.json"]} for name in names]}))
        body = (self.path / path.removeprefix("/v1/releases/")).read_bytes()
        if names[0] in path:
            self.asked += 1
            body += self.later if self.asked > 1 else b""
        return Answer(200, body)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """14 firms twice, then 18; with the roster of each release."""
    found, rosters = cluster(tmp_path_factory.mktemp("cluster")), []
    for number, count in enumerate((14, 14, 18)):
        for name in NAMES[len(found.firms) : count]:
            found.join(name)
        period = found.send(random_hosts(np.random.default_rng(number), NAMES[:count], len(found.pack.order)))
        rosters.append(roster_of(parse_frozen(found.freeze(period).document)))
        publish(found.config, found.engine, found.build(period))
    return found, rosters


def opened(found, served):
    key = found.notary.key.public_key()
    return [open_release(envelope, key, found.config.origin) for envelope in fetch_history(served)]


def test_releases_of_the_same_members_are_attacked_together_without_any_list(made):
    found, _ = made
    releases = opened(found, Served(found.config.releases))
    second = audit(releases[:2])
    assert [each.name for each in second.before] == ["2026-Q1"] and second.certain == 0
    assert [result.attack[:2] for result in second.results] == ["X1", "X2", "X3", "X4", "X6", "X7", "X8"]
    third = audit(releases)
    assert third.before == () and [each.name for each in third.left_out] == ["2026-Q1", "2026-Q2"]
    text = "\n".join(describe(third))
    assert "nothing certain about a firm" in text and "release roster PERIOD" in text
    assert "Result: nobody can be certain" in text and "Not attacked: 2026-Q1, 2026-Q2 together" in text
    assert all(any(trick in line for line in text.splitlines()) for trick in list(TRICKS.values())[:6])


def test_with_the_member_lists_all_are_read_together_and_lists_must_fit(made):
    found, rosters = made
    releases = opened(found, Served(found.config.releases))
    lists = [parse_roster(format_roster(roster)) for roster in rosters]
    whole = audit(releases, lists)
    assert len(whole.before) == 2 and whole.left_out == () and whole.certain == 0 and whole.with_roster
    assert "the list fits the hash that was signed" in "\n".join(describe(whole))
    swapped = Roster({**dict(list(rosters[2].categories.items())[1:]), "somebody-else": ""})
    with pytest.raises(IntegrityError, match="fits none"):
        audit(releases, [swapped])


def test_a_leak_would_be_seen(made):
    found, _ = made
    releases = opened(found, Served(found.config.releases))
    exact = [replace(f, low=f.n, high=f.n, band=f.bands - 1) for f in releases[0].checks]
    leaking = replace(releases[0], checks=tuple(exact))
    shown = audit([leaking])
    text = "\n".join(describe(shown))
    assert shown.certain > 0 and "ARE CERTAIN" in text and "Result:" not in text


def test_a_release_that_changes_when_fetched_again_is_no_release(made):
    found, _ = made
    with pytest.raises(IntegrityError, match="not the same when fetched again"):
        fetch_history(Served(found.config.releases, later=b" "))


def test_a_chain_with_a_gap_is_told(made):
    found, _ = made
    first, second, third = opened(found, Served(found.config.releases))
    assert third.previous == release_digest(second)
    with pytest.raises(IntegrityError, match="does not follow"):
        audit([first, third])


def test_a_member_listed_twice_is_refused():
    with pytest.raises(IntegrityError, match="second time"):
        parse_roster("a\t\nb\t\na\t\n")
    with pytest.raises(IntegrityError, match="names no member"):
        parse_roster("a\t\n\n")
