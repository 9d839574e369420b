"""A total over categories that hold still proves nothing its categories do not prove."""

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.disclosure.bands import Layout
from aggregator.disclosure.frozen import Banded, Frozen
from aggregator.disclosure.groups import lined
from aggregator.release.figures import Before, Identity, make_release
from aggregator.tally.outcomes import Subject
from aggregator.tally.vectors import KINDS
from shieldwall.checks.vocabulary import THEMES
from shieldwall.published.release import ALL, CountedLog, Figure, GateAnswer, PackReference, Release

W, N = 4, 16
SUBJECTS = tuple(Subject(f"access-{i}", f"Check {i}", "access", 3, False, False) for i in range(4))
MEMBERS = {"metal": [f"m{i:02}" for i in range(N)], "wood": [f"w{i:02}" for i in range(N)]}


def frozen(period: str, counts: tuple[int, int]) -> Frozen:
    """32 firms in two sectors, of which so many need action on the one theme."""
    layout = Layout(N, W)
    place = len(THEMES) * KINDS.index(False) + THEMES.index("access")
    themes = []
    for (name, members), count in zip(MEMBERS.items(), counts, strict=True):
        bands = [0] * len(THEMES) * len(KINDS)
        bands[place] = layout.band(count)
        themes.append(Banded(name, tuple(members), 2, W, (), (), tuple(bands)))
    everybody = tuple(sorted(member for members in MEMBERS.values() for member in members))
    return Frozen(
        "shieldwall-frozen/1", period, PackReference("p", "1", "0" * 64), SUBJECTS, (1,) * 4, everybody, 2, W, "sector",
        GateAnswer("release", "test"), (Banded(ALL, everybody, 2, W, (0,) * 4, (0, 0), ()),), tuple(themes),
        CountedLog("", 0, "0" * 64),
    )  # fmt: skip


def chain(history: list[tuple[int, int]]) -> list[Release]:
    made: list[Release] = []
    before: Before | None = None
    for number, counts in enumerate(history):
        found = frozen(f"2026-Q{number + 1}", counts)
        made.append(make_release(Identity(found.period, "c", "2026-01-01T00:00Z", "test"), found, before))
        before = Before(made[-1], found)
    return made


def total(release: Release) -> Figure:
    return next(figure for figure in release.themes if figure.group == ALL)


def test_the_theme_has_a_total_of_two_held_categories() -> None:
    assert lined(SUBJECTS, "access", False)
    first, second = chain([(3, 7), (7, 11)])
    assert (total(first).low, total(first).high, total(first).trend) == (4, 10, "first")
    assert (total(second).low, total(second).high, total(second).trend) == (4, 10, "same"), "both are held"


def test_a_total_that_fell_is_not_told_as_a_proven_rise() -> None:
    """7 + 11 firms, then 8 + 0: one category moves up a band, the other falls unseen."""
    *_, second, third = chain([(3, 7), (7, 11), (8, 0)])
    assert (total(second).high, total(third).low) == (10, 12), "the intervals do not meet"
    assert total(third).trend == "same"


@given(st.lists(st.tuples(st.integers(0, N), st.integers(0, N)), min_size=2, max_size=4))
@settings(max_examples=300, deadline=None)
def test_an_arrow_is_always_true(history: list[tuple[int, int]]) -> None:
    for release, before, now in zip(chain(history)[1:], history, history[1:], strict=False):
        for figure in release.themes:
            then, today = (
                sum(c) if figure.group == ALL else c[list(MEMBERS).index(figure.group)] for c in (before, now)
            )
            assert {"more": today > then, "fewer": today < then}.get(figure.trend, True)


def test_arrows_of_totals_are_still_there_where_both_moved() -> None:
    *_, last = chain([(0, 0), (16, 16)])
    assert total(last).trend == "more"
