"""Two years of a cluster of 14 firms, release by release: who is there, what the gate answers, what attacks find.

Usage: python benchmarks/two_years.py [--seed N] [--draws N]
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from aggregator.disclosure.gate import Candidates, Decision, Past, decide
from aggregator.disclosure.wider import decide_wider
from shieldwall.published.attacks.base import Cell, Report, Rosters
from shieldwall.published.attacks.suite import run_suite

QUARTERS = 8
CHECKS = 40
CHANGE = 0.03
"""Share of a firm's answers that turn from one quarter to the next."""


@dataclass(frozen=True, slots=True)
class Life:
    title: str
    joins: Mapping[int, int]
    """Quarter -> newcomers."""
    leaves: Mapping[int, int]
    """Quarter -> members gone for good: the first, who were counted longest."""
    silent: Mapping[int, int]
    """Quarter -> members that send nothing and are back in the next."""


LIVES = (
    Life("nobody joins or leaves", {}, {}, {}),
    Life("joiners only: one or two a quarter", {1: 1, 2: 2, 3: 1, 4: 2, 5: 1, 6: 1, 7: 2}, {}, {}),
    Life("joiners, and two leavers", {1: 1, 2: 2, 3: 1, 4: 2, 5: 1, 6: 1, 7: 2}, {3: 1, 6: 1}, {}),
    Life("joiners, two leavers, three firms silent once each", {1: 1, 2: 2, 3: 1, 4: 2, 5: 1, 6: 1, 7: 2},
         {3: 1, 6: 1}, {2: 1, 4: 1, 5: 1}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quarter:
    number: int
    joined: int
    left: int
    silent: int
    members: int
    decision: Decision
    claims: int | None
    """Certain inferences of all attacks and coalitions; None when nothing was published."""


Decide = Callable[[Candidates, Sequence[Past]], Decision]


def live(life: Life, seed: int, ask: Decide = decide_wider) -> Iterator[Quarter]:
    draw = random.Random(seed)
    need = [draw.betavariate(1.2, 2.4) for _ in range(CHECKS)]
    answers: dict[str, list[int]] = {}
    firms = [f"f{number:03}" for number in range(14)]
    named = len(firms)
    history: list[Past] = []
    cohort: frozenset[str] = frozenset()
    reports: list[tuple[int, Report]] = []
    rosters: dict[tuple[str, str], frozenset[str]] = {}
    for quarter in range(QUARTERS):
        joined, left = life.joins.get(quarter, 0), life.leaves.get(quarter, 0)
        firms = [*firms[left:], *(f"f{named + number:03}" for number in range(joined))]
        named += joined
        for firm in firms:
            old = answers.get(firm, [])
            answers[firm] = [
                int(draw.random() < share) if not old or draw.random() < CHANGE else old[check]
                for check, share in enumerate(need)
            ]
        away = set(draw.sample(firms, life.silent.get(quarter, 0)))
        present = tuple(firm for firm in firms if firm not in away)
        decision = ask(Candidates(present, cohort, {}, {}), history)
        claims = None
        if decision.answer != "wait" and decision.frame.checks:
            name = f"Q{quarter + 1}"
            report, roster = publish(name, decision, answers)
            history.append(Past(name, decision.frame))
            cohort = decision.members
            reports.append((decision.k, report))
            # A release that withstands fewer members than this one would fall to this one's coalition by itself.
            read = [each for k, each in reports if k >= decision.k]
            rosters |= roster
            known = {place: firms_ for place, firms_ in rosters.items() if place[0] in {each.name for each in read}}
            claims = sum(result.claims for result in run_suite(read, known, decision.k, held=False))
        yield Quarter(quarter + 1, joined, left, len(away), len(firms), decision, claims)


def publish(name: str, decision: Decision, answers: Mapping[str, list[int]]) -> tuple[Report, Rosters]:
    (group,) = decision.frame.checks
    cells = []
    for check in range(CHECKS):
        band = group.layout.band(sum(answers[firm][check] for firm in group.members))
        cells.append(Cell(f"c{check}", group.name, *group.layout.interval(band)))
    return Report(name, tuple(cells)), {(name, group.name): group.members}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draws", type=int, default=4, help="lives drawn of each kind for the counts at the end")
    arguments = parser.parse_args()
    seed, found = arguments.seed, 0
    for life in LIVES:
        print(f"\n{life.title}\n quarter  join left silent members  counted  bands  certain  the gate")
        for each in live(life, seed):
            decision = each.decision
            published = each.claims is not None
            counted = str(len(decision.members)) if published else "-"
            bands = f"{decision.frame.checks[0].layout.q} x {decision.w}" if published else "-"
            claims = "-" if each.claims is None else str(each.claims)
            found += each.claims or 0
            print(
                f" Q{each.number:<7} {each.joined:>4} {each.left:>4} {each.silent:>6} {each.members:>7}  {counted:>7}"
                f"  {bands:>5}  {claims:>7}  {decision.answer}: {decision.reason}"
            )
    print(f"\nquarters of {arguments.draws} draws: at once / with the wider search")
    for life in LIVES:
        counts = []
        for ask in (decide, decide_wider):
            quarters = [each for draw in range(1, arguments.draws + 1) for each in live(life, draw, ask)]
            found += sum(each.claims or 0 for each in quarters)
            told = Counter(each.decision.answer for each in quarters)
            counts.append(", ".join(f"{told[word]} {word}" for word in ("release", "coarser", "wait")))
        print(f" {life.title}: {' / '.join(counts)}", flush=True)
    print(f"certain inferences in all of them: {found}")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
