"""X4 and X5 by an independent solver: integer programming over the firms' answers, no code shared with the gate."""

from itertools import combinations, product

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from simulated import banded, checks_of, exact, names, rates, truth
from solving import certain

from aggregator.disclosure.bands import Layout
from aggregator.disclosure.gate import Candidates, Past
from aggregator.disclosure.groups import LINE_CHECKS, frame
from aggregator.disclosure.wider import decide_wider


def history(sizes, k):
    """Rosters of releases given as ranges of firms, and the truth of a few checks at the ends and in the middle."""
    reports = {}
    for number, (first, last) in enumerate(sizes):
        reports[f"r{number}"] = frame(frozenset(names(first, last)), k, k + 2, {}).checks
    return reports


def attack(sizes, k, answers, coalition):
    reports, rosters = [], {}
    for name, groups in history(sizes, k).items():
        report, roster = banded(name, groups, answers)
        reports.append(report)
        rosters |= roster
    return certain(reports, rosters, answers, coalition, checks_of(answers))


def every_count(groups):
    """A check for every combination of counts over disjoint groups of firms."""
    answers = {}
    for counts in product(*(range(len(group) + 1) for group in groups)):
        for group, count in zip(groups, counts, strict=True):
            for place, firm in enumerate(group):
                answers[firm, "c" + "-".join(map(str, counts))] = int(place < count)
    return answers


@pytest.mark.parametrize("coalition", [["f000"], ["f007"], ["f008"], ["f011"]])
def test_x4_joins_only_give_a_solver_nothing_over_three_releases(coalition):
    generator = np.random.default_rng(5)
    answers = truth(names(0, 14), 12, generator)
    assert attack([(0, 8), (0, 11), (0, 14)], 1, answers, coalition) == set()


def test_x4_a_batch_in_and_another_out_later_gives_a_solver_a_certain_answer():
    # Three join, then three others leave. One of each three and one who stays need action; that one can be certain
    # that nobody else who stays does. And the other way round.
    answers = every_count([names(0, 3), names(3, 8), names(8, 11)])
    for check, coalition, value in (("c1-1-1", "f003", 0), ("c2-4-2", "f007", 1)):
        case = {key: answer for key, answer in answers.items() if key[1] == check}
        (claim,) = attack([(0, 8), (0, 11), (3, 11)], 1, case, [coalition])
        assert (claim.check, claim.value) == (check, value) and claim.firm in names(3, 8)
        assert answers[claim.firm, claim.check] == value


def test_x5_exact_tables_by_sector_and_size_are_reconstructed_and_banded_ones_are_not():
    generator = np.random.default_rng(9)
    firms = names(0, 40)
    answers = truth(firms, 25, generator)
    sector = {firm: ("metal", "wood", "print")[int(generator.integers(3))] for firm in firms}
    size = {firm: ("small", "medium", "large")[int(generator.integers(3))] for firm in firms}
    tables = {"all": firms}
    for by in (sector, size):
        for value in sorted(set(by.values())):
            tables[value] = [firm for firm in firms if by[firm] == value]
    for first, second in product(sorted(set(sector.values())), sorted(set(size.values()))):
        tables[f"{first}.{second}"] = [f for f in firms if (sector[f], size[f]) == (first, second)]
    naive, rosters = exact("r1", tables, answers, least=5)
    got = certain([naive], rosters, answers, firms[:2], checks_of(answers))
    assert len(got) > 20 and all(answers[claim.firm, claim.check] == claim.value for claim in got)

    parts = frame(frozenset(firms), 2, 4, sector).themes
    ours, mine = banded("r1", parts, answers)
    for coalition in combinations((parts[0], parts[-1]), 2):
        members = [sorted(group.members)[0] for group in coalition]
        assert certain([ours], mine, answers, members, checks_of(answers)) == set()


MOVES = {
    "a batch joins": (14, [(0, 18)]),
    "a batch leaves": (18, [(4, 18)]),
    "two batches join": (14, [(0, 18), (0, 22)]),
    "two leave, one joins": (16, [(2, 17)]),
    "a batch joins, one leaves": (18, [(0, 22), (1, 22)]),
    "two batches join, two leave, two join": (14, [(0, 22), (2, 24)]),
}
"""Firms at first, and first and last firm present in each later period; the gate says who is counted in which bands."""


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("seed", range(5))
def test_x7_a_theme_of_four_checks_and_its_score_over_a_changing_roster_give_a_solver_nothing(seed, move):
    """Every firm's answers to four checks, and its score below the line when over 30 % of the weight fails."""
    generator = np.random.default_rng(seed)
    first, later = MOVES[move]
    history, cohort, counted, checks = [], frozenset(), [], LINE_CHECKS
    for number, (start, end) in enumerate([(0, first), *later]):
        decision = decide_wider(Candidates(tuple(names(start, end)), cohort, {}, {}), history)
        assert decision.answer != "wait"
        history.append(Past(f"r{number}", decision.frame))
        cohort = decision.members
        counted.append((sorted(int(firm[1:]) for firm in cohort), decision.w))
    after = max(firms[-1] for firms, _ in counted) + 1
    weights = generator.choice([10, 6, 3, 1], checks)
    line, total = int(0.3 * weights.sum()), int(weights.sum())
    needs = (generator.random((after, checks)) < rates(checks, generator)).astype(int)
    below = (10 * (needs @ weights) > 3 * total).astype(int)
    every = np.concatenate([needs, below[:, None]], axis=1)
    place = np.arange(every.size).reshape(every.shape)
    rows, lows, highs = [], [], []
    for firms, w in counted:
        layout = Layout(len(firms), w)
        for column in range(checks + 1):
            row = np.zeros(every.size)
            row[place[firms, column]] = 1
            low, high = layout.interval(layout.band(int(every[firms, column].sum())))
            rows, lows, highs = [*rows, row], [*lows, low], [*highs, high]
    for firm in range(after):
        # below = 1 exactly when the weight of the needs is more than the line
        for slope, low, high in ((line + 1, 0, np.inf), (total - line, -np.inf, line)):
            row = np.zeros(every.size)
            row[place[firm, :-1]], row[place[firm, -1]] = weights, -slope
            rows, lows, highs = [*rows, row], [*lows, low], [*highs, high]
    fits = LinearConstraint(np.array(rows), lows, highs)
    joined = first if after > first + 1 else 4
    for coalition in ([joined, joined + 1], [0, joined], [0, 1]):
        floor, ceiling = np.zeros(every.size), np.ones(every.size)
        floor[place[coalition]] = ceiling[place[coalition]] = every[coalition]
        for target in (*place[joined - 1], *place[after - 1]):
            low, high = floor.copy(), ceiling.copy()
            low[target] = high[target] = 1 - every.ravel()[target]
            other = milp(
                np.zeros(every.size), constraints=fits, bounds=Bounds(low, high), integrality=np.ones(every.size)
            )
            assert other.status == 0, "the opposite answer fits nothing that was published"
