"""The attacks bite on naive tables and get nothing from ours; every claim they make is true."""

from itertools import combinations

import numpy as np
import pytest
from simulated import banded, checks_of, correct, exact, knowing, names, truth, whole

from aggregator.disclosure.bands import coalition, width
from aggregator.disclosure.gate import Candidates, Past, decide
from aggregator.disclosure.groups import Group, frame
from aggregator.disclosure.sticky import held
from shieldwall.published.attacks.base import Cell, Claim, Knowledge, Report
from shieldwall.published.attacks.suite import ATTACKS

SIZES = (5, 8, 11, 15, 24, 40)
GENERATOR = 11


def ours(firms, k):
    return frame(frozenset(firms), k, width(k), {}).checks


def attacks(reports, rosters, knowledge):
    return {name: attack(reports, rosters, knowledge) for name, attack in ATTACKS.items()}


@pytest.mark.parametrize("n", SIZES)
def test_no_coalition_learns_anything_certain_from_one_banded_release(n):
    answers = truth(names(0, n), 60, np.random.default_rng(n))
    k = coalition(n)
    report, rosters = banded("r1", ours(names(0, n), k), answers)
    for group in combinations(names(0, n), k):
        found = attacks([report], rosters, knowing(group, answers))
        assert not any(found.values()), found


def test_exact_counts_give_way_to_own_answers_and_unanimity():
    answers = truth(names(0, 8), 150, np.random.default_rng(GENERATOR))
    report, rosters = exact("r1", {"all": names(0, 8)}, answers)
    found = attacks([report], rosters, knowing(["f000"], answers))
    assert len(found["X2 unanimity"]) > 100
    others = {claim for claim in found["X2 unanimity"] if claim.firm != "f000"}
    assert found["X1 own answers subtracted"] > others
    assert all(correct(claims, answers) for claims in found.values())


def test_exact_counts_give_every_joiner_away():
    answers = truth(names(0, 15), 150, np.random.default_rng(GENERATOR))
    one, first = exact("r1", {"all": names(0, 14)}, answers)
    two, second = exact("r2", {"all": names(0, 15)}, answers)
    claims = ATTACKS["X3 joiners and leavers"]([one, two], {**first, **second}, Knowledge())
    assert {claim.check for claim in claims if claim.firm == "f014"} == set(checks_of(answers))
    assert correct(claims, answers)


def test_bands_alone_give_single_joiners_away_and_the_gate_does_not_let_them_in():
    answers = truth(names(0, 16), 400, np.random.default_rng(GENERATOR))
    broken = 0
    for batch in (1, 2):
        reports, rosters = [], {}
        for name, n in (("r1", 14), ("r2", 14 + batch)):
            report, roster = banded(name, ours(names(0, n), 2), answers)
            reports.append(report)
            rosters |= roster
        claims = ATTACKS["X3 joiners and leavers"](reports, rosters, Knowledge())
        assert correct(claims, answers)
        broken += len(claims)
    assert broken > 0


@pytest.mark.parametrize("batch", range(1, 9))
@pytest.mark.parametrize("n", [8, 15])
def test_join_and_leave_differencing_gets_nothing_from_what_the_gate_lets_through(n, batch):
    answers = truth(names(0, n + batch), 40, np.random.default_rng(100 * n + batch))
    history, cohort, reports, rosters = [], frozenset(), [], {}
    for number, present in enumerate((names(0, n), names(0, n + batch), names(1, n + batch))):
        decision = decide(Candidates(tuple(present), cohort, {}, {}), history)
        if decision.answer == "wait":
            continue
        report, roster = banded(f"r{number}", whole(decision.frame), answers)
        history.append(Past(report.name, decision.frame))
        cohort, reports, rosters = decision.members, [*reports, report], rosters | roster
    k = min(group.k for past in history for group in past.frame.checks)
    for members in combinations(names(0, n + batch), k):
        assert not ATTACKS["X3 joiners and leavers"](reports, rosters, knowing(members, answers))
        assert not ATTACKS["X1 own answers subtracted"](reports, rosters, knowing(members, answers))


def test_a_banded_total_beside_banded_parts_gives_way_and_parts_alone_do_not():
    # Every pair of counts is a check of its own; the coalition is two needy or two needless firms of one part.
    metal, wood = names(0, 12), names(12, 23)
    answers = {
        (firm, f"c{x:02}-{y:02}"): int(place < count)
        for x in range(13)
        for y in range(12)
        for part, count in ((metal, x), (wood, y))
        for place, firm in enumerate(part)
    }
    groups = [Group("metal", frozenset(metal), 2, 4), Group("wood", frozenset(wood), 2, 4)]
    whole_too, rosters = banded("r1", [*groups, Group("all", frozenset(metal + wood), 2, 4)], answers)
    alone, apart = banded("r1", groups, answers)
    linked = set()
    for members in (metal[:2], metal[-2:], wood[:2], wood[-2:], [metal[0], wood[0]], [metal[-1], wood[-1]]):
        linked |= ATTACKS["X6 total and parts"]([whole_too], rosters, knowing(members, answers))
        assert not ATTACKS["X6 total and parts"]([alone], apart, knowing(members, answers))
    assert linked and correct(linked, answers)


def test_one_known_changer_shows_in_exact_counts_always_in_plain_bands_often_in_held_ones_never():
    generator = np.random.default_rng(GENERATOR)
    firms, k = names(0, 15), 2
    caught = {"exact": 0, "plain": 0, "held": 0}
    trials = 600
    for _ in range(trials):
        before = truth(firms, 1, generator)
        changer = str(generator.choice(firms))
        after = {key: 1 - value if key[0] == changer else value for key, value in before.items()}
        steady = Knowledge(steady=frozenset(firms) - {changer})
        layout = ours(firms, k)[0].layout
        bands = [layout.band(sum(answers.values())) for answers in (before, after)]
        pairs = {
            "exact": [sum(answers.values()) for answers in (before, after)],
            "plain": bands,
            "held": [bands[0], held(bands[0], bands[1])],
        }
        for way, values in pairs.items():
            spans = [(v, v) if way == "exact" else layout.interval(v) for v in values]
            reports = [Report(f"r{i}", (Cell("c000", "all", *span),)) for i, span in enumerate(spans)]
            rosters = {(report.name, "all"): frozenset(firms) for report in reports}
            claims = ATTACKS["X8 one known changer"](reports, rosters, steady)
            assert claims <= {Claim(changer, "c000", after[changer, "c000"])}
            caught[way] += bool(claims)
    assert caught["exact"] == trials and caught["held"] == 0
    assert 0.10 * trials < caught["plain"] < 0.40 * trials


def test_knowing_more_than_the_coalition_does_pay():
    """The limit the docs state: n - 1 firms together can be certain about the last one, from bands too."""
    answers = truth(names(0, 15), 150, np.random.default_rng(GENERATOR))
    report, rosters = banded("r1", ours(names(0, 15), 2), answers)
    claims = ATTACKS["X1 own answers subtracted"]([report], rosters, knowing(names(1, 15), answers))
    assert 0.1 < len(claims) / 150 < 0.4 and correct(claims, answers)
