"""X4, X5 and X7 without a solver: right whenever they claim anything, biting on naive tables, silent on ours."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated import banded, checks_of, correct, exact, knowing, names, truth

from aggregator.disclosure.gate import Candidates, Past, decide
from aggregator.disclosure.groups import Group
from shieldwall.published.attacks.base import Cell, Claim, Knowledge, Report
from shieldwall.published.attacks.history import whole_history
from shieldwall.published.attacks.joint import score_and_checks


@settings(max_examples=60, deadline=None)
@given(st.lists(st.frozensets(st.sampled_from("abcdefg"), min_size=2), min_size=1, max_size=4), st.data())
def test_what_it_claims_is_what_trying_every_answer_leaves_and_never_more(groups, data):
    truth_ = {firm: data.draw(st.integers(0, 1)) for firm in "abcdefg"}
    cells = []
    for number, group in enumerate(groups):
        count = sum(truth_[firm] for firm in group)
        low = data.draw(st.integers(max(0, count - 2), count))
        high = data.draw(st.integers(count, min(len(group), count + 2)))
        cells.append(Cell("c", f"g{number}", low, high))
    rosters = {("r", f"g{number}"): group for number, group in enumerate(groups)}
    firms = sorted(frozenset().union(*groups))
    fitting = [
        values
        for values in product((0, 1), repeat=len(firms))
        if all(
            cell.low <= sum(v for f, v in zip(firms, values, strict=True) if f in rosters["r", cell.group]) <= cell.high
            for cell in cells
        )
    ]
    certain = {
        Claim(firm, "c", values.pop())
        for place, firm in enumerate(firms)
        if len(values := {world[place] for world in fitting}) == 1
    }
    assert whole_history([Report("r", tuple(cells))], rosters, Knowledge()) <= certain


def test_exact_tables_by_sector_and_size_fall_and_ours_do_not():
    generator = np.random.default_rng(9)
    firms = names(0, 40)
    answers = truth(firms, 25, generator)
    sector = {firm: ("metal", "wood", "print")[int(generator.integers(3))] for firm in firms}
    size = {firm: ("small", "large")[int(generator.integers(2))] for firm in firms}
    tables = {
        value: [f for f in firms if value in (sector[f], size[f])] for value in {*sector.values(), *size.values()}
    }
    for one, other in product(sorted(set(sector.values())), sorted(set(size.values()))):
        tables[f"{one}.{other}"] = [f for f in firms if (sector[f], size[f]) == (one, other)]
    naive, rosters = exact("r1", {"all": firms, **tables}, answers)
    found = whole_history([naive], rosters, knowing(firms[:2], answers))
    assert len(found) > 20 and correct(found, answers)
    parts = [
        Group(name, frozenset(f for f in firms if sector[f] == name), 2, 4) for name in sorted(set(sector.values()))
    ]
    ours, mine = banded("r1", parts, answers)
    assert not whole_history([ours], mine, knowing(firms[:2], answers))


@pytest.mark.parametrize("seed", range(4))
def test_three_and_four_releases_the_gate_let_through_give_it_nothing(seed):
    generator = np.random.default_rng(seed)
    firms, history, cohort, reports, rosters = names(0, 14), [], frozenset(), [], {}
    answers = truth(names(0, 60), 40, generator)
    for number in range(4):
        firms = sorted(set(firms) - {str(generator.choice(firms))} if number else firms)
        firms += names(20 + 8 * number, 20 + 8 * number + int(generator.integers(1, 6)))
        decision = decide(Candidates(tuple(firms), cohort, {}, {}), history)
        if decision.answer == "wait":
            continue
        report, roster = banded(f"r{number}", decision.frame.checks, answers)
        history.append(Past(report.name, decision.frame))
        cohort, reports, rosters = decision.members, [*reports, report], rosters | roster
    everybody = sorted(frozenset().union(*rosters.values()))
    for coalition in (everybody[:2], everybody[-2:], [everybody[0], everybody[-1]]):
        assert not whole_history(reports, rosters, knowing(coalition, answers))


def test_a_batch_out_after_another_came_in_is_found_without_a_solver_too():
    groups = [names(0, 3), names(3, 8), names(8, 11)]
    answers = {(f, "c"): int(f in ("f000", "f003", "f008")) for group in groups for f in group}
    reports, rosters = [], {}
    for name, (first, last) in (("r0", (0, 8)), ("r1", (0, 11)), ("r2", (3, 11))):
        report, roster = banded(name, [Group("all", frozenset(names(first, last)), 1, 3)], answers)
        reports, rosters = [*reports, report], rosters | roster
    found = whole_history(reports, rosters, knowing(["f003"], answers))
    assert found and correct(found, answers) and {claim.firm for claim in found} <= set(names(4, 8))


def test_exact_scores_beside_exact_checks_tell_and_bands_do_not():
    firms = names(0, 14)
    generator = np.random.default_rng(3)
    checks = {check: {firm: int(generator.random() < 0.1) for firm in firms} for check in ("a", "b", "c", "d")}
    answers = {(firm, check): own[firm] for check, own in checks.items() for firm in firms}
    answers |= {(firm, "line"): max(own[firm] for own in checks.values()) for firm in firms}
    ties = (("line", ("a", "b", "c", "d")),)
    needy = next(firm for firm in firms if answers[firm, "line"])
    quiet = Knowledge({firm: {c: answers[firm, c] for c in checks_of(answers)} for firm in firms if firm != needy})
    naive, rosters = exact("r", {"all": firms}, answers)
    assert score_and_checks([Report("r", naive.cells, ties)], rosters, quiet)
    ours, mine = banded("r", [Group("all", frozenset(firms), 2, 4)], answers)
    for pair in (firms[:2], firms[-2:], [needy, firms[0]]):
        assert not score_and_checks([Report("r", ours.cells, ties)], mine, knowing(pair, answers))
