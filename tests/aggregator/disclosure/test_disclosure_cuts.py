"""Cuts answer as the enumeration of all worlds does, wherever both can."""

from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aggregator.disclosure.bands import Layout
from aggregator.disclosure.cuts import consecutive, find_forced
from aggregator.disclosure.worlds import Effort, TooTangled, enumerate_worlds


def history(draw):
    """(sizes, patterns, layouts, k) of up to four releases in which firms join and leave once; rows shuffled."""
    releases, k = draw.randint(1, 4), draw.choice((1, 1, 2, 2, 3))
    w, atoms = k + draw.choice((1, 2, 2, 2, 3)), {}
    for _ in range(draw.randint(1, 4)):
        first = draw.randrange(releases)
        last = draw.randrange(first, releases)
        pattern = tuple(first <= row <= last for row in range(releases))
        atoms[pattern] = atoms.get(pattern, 0) + draw.choice((w, 2 * w, draw.randint(1, 3 * w)))
    widths = [w if draw.random() < 0.85 else w + draw.randint(1, 3) for _ in range(releases)]
    layouts = [Layout(sum(m for p, m in atoms.items() if p[row]), widths[row]) for row in range(releases)]
    kept = [row for row in range(releases) if layouts[row].publishable]
    draw.shuffle(kept)
    merged = {}
    for pattern, firms in atoms.items():
        seen = tuple(pattern[row] for row in kept)
        if any(seen):
            merged[seen] = merged.get(seen, 0) + firms
    return list(merged.values()), list(merged), [layouts[row] for row in kept], k


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9))
def test_cuts_and_the_enumeration_of_worlds_agree(seed):
    sizes, patterns, layouts, k = history(Random(seed))
    assume(layouts)
    order = consecutive(patterns)
    assert order is not None
    try:
        slow = enumerate_worlds(patterns, sizes, layouts, k, Effort(3_000_000))
    except TooTangled:
        assume(False)
    assert (find_forced(sizes, patterns, layouts, order, k) is None) == (slow is None)


@given(st.lists(st.tuples(*[st.booleans()] * 4).filter(any), min_size=1, max_size=6, unique=True))
def test_an_order_has_every_patterns_rows_side_by_side(patterns):
    order = consecutive(patterns)
    if order is None:
        return
    for pattern in patterns:
        seen = "".join("1" if pattern[row] else "0" for row in order)
        assert "1" * sum(pattern) in seen


def test_three_parts_beside_their_total_have_no_such_order():
    assert consecutive([(True, False, False, True), (False, True, False, True), (False, False, True, True)]) is None


@pytest.mark.parametrize(("join", "leave", "unsafe"), [(4, 0, False), (5, 0, True), (0, 8, False), (4, 4, False)])
def test_two_large_releases_by_cuts_alone(join, leave, unsafe):
    patterns = [(True, True), (False, True), (True, False)]
    sizes = [400, join, leave]
    kept = [(m, p) for m, p in zip(sizes, patterns, strict=True) if m]
    layouts = [Layout(400 + leave, 4), Layout(400 + join, 4)]
    found = find_forced([m for m, _ in kept], [p for _, p in kept], layouts, (0, 1), 2)
    assert (found is not None) == unsafe
