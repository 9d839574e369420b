"""The enumeration behind the gate: against brute force, and the exhaustive facts the policy rests on."""

from collections import Counter
from itertools import combinations_with_replacement, pairwise, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worldly import exposed_by_answers, exposed_by_atoms, rows_of

from aggregator.disclosure.bands import Layout, coalition, minimum_cohort, width
from aggregator.disclosure.worlds import Row, TooTangled, find_breach


def unsafe(spec, k):
    """Whether rows of width k + 2 over these membership patterns expose anybody."""
    return find_breach(rows_of({p: size for p, size in spec.items() if size}, width(k)), k) is not None


@given(st.integers(5, 600), st.integers(1, 4))
def test_bands_tile_the_counts_and_are_never_narrower_than_their_width(n, k):
    layout = Layout(n, width(k))
    if not layout.publishable:
        assert n < minimum_cohort(k)
        return
    intervals = [layout.interval(band) for band in range(layout.q)]
    assert intervals[0][0] == 0 and intervals[-1][1] == n
    assert all(high - low + 1 >= layout.w for low, high in intervals)
    assert all(after[0] == before[1] + 1 for before, after in pairwise(intervals))
    assert all(low <= count <= high for count in range(n + 1) for low, high in [layout.interval(layout.band(count))])


def test_k_follows_size_and_linked_firms():
    assert [coalition(n) for n in (5, 11, 12, 500)] == [1, 1, 2, 2]
    assert coalition(40, 5) == 5 and coalition(40, 1) == 2


@pytest.mark.parametrize("count", [-1, 9])
def test_a_count_no_group_can_have_is_refused(count):
    with pytest.raises(ValueError, match="not a count"):
        Layout(8, 3).band(count)


subsets = st.lists(st.frozensets(st.sampled_from("abcdefgh"), min_size=3), min_size=1, max_size=3)


@settings(max_examples=80, deadline=None)
@given(subsets, st.sampled_from((2, 3, 4)), st.sampled_from((1, 2)))
def test_it_finds_exactly_what_trying_every_answer_of_every_firm_finds(groups, w, k):
    rows = [Row(members, w) for members in groups]
    assert (find_breach(rows, k) is not None) == exposed_by_answers(rows, k)


@settings(max_examples=25, deadline=None)
@given(st.integers(20, 60), st.integers(1, 4), st.sampled_from((1, 2)))
def test_large_groups_may_be_shrunk_without_changing_the_answer(stay, join, k):
    patterns = [(1, 1), (0, 1)]
    assert unsafe({(1, 1): stay, (0, 1): join}, k) == exposed_by_atoms([stay, join], patterns, width(k), k)


@settings(max_examples=6, deadline=None)
@given(st.integers(30, 70), st.sampled_from((2, 3, 6)), st.sampled_from((1, 3)))
def test_shrinking_holds_with_joiners_and_leavers_at_once(stay, join, leave):
    sizes = [stay, join, leave]
    patterns = [(1, 1), (0, 1), (1, 0)]
    spec = dict(zip(patterns, sizes, strict=True))
    assert unsafe(spec, 1) == exposed_by_atoms(sizes, patterns, 3, 1)


def test_a_single_release_exposes_nobody():
    found = [(n, k) for k in (1, 2, 3, 4) for n in range(minimum_cohort(k), 80) if unsafe({(1,): n}, k)]
    assert found == []


def test_narrower_bands_than_k_plus_two_would():
    assert all(find_breach([Row(frozenset(map(str, range(n))), k + 1)], k) for k in (1, 2, 3) for n in range(9, 40))


def test_joiners_and_leavers_in_multiples_of_the_width_expose_nobody():
    # n up to 21 for k = 1 and 2, up to five batches each way, at least one firm staying: 720 designs.
    designs = [
        {(1, 1): n - out * w, (0, 1): into * w, (1, 0): out * w, "k": k}
        for k, w in ((1, 3), (2, 4))
        for n in range(2 * w - 1, 22)
        for into, out in product(range(6), repeat=2)
        if (into or out) and n - out * w >= 1 and n + (into - out) * w >= 2 * w - 1
    ]
    assert len(designs) == 720
    assert [d for d in designs if unsafe({p: s for p, s in d.items() if p != "k"}, d["k"])] == []


def test_every_batch_that_is_no_multiple_of_the_width_exposes_somebody():
    for k, w in ((1, 3), (2, 4)):
        for n, batch in product(range(2 * w - 1, 31), range(1, 3 * w + 1)):
            assert unsafe({(1, 1): n, (0, 1): batch}, k) == (batch % w != 0), (k, n, batch)
            assert unsafe({(1, 1): n, (1, 0): batch}, k) == (batch % w != 0), (k, n, batch)


@pytest.mark.parametrize(("releases", "designs"), [(3, 136), (4, 272)])
def test_joins_only_expose_nobody_however_long_they_go_on(releases, designs):
    # k = 1 and 2, n up to 22 at the start, one or two batches before each later release.
    tried = 0
    for k, w in ((1, 3), (2, 4)):
        for n, batches in product(range(2 * w - 1, 23), product((1, 2), repeat=releases - 1)):
            spec = {(1,) * releases: n}
            for later, batch in enumerate(batches, 1):
                spec[(0,) * later + (1,) * (releases - later)] = batch * w
            tried += 1
            assert not unsafe(spec, k), (k, n, batches)
    assert tried == designs


def test_batches_both_ways_that_are_no_multiples_of_the_width_expose_somebody_unless_hardly_anybody_stays():
    # k = 1 to 3, n up to 26, 0 to 2 w joiners and leavers at once: 3,776 of 3,979 designs, and none of the 426 of
    # multiples. In the 203 others at most 2 k + 1 firms stay, too few to be told apart from those who go.
    found: Counter[tuple[bool, bool]] = Counter()
    for k in (1, 2, 3):
        w = width(k)
        for n, into, out in product(range(2 * w - 1, 27), range(2 * w + 1), range(2 * w + 1)):
            if not (into or out) or n - out < 1 or n + into - out < 2 * w - 1:
                continue
            whole = into % w == out % w == 0
            bad = unsafe({(1, 1): n - out, (0, 1): into, (1, 0): out}, k)
            found[whole, bad] += 1
            assert whole or bad or n - out <= 2 * k + 1, (k, n, into, out)
    assert found == {(True, False): 426, (False, True): 3776, (False, False): 203}


def test_whole_batches_that_join_and_leave_later_expose_somebody_when_an_old_member_goes_and_a_newcomer_stays():
    # Three releases, k = 1 to 3, n up to 25: one to three batches join, then one to three leave, some of them
    # newcomers. Unsafe are the 696 of 1,161 designs in which old members leave and newcomers stay, and no other.
    found: Counter[tuple[bool, bool]] = Counter()
    for k, into, out in product((1, 2, 3), (1, 2, 3), (1, 2, 3)):
        w = width(k)
        for n, back in product(range(2 * w - 1, 26), range(min(into, out) + 1)):
            old, stay = out - back, into - back
            if n - old * w >= 1 and n + (into - out) * w >= 2 * w - 1:
                spec = {(1, 1, 1): n - old * w, (0, 1, 1): stay * w, (1, 1, 0): old * w, (0, 1, 0): back * w}
                found[bool(old and stay), unsafe(spec, k)] += 1
    assert found == {(True, True): 696, (False, False): 465}


def test_a_banded_total_beside_banded_parts_exposes_somebody_nearly_always():
    # Two categories of 5 to 16 (k = 1) or 7 to 16 firms (k = 2): 117 of 133; three categories: all 364 + 220.
    counts = {2: [0, 0], 3: [0, 0]}
    for (k, w), parts in product(((1, 3), (2, 4)), (2, 3)):
        for sizes in combinations_with_replacement(range(2 * w - 1, 17), parts):
            groups = [frozenset(f"{part}.{i}" for i in range(size)) for part, size in enumerate(sizes)]
            rows = [Row(group, w) for group in (*groups, frozenset[str]().union(*groups))]
            counts[parts][0] += find_breach(rows, k) is not None
            counts[parts][1] += 1
    assert counts == {2: [117, 133], 3: [584, 584]}


@pytest.mark.parametrize("k", [1, 2])
def test_a_banded_total_beside_two_parts_of_at_most_29_firms(k):
    unsafe_, designs = 0, [pair for pair in combinations_with_replacement(range(7, 22), 2) if sum(pair) <= 29]
    for sizes in designs:
        groups = [frozenset(f"{part}.{i}" for i in range(size)) for part, size in enumerate(sizes)]
        rows = [Row(group, width(k)) for group in (*groups, groups[0] | groups[1])]
        unsafe_ += find_breach(rows, k) is not None
    assert (unsafe_, len(designs)) == (65, 71)


def test_parts_alone_expose_nobody():
    groups = [frozenset(f"{part}.{i}" for i in range(12)) for part in range(3)]
    assert find_breach([Row(group, 4) for group in groups], 2) is None


def test_a_history_too_tangled_to_enumerate_is_refused():
    # Firms that come and go at random allow no order in which everybody's rows are neighbours.
    draw = Random(1)
    rows = [Row(frozenset(f"f{i}" for i in range(200) if draw.random() < 0.9), 4) for _ in range(8)]
    with pytest.raises(TooTangled):
        find_breach(rows, 2)


def test_eight_releases_of_five_hundred_firms_that_only_join_are_decided_and_safe():
    rows = [Row(frozenset(f"f{i}" for i in range(440 + 8 * number)), 4) for number in range(8)]
    assert find_breach(rows, 2) is None
    assert find_breach([*rows, Row(frozenset(f"f{i}" for i in range(505)), 4)], 2) is not None
