"""X1 to X8: attacks that read published figures, on ours and on naive ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np
from simulated import banded, checks_of, exact, knowing, names, truth
from solving import certain
from tied import exposed

from aggregator.disclosure.bands import coalition, minimum_cohort, width
from aggregator.disclosure.gate import Candidates, Past
from aggregator.disclosure.groups import Group, frame
from aggregator.disclosure.sticky import held
from aggregator.disclosure.wider import decide_wider
from shieldwall.published.attacks.base import Cell, Claim, Knowledge, Report, Rosters
from shieldwall.published.attacks.changer import one_changer
from shieldwall.published.attacks.difference import difference
from shieldwall.published.attacks.linkage import link_total
from shieldwall.published.attacks.own import subtract_own, unanimity

Answers = dict[tuple[str, str], int]
Score = tuple[int, int]
"""Successes, trials."""


@dataclass(frozen=True, slots=True)
class Row:
    attack: str
    what: str
    """What counts as a success, of what."""
    ours: Score
    baseline: str
    theirs: Score


def ours_of(firms: Sequence[str], k: int) -> tuple[Group, ...]:
    return frame(frozenset(firms), k, width(k), {}).checks


def x1_x2(quick: bool) -> list[Row]:
    one, two = np.zeros((2, 2), dtype=int), np.zeros((2, 2), dtype=int)
    for n in (5, 8, 15) if quick else (5, 8, 11, 15, 24, 40):
        answers = truth(names(0, n), 40, np.random.default_rng(n))
        k = coalition(n)
        mine, rosters = banded("r", ours_of(names(0, n), k), answers)
        naive, known = exact("r", {"all": names(0, n)}, answers)
        for members in combinations(names(0, n), k):
            knowledge = knowing(members, answers)
            pairs = (n - k) * 40
            for side, (report, roster) in enumerate(((mine, rosters), (naive, known))):
                one[side] += len(subtract_own([report], roster, knowledge)), pairs
        for side, (report, roster) in enumerate(((mine, rosters), (naive, known))):
            two[side] += len(unanimity([report], roster, Knowledge())), n * 40
    return [
        Row("X1 own answers subtracted", "firm-check pairs", _score(one[0]), "exact counts, n >= 5", _score(one[1])),
        Row("X2 unanimity", "firm-check pairs", _score(two[0]), "exact counts, n >= 5", _score(two[1])),
    ]


Publish = Callable[[str, Sequence[Group], Answers], tuple[Report, Rosters]]


def lives(quick: bool, releases: int, publish: Publish, *, gated: bool) -> list[tuple[list[Report], Rosters, Answers]]:
    """Clusters whose members join and leave one by one, with or without a gate."""
    out = []
    for seed in range(3 if quick else 12):
        draw = random.Random(seed)
        present, named = names(0, 15), 15
        answers = truth(names(0, 80), 12, np.random.default_rng(seed))
        history: list[Past] = []
        cohort: frozenset[str] = frozenset()
        reports: list[Report] = []
        rosters: dict[tuple[str, str], frozenset[str]] = {}
        while len(reports) < releases and named < 70:
            if reports:
                joining = draw.randrange(1, 6)
                present = [*present[draw.randrange(2) :], *names(named, named + joining)]
                named += joining
            decision = decide_wider(Candidates(tuple(present), cohort, {}, {}), history if gated else [])
            if decision.answer == "wait":
                continue
            groups = decision.frame.checks if gated else ours_of(present, 2)
            report, roster = publish(f"r{len(reports)}", groups, answers)
            history.append(Past(report.name, decision.frame))
            cohort, reports, rosters = decision.members, [*reports, report], rosters | roster
        out.append((reports, rosters, answers))
    return out


def plain_exact(name: str, groups: Sequence[Group], answers: Answers) -> tuple[Report, Rosters]:
    return exact(name, {group.name: sorted(group.members) for group in groups}, answers)


def x3(quick: bool) -> list[Row]:
    scores = []
    for found in (lives(quick, 2, banded, gated=True), lives(quick, 2, plain_exact, gated=False)):
        hits = tried = 0
        for reports, rosters, answers in found:
            everybody = sorted(frozenset[str]().union(*rosters.values()))
            for pair in list(combinations(everybody, 2))[:: 9 if quick else 2]:
                claims = difference(reports, rosters, knowing(pair, answers))
                hits += bool(_right(claims, answers))
                tried += 1
        scores.append((hits, tried))
    return [Row("X3 joiners and leavers", "coalitions of two", scores[0], "exact counts", scores[1])]


def x4(quick: bool) -> list[Row]:
    rows = []
    for releases in (3, 4):
        scores = []
        for found in (lives(quick, releases, banded, gated=True), lives(quick, releases, banded, gated=False)):
            hits = tried = 0
            for reports, rosters, answers in found:
                everybody = sorted(frozenset[str]().union(*rosters.values()))
                for pair in (everybody[:2], everybody[-2:], [everybody[0], everybody[-1]]):
                    hits += bool(_right(certain(reports, rosters, answers, pair, checks_of(answers)), answers))
                    tried += 1
            scores.append((hits, tried))
        title = f"X4 history of {releases} releases, integer solver"
        rows.append(Row(title, "coalitions of two", scores[0], "bands without a gate", scores[1]))
    return rows


def x5(quick: bool) -> list[Row]:
    rows = []
    for n in (15, 40) if quick else (15, 40, 150):
        generator = np.random.default_rng(n)
        firms = names(0, n)
        answers = truth(firms, 10, generator)
        sector = {firm: ("metal", "wood", "print")[int(generator.integers(3))] for firm in firms}
        size = {firm: ("small", "medium", "large")[int(generator.integers(3))] for firm in firms}
        tables = {"all": firms} | {
            value: [f for f in firms if value in (sector[f], size[f])] for value in {*sector.values(), *size.values()}
        }
        for cell in product(sorted(set(sector.values())), sorted(set(size.values()))):
            tables[".".join(cell)] = [f for f in firms if (sector[f], size[f]) == cell]
        naive, known = exact("r", tables, answers)
        k = coalition(n)
        shown = frame(frozenset(firms), k, width(k), sector)
        mine, rosters = banded("r", shown.checks if n < 30 else shown.themes, answers)
        pairs = (n - k) * 10
        scores = [
            (len(_right(certain([report], roster, answers, firms[:k], checks_of(answers)), answers)), pairs)
            for report, roster in ((mine, rosters), (naive, known))
        ]
        rows.append(
            Row(f"X5 all tables, integer solver, n = {n}", "firm-check pairs", scores[0],
                "exact sector x size, cells >= 5", scores[1])
        )  # fmt: skip
    return rows


def x6(quick: bool) -> list[Row]:
    broken = [0, 0]
    designs = 0
    sizes = [(k, a, b) for k in (1, 2) for a in range(minimum_cohort(k), 17) for b in range(a, 17)]
    for k, first, second in sizes:
        if quick and (first + second) % 4:
            continue
        designs += 1
        w, metal, wood = width(k), names(0, first), names(first, first + second)
        answers = {
            (firm, f"{x}-{y}"): int(place < count)
            for x in range(first + 1)
            for y in range(second + 1)
            for part, count in ((metal, x), (wood, y))
            for place, firm in enumerate(part)
        }
        groups = [Group("metal", frozenset(metal), k, w), Group("wood", frozenset(wood), k, w)]
        beside = banded("r", [*groups, Group("all", frozenset(metal + wood), k, w)], answers)
        for side, (report, roster) in enumerate((banded("r", groups, answers), beside)):
            held_by = [part[:k] for part in (metal, wood)] + [part[-k:] for part in (metal, wood)]
            claims = (link_total([report], roster, knowing(m, answers)) for m in [[], *held_by])
            broken[side] += any(_right(found, answers) for found in claims)
    return [
        Row("X6 total and parts, every pair of counts", "designs of two parts", (broken[0], designs),
            "total banded beside banded parts", (broken[1], designs))
    ]  # fmt: skip


def x7(quick: bool) -> list[Row]:
    """Three checks a theme is made of, by every monotone score; and the naive pair of lines over two checks."""
    inputs = list(product((0, 1), repeat=3))
    scores = [dict(zip(inputs, f, strict=True)) for f in product((0, 1), repeat=8)]
    scores = [
        f
        for f in scores
        if f[inputs[0]] == 0
        and f[inputs[-1]] == 1
        and all(f[a] <= f[b] for a in inputs for b in inputs if all(x <= y for x, y in zip(a, b, strict=True)))
    ]
    sizes = (5,) if quick else (5, 8)
    ours = [bool(exposed([(*i, f[i]) for i in inputs], n, 1, 3)) for f in scores for n in sizes]
    pairs = [(a, b, a | b, a & b) for a, b in product((0, 1), repeat=2)]
    naive = [bool(exposed(pairs, n, 1, 3)) for n in range(5, 14)]
    return [
        Row("X7 scores and checks, every outcome", "designs", (sum(ours), len(ours)), "two lines over the same checks",
            (sum(naive), len(naive)))
    ]  # fmt: skip


def x8(quick: bool) -> list[Row]:
    generator = np.random.default_rng(11)
    firms, caught = names(0, 15), {"exact": 0, "plain": 0, "held": 0}
    trials = 200 if quick else 2_000
    (group,) = ours_of(firms, 2)
    for _ in range(trials):
        before = truth(firms, 1, generator)
        changer = str(generator.choice(firms))
        after = {key: 1 - value if key[0] == changer else value for key, value in before.items()}
        counts = [sum(before.values()), sum(after.values())]
        bands = [group.layout.band(count) for count in counts]
        shown = {"exact": counts, "plain": bands, "held": [bands[0], held(*bands)]}
        for way, values in shown.items():
            spans = [(v, v) if way == "exact" else group.layout.interval(v) for v in values]
            reports = [Report(f"r{i}", (Cell("c000", "all", *span),)) for i, span in enumerate(spans)]
            rosters = {(report.name, "all"): frozenset(firms) for report in reports}
            caught[way] += bool(one_changer(reports, rosters, Knowledge(steady=frozenset(firms) - {changer})))
    ours = (caught["held"], trials)
    return [
        Row("X8 one known changer", "changes seen", ours, "exact counts", (caught["exact"], trials)),
        Row("X8 one known changer", "changes seen", ours, "plain bands", (caught["plain"], trials)),
    ]


def _right(claims: set[Claim], answers: Answers) -> set[Claim]:
    """A claim that is certain and wrong is no success."""
    return {claim for claim in claims if answers[claim.firm, claim.check] == claim.value}


def _score(found: Any) -> Score:
    return int(found[0]), int(found[1])
