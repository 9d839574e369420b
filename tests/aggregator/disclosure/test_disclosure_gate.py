"""The gate's answers: who is counted, in which bands, and why, from public data only."""

from hypothesis import given, settings
from hypothesis import strategies as st
from worldly import exposed_by_answers

from aggregator.disclosure.bands import Layout
from aggregator.disclosure.gate import Candidates, Past, check, decide
from aggregator.disclosure.groups import OTHER, Frame, frame
from aggregator.disclosure.sticky import held, margin
from aggregator.disclosure.worlds import Row


def firms(first, last):
    return tuple(f"f{number:03}" for number in range(first, last))


def ask(present, cohort=(), history=(), linked=None, categories=None):
    return decide(Candidates(tuple(present), frozenset(cohort), linked or {}, categories or {}), list(history))


def test_the_first_release_counts_everybody():
    answer = ask(firms(0, 14))
    assert (answer.answer, len(answer.members), answer.k, answer.w) == ("release", 14, 2, 4)
    assert "no coalition of up to 2" in answer.reason


def test_where_nobody_has_sent_results_it_says_so():
    past = [Past("2026-Q1", ask(firms(0, 14)).frame)]
    answer = ask((), firms(0, 14), past)
    assert (answer.answer, answer.reason) == ("wait", "no firm has sent results")


def test_a_small_cohort_is_released_without_figures():
    answer = ask(firms(0, 4))
    assert answer.answer == "release" and answer.frame == Frame((), ())
    assert "figures start at 5" in answer.reason


def test_a_linked_group_raises_k_and_with_it_the_minimum():
    linked = dict.fromkeys(firms(0, 4), "it-klein")
    assert "figures start at 11" in ask(firms(0, 10), linked=linked).reason
    answer = ask(firms(0, 12), linked=linked)
    assert (answer.k, answer.w) == (4, 6)


def test_newcomers_wait_for_a_whole_batch_in_the_order_they_joined():
    past = [Past("2026-Q1", ask(firms(0, 14)).frame)]
    for more, counted in ((1, 14), (3, 14), (4, 18), (7, 18), (8, 22)):
        answer = ask(firms(0, 14 + more), firms(0, 14), past)
        assert answer.answer == "release" and answer.members == frozenset(firms(0, counted))


def test_leavers_can_be_absorbed_by_coarser_bands_or_must_wait():
    past = [Past("2026-Q1", ask(firms(0, 14)).frame)]
    coarser = ask(firms(1, 14), firms(0, 14), past)
    assert (coarser.answer, coarser.k, coarser.w, len(coarser.members)) == ("coarser", 1, 4, 10)
    assert "bands of 3 would not have withstood" in coarser.reason and "3 firms wait" in coarser.reason
    past = [Past("2026-Q1", ask(firms(0, 6)).frame)]
    wait = ask(firms(1, 6), firms(0, 6), past)
    assert wait.answer == "wait" and wait.frame == Frame((), ())
    assert "1 member could subtract" in wait.reason and "2026-Q1" in wait.reason


def test_when_batches_joined_and_first_members_leave_later_the_cohort_goes_back_to_those_counted_ever_since():
    past, cohort = [], ()
    for number, present in enumerate((firms(0, 20), firms(0, 24))):
        answer = ask(present, cohort, past)
        past.append(Past(f"r{number}", answer.frame))
        cohort = answer.members
    answer = ask(firms(4, 28), cohort, past)
    assert answer.answer == "release" and answer.members == frozenset(firms(4, 20)) and check(answer.frame, past) == ""


def test_when_one_member_is_gone_the_last_to_join_stand_aside_so_that_a_whole_batch_leaves():
    past = [Past("2026-Q1", ask(firms(0, 20)).frame)]
    present = firms(0, 5) + firms(6, 20)
    answer = ask(present, firms(0, 20), past)
    assert (answer.answer, answer.w) == ("release", 4) and answer.members == frozenset(present[:16])
    assert "3 firms wait for a whole batch of 4" in answer.reason


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.frozensets(st.sampled_from(range(9)), min_size=4), min_size=2, max_size=3),
)
def test_whatever_it_releases_withstands_brute_force(presents):
    history, cohort = [], frozenset()
    for number, present in enumerate(presents):
        answer = ask([f"f{firm}" for firm in sorted(present)], cohort, history)
        if answer.answer == "wait":
            assert answer.frame == Frame((), ())
            continue
        if answer.frame.checks:
            history.append(Past(f"r{number}", answer.frame))
            cohort = answer.members
    rows = [Row(group.members, group.w) for past in history for group in past.frame.checks]
    assert not exposed_by_answers(rows, 1)


def test_growing_past_twelve_firms_changes_the_width_only_when_that_is_safe():
    past = [Past("2026-Q1", ask(firms(0, 11)).frame)]
    for more in range(1, 9):
        answer = ask(firms(0, 11 + more), firms(0, 11), past)
        assert answer.answer != "wait" and check(answer.frame, past) == ""


def test_breakdowns_follow_size_and_merge_small_categories():
    sectors = {firm: ("metal", "wood", "print")[index % 3] for index, firm in enumerate(firms(0, 200))}
    small = frame(frozenset(firms(0, 29)), 2, 4, sectors)
    assert [g.name for g in small.themes] == ["all"]
    middle = frame(frozenset(firms(0, 60)), 2, 4, sectors)
    assert [g.name for g in middle.themes] == ["metal", "print", "wood"] and [g.name for g in middle.checks] == ["all"]
    large = frame(frozenset(firms(0, 150)), 2, 4, sectors)
    assert [g.name for g in large.checks] == ["metal", "print", "wood"]
    few = sectors | dict.fromkeys(firms(0, 4), "glass") | dict.fromkeys(firms(4, 12), "clay")
    merged = frame(frozenset(firms(0, 60)), 2, 4, few)
    assert {g.name: len(g.members) for g in merged.themes}[OTHER] == 12
    assert all(len(g.members) >= 10 for g in merged.themes)
    assert sum(len(g.members) for g in merged.themes) == 60


def test_a_rest_too_small_to_stand_alone_takes_the_smallest_category_with_it():
    sectors = dict.fromkeys(firms(0, 20), "metal") | dict.fromkeys(firms(20, 37), "wood") | {"f037": "glass"}
    parts = frame(frozenset(firms(0, 38)), 2, 4, sectors).themes
    assert {g.name: len(g.members) for g in parts} == {"metal": 20, OTHER: 18}


def test_one_sector_only_is_no_breakdown():
    parts = frame(frozenset(firms(0, 40)), 2, 4, dict.fromkeys(firms(0, 40), "metal")).themes
    assert [g.name for g in parts] == ["all"]


def test_a_sector_called_all_does_not_pass_for_the_total():
    sectors = dict.fromkeys(firms(0, 20), "all") | dict.fromkeys(firms(20, 40), "wood")
    assert [g.name for g in frame(frozenset(firms(0, 40)), 2, 4, sectors).themes] == [OTHER, "wood"]


@given(st.integers(9, 60), st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_a_held_band_never_strays_further_than_its_margin(n, counts):
    layout = Layout(n, 4)
    if not layout.publishable:
        return
    shown = None
    for count in (min(count, n) for count in counts):
        plain = layout.band(count)
        shown = plain if shown is None else held(shown, plain)
        low, high = layout.interval(shown)
        assert low - margin(layout) <= count <= high + margin(layout)
