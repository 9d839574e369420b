"""The wider search: where the gate would wait, another choice of firms that withstands everything, found by counting."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from worldly import exposed_by_answers

from aggregator.disclosure import wider
from aggregator.disclosure.gate import Candidates, Past, check, decide
from aggregator.disclosure.wider import CHECKED, decide_wider
from aggregator.disclosure.worlds import Row


def firms(first, last):
    return tuple(f"f{number:03}" for number in range(first, last))


def come_and_go(seed, quarters=8, ask=decide_wider, categories=None, start=14):
    """Quarter by quarter: one or two join, now and then the oldest leaves, one stays silent. (question, answer)"""
    draw, present, named, history, cohort = Random(seed), firms(0, start), start, [], frozenset()
    for quarter in range(quarters):
        if quarter:
            joining = draw.randint(1, 2)
            present = (*present[draw.randrange(2) :], *firms(named, named + joining))
            named += joining
        away = {draw.choice(present)} if quarter % 3 == 2 else set()
        sent = tuple(firm for firm in present if firm not in away)
        question = Candidates(sent, cohort, {}, categories or {}), tuple(history)
        answer = ask(*question)
        yield question, answer
        if answer.answer != "wait" and answer.frame.checks:
            history.append(Past(f"r{quarter}", answer.frame))
            cohort = answer.members


@cache
def lived(seed):
    return tuple(come_and_go(seed, 7))


def test_where_the_gate_waits_it_finds_firms_whose_figures_withstand_every_release_before():
    waits, found = 0, []
    for seed in range(3):
        for question, answer in lived(seed):
            if decide(*question).answer == "wait":
                waits += 1
                found += [(question, answer)] if answer.answer != "wait" else []
    assert waits >= 5 and 2 * len(found) >= waits, (waits, len(found))
    for (candidates, history), answer in found:
        assert check(answer.frame, history) == "" and answer.members <= frozenset(candidates.present)
        n, present = len(answer.members), len(candidates.present)
        assert answer.reason.startswith(f"{n} of {present} firms in {answer.frame.checks[0].layout.q} bands of ")
        assert ("held back this time" in answer.reason) == (n < present)
        assert (answer.answer == "coarser") == (answer.w > answer.k + 2)
        # Counting fewer firms buys no protection against fewer.
        assert answer.k == (1 if present < 12 else 2)


def test_an_answer_the_gate_has_at_once_stays_as_it_is():
    for question, answer in lived(1):
        first = decide(*question)
        assert first.answer == "wait" or answer == first


def test_it_stops_after_a_count_and_then_still_waits_and_says_how_many_it_tried(monkeypatch):
    monkeypatch.setattr(wider, "CHECKED", 3)
    seen = []
    past = [Past("2026-Q1", decide(Candidates(firms(0, 6), frozenset(), {}, {}), []).frame)]
    answer = decide_wider(
        Candidates(firms(1, 6), frozenset(firms(0, 6)), {}, {}), past, lambda *told: seen.append(told)
    )
    assert answer.answer == "wait" and not answer.frame.checks and len(seen) <= 3
    assert answer.reason.endswith(f"{len(seen)} other choices of firms did no better")
    assert all(checked <= most for checked, most in seen) and CHECKED == 600


@settings(max_examples=30, deadline=None)
@given(st.lists(st.frozensets(st.sampled_from(range(10)), min_size=5), min_size=3, max_size=4))
def test_whatever_it_releases_withstands_brute_force(presents):
    history, cohort = [], frozenset()
    for number, present in enumerate(presents):
        candidates = Candidates(tuple(f"f{firm}" for firm in sorted(present)), cohort, {}, {})
        answer = decide_wider(candidates, history)
        if answer.answer != "wait" and answer.frame.checks:
            history.append(Past(f"r{number}", answer.frame))
            cohort = answer.members
    rows = [Row(group.members, group.w) for past in history for group in past.frame.checks]
    assert not exposed_by_answers(rows, 1)


def test_broken_down_by_sector_whatever_it_finds_passes_the_whole_check():
    sectors = {firm: ("metal", "wood", "print")[place % 3] for place, firm in enumerate(firms(0, 200))}
    answers = [answer for _, answer in come_and_go(1, 4, categories=sectors, start=42)]
    history = []
    for number, answer in enumerate(answers):
        if answer.answer != "wait":
            assert check(answer.frame, history) == ""
            history.append(Past(f"r{number}", answer.frame))
    assert len(history) >= 1


TELL = """
from test_disclosure_wider import come_and_go
for _, answer in come_and_go(0, 6):
    print(answer.answer, answer.w, *sorted(answer.members), answer.reason)
"""


def test_two_machines_answer_alike():
    """Sets are walked in another order under another seed of their hashes; no answer may hang on it."""
    told = set()
    for seed in ("1", "2"):
        paths = os.pathsep.join([str(Path(__file__).parent), *(path for path in sys.path if path)])
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": paths}
        run = subprocess.run(
            [sys.executable, "-c", TELL], env=environment, capture_output=True, text=True, check=True, timeout=60
        )
        told.add(run.stdout)
    assert len(told) == 1 and "held back" in told.pop()
