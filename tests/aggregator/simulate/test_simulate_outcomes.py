"""Invented results: shares as published, results of a firm that hang together, the same for the same seed."""

from statistics import correlation, fmean

import pytest

from aggregator.simulate.firms import HOSTS, FirmProfile, HostProfile, Shape, invent
from aggregator.simulate.outcomes import audit
from aggregator.simulate.priors import SIZES, prior_for
from shieldwall.checks.check import Check
from shieldwall.checks.outcome import FAILED, NOT_APPLICABLE, PASSED, Outcome, Overlay, Reason
from shieldwall.checks.vocabulary import THEMES
from shieldwall.packs.pack import load_pack

CHECKS = load_pack().all_checks()
MANY = invent(3_000, 7)


def rate(check: Check, size: str) -> float:
    firms = [firm for firm in MANY if firm.size == size]
    verdicts = [audit(firm, 0, [check], 7).verdicts[check.id] for firm in firms]
    counted = [verdict for verdict in verdicts if verdict in (PASSED, FAILED)]
    assert len(counted) > 300
    return fmean(verdict is PASSED for verdict in counted)


@pytest.mark.parametrize("check_id", ["org-incident-plan", "org-awareness-training", "org-policy-written"])
@pytest.mark.parametrize("size", SIZES[:3])
def test_shares_come_out_as_published(check_id: str, size: str) -> None:
    (check,) = [check for check in CHECKS if check.id == check_id]
    wanted = prior_for(check.id, check.theme).percent[SIZES.index(size)] / 100
    assert rate(check, size) == pytest.approx(wanted, abs=0.08)


def test_the_same_seed_is_the_same_cluster() -> None:
    one, two = invent(5, 3), invent(5, 3)
    assert one == two
    assert invent(7, 3)[:5] == one, "more firms leave the first ones as they are"
    assert audit(one[2], 0, CHECKS, 3) == audit(two[2], 0, CHECKS, 3)
    assert audit(one[2], 0, CHECKS, 3) != audit(one[2], 0, CHECKS, 4)


def test_good_firms_are_good_at_most_things() -> None:
    asked = [check for check in CHECKS if check.attested]
    half = [[check for check in asked if check.theme == theme] for theme in ("people-organisation", "systems-network")]
    scores = []
    for checks in half:
        found = [
            audit(firm, 0, checks, 7).verdicts.values()
            for firm in [firm for firm in MANY if firm.size == "10-49"][:400]
        ]
        scores.append([sum(verdict is PASSED for verdict in verdicts) for verdicts in found])
    assert correlation(*scores) > 0.3, "in one theme as in another"


def test_hosts_of_a_firm_resemble_each_other() -> None:
    host_checks = [check for check in CHECKS if check.scope == "host" and "applies" not in check.source.value]
    alike = []
    for firm in MANY[:60]:
        twins = FirmProfile(
            firm.name, firm.sector, firm.size, firm.maturity, firm.leaning, (HostProfile("debian", "server"),) * 2
        )
        one, two = (audit(twins, number, host_checks, 7).verdicts for number in (0, 1))
        decided = [key for key in one if {one[key], two[key]} <= {PASSED, FAILED}]
        alike += [one[key] == two[key] for key in decided]
    assert len(alike) > 200
    assert 0.7 < fmean(alike) < 1.0


def test_what_does_not_concern_a_host_is_not_applicable() -> None:
    windows = FirmProfile("w", "food", "10-49", 0.0, (0.0,) * len(THEMES), (HostProfile("windows", "server"),))
    linux_only = [check for check in CHECKS if not {"any", "windows"}.intersection(check.platforms)]
    assert linux_only
    assert set(audit(windows, 0, linux_only, 1).verdicts.values()) == {NOT_APPLICABLE}


def test_one_host_answers_for_the_firm() -> None:
    questions = [check for check in CHECKS if check.attested]
    firm = next(firm for firm in MANY if len(firm.hosts) > 2)
    first, second = (audit(firm, number, questions, 7) for number in (0, 1))
    assert {verdict.reason for verdict in second.verdicts.values()} == {Reason.UNANSWERED}
    assert sum(overlay is Overlay.ATTESTED for overlay in first.overlays.values()) > len(questions) / 2
    assert all(first.verdicts[check].outcome in (Outcome.PASS, Outcome.FAIL) for check in first.overlays)


def test_firms_have_the_hosts_of_their_size() -> None:
    for firm in MANY[:200]:
        fewest, most = HOSTS[firm.size]
        assert fewest <= len(firm.hosts) <= most
        assert firm.hosts[0].role == "server"
    assert all(len(firm.hosts) == 1 for firm in invent(30, 1, shape=Shape(most_hosts=1)))


def test_a_firm_that_stays_changes_a_little_from_one_audit_to_the_next_and_is_the_same_when_asked_again() -> None:
    changed = []
    for firm in MANY[:40]:
        one, two, again = (audit(firm, 0, CHECKS, 7, before).verdicts for before in (3, 4, 4))
        assert two == again
        changed += [one[key] != two[key] for key in one]
    assert 0.002 < fmean(changed) < 0.03, "a share of the measures is looked at afresh, and most come out as they were"
    assert audit(MANY[0], 0, CHECKS, 7) == audit(MANY[0], 0, CHECKS, 7, 0)
