"""How long the release gate takes and how often it waits: CPU time of a decision over realistic histories, the slowest
of several questions; first as the gate answers at once, then with the wider search where it would wait.

Usage: python benchmarks/gate.py
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aggregator.disclosure.gate import Candidates, Decision, Past, decide
from aggregator.disclosure.wider import decide_wider

SECTORS = ("metal", "wood", "print", "food")


@dataclass(frozen=True, slots=True)
class Life:
    title: str
    first: int
    """Firms of the first period."""
    releases: int
    join: int
    """Newcomers before each later period."""
    leave: int
    """Members gone for good before each later period."""
    silent: float
    """Share of members that send nothing in a period and come back."""
    bound: float
    """Seconds in which the gate answers at once; 0 where none is promised."""
    split: bool = True
    """Broken down by sector."""


LIVES = (
    Life("n = 40, 3 releases, joins", 40, 3, 5, 0, 0, 0.05),
    Life("n = 40, 3 releases, joins and leavers", 40, 3, 5, 2, 0, 0.05),
    Life("n = 40, 3 releases, leavers only", 40, 3, 0, 3, 0, 0.05),
    Life("n = 40, 8 releases, joins", 24, 8, 3, 0, 0, 0),
    Life("n = 40, 8 releases, joins, leavers", 30, 8, 3, 1, 0, 0),
    Life("n = 40, 8 releases, joins, leavers, no breakdown", 30, 8, 3, 1, 0, 0, split=False),
    Life("n = 500, 8 releases, joins", 440, 8, 9, 0, 0, 1.0),
    Life("n = 500, 8 releases, joins and leavers", 440, 8, 13, 4, 0, 1.0),
    Life("n = 40, 8 releases, 3 % silent now and then", 40, 8, 1, 1, 0.03, 0),
    Life("the same, no breakdown", 40, 8, 1, 1, 0.03, 0, split=False),
    Life("n = 500, 8 releases, 2 % silent now and then", 460, 8, 8, 3, 0.02, 0),
)


Decide = Callable[[Candidates, Sequence[Past]], Decision]


def live(life: Life, seed: int, ask: Decide = decide) -> list[tuple[Decision, float]]:
    draw = random.Random(seed)
    firms = [f"f{number:04}" for number in range(life.first)]
    sectors = {f"f{number:04}": draw.choice(SECTORS) for number in range(2000)} if life.split else {}
    history: list[Past] = []
    cohort: frozenset[str] = frozenset()
    out = []
    for period in range(life.releases):
        if period:
            gone = set(draw.sample(firms, life.leave))
            known = int(firms[-1][1:]) + 1
            firms = [firm for firm in firms if firm not in gone]
            firms += [f"f{known + number:04}" for number in range(life.join)]
        present = [firm for firm in firms if draw.random() >= life.silent]
        before = time.process_time()
        decision = ask(Candidates(tuple(present), cohort, {}, sectors), history)
        out.append((decision, time.process_time() - before))
        if decision.answer != "wait" and decision.frame.checks:
            history.append(Past(f"r{period}", decision.frame))
            cohort = decision.members
    return out


def main(lives: Sequence[Life] = LIVES) -> int:
    late = 0
    live(LIVES[0], 0)
    print(f"{'history':<48} {'slowest':>9} {'median':>9} {'bound':>7}  answers")
    for life in lives:
        bound = f"{1000 * life.bound:.0f} ms" if life.bound else "-"
        slowest = _row(life.title, life, decide, bound)
        _row("  with the wider search", life, decide_wider, "-")
        late += bool(life.bound) and slowest > life.bound
    return 1 if late else 0


def _row(title: str, life: Life, ask: Decide, bound: str) -> float:
    told = [each for seed in range(10) for each in live(life, seed, ask)]
    times = sorted(seconds for _, seconds in told)
    answers = [decision.answer for decision, _ in told]
    counts = ", ".join(f"{answers.count(word)} {word}" for word in ("release", "coarser", "wait"))
    middle = times[len(times) // 2]
    print(f"{title:<48} {1000 * times[-1]:>6.1f} ms {1000 * middle:>6.1f} ms {bound:>7}  {counts}", flush=True)
    return times[-1]


if __name__ == "__main__":
    raise SystemExit(main())
