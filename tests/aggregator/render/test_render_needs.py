"""Gaps in knowledge and in money: two piles that together are the whole, and bounds that hold for every real count."""

from __future__ import annotations

from dataclasses import replace
from typing import get_type_hints

import pytest
import released
from hypothesis import given
from hypothesis import strategies as st

from aggregator.disclosure.bands import Layout, coalition, width
from aggregator.render import coded, load, needs
from aggregator.render.base import CheckWords, Words
from aggregator.render.money import CATEGORIES, PURCHASES, TEACHING, category, purchase
from aggregator.render.needs import buys_of, funds_of, needs_of, points_of, reach
from aggregator.render.story import tell
from shieldwall.checks.vocabulary import FUNDING
from shieldwall.packs.pack import load_pack
from shieldwall.published.release import Figure, Release

FIGURE = Figure("a", "A", "access", "measured", 6, "all", 24, 8, 11, 2, 6, "same")
KNOWN = {
    "x": CheckWords("", "T-NET", "", "F-NETWORK"), "y": CheckWords("", "T-NET", ""),
    "z": CheckWords("", "T-AWARE", "", TEACHING),
}  # fmt: skip


def test_the_two_piles_by_hand() -> None:
    figures = (
        replace(FIGURE, id="x", weight=10, low=4, high=7, band=1),
        replace(FIGURE, id="y", weight=3, low=8, high=11),
        replace(FIGURE, id="z", weight=6, low=20, high=24, band=5),
    )
    aware, network = needs_of(figures, KNOWN)
    # T-AWARE: 6 * (20..24), all of it taught, though courses cost money. T-NET: taught 3 * (8..11), bought 10 * (4..7)
    assert (aware.id, aware.teach, aware.fund) == ("T-AWARE", needs.Points(120, 144), needs.Points(0, 0))
    assert (network.id, network.teach, network.fund) == ("T-NET", needs.Points(24, 33), needs.Points(40, 70))
    assert (network.low, network.points, network.high) == (64, 84, 103)
    assert ([f.id for f in network.checks], [f.id for f in network.taught]) == (["x", "y"], ["y"])
    assert [(fund.id, fund.points.middle) for fund in funds_of(figures, KNOWN)] == [(TEACHING, 132), ("F-NETWORK", 55)]


@pytest.mark.parametrize("n", [8, 24, 60, 150])
def test_nothing_is_counted_twice_and_nothing_is_lost(n: int) -> None:
    release, words = released.library(n)
    story = tell(release, words)
    whole = points_of(f for f in release.checks if f.high)
    taught, bought = [need.teach for need in story.needs], [need.fund for need in story.needs]
    assert sum(p.low for p in (*taught, *bought)) == whole.low
    assert sum(p.high for p in (*taught, *bought)) == whole.high
    assert sum(p.high for p in bought) == sum(fund.points.high for fund in story.funds) > 0
    buys = [buy for buy in buys_of(release.checks, words) if buy.funding != TEACHING]
    assert sum(p.low for p in bought) == sum(buy.points.low for buy in buys)


@given(st.integers(5, 60), st.data())
def test_a_reach_holds_whatever_the_firms_answered(n: int, data: st.DataObject) -> None:
    layout = Layout(n, width(coalition(n)))
    answers = [data.draw(st.frozensets(st.integers(0, n - 1))) for _ in range(data.draw(st.integers(1, 4)))]
    figures = []
    for number, firms in enumerate(answers):
        band = layout.band(len(firms))
        low, high = layout.interval(band)
        figures.append(Figure(f"c{number}", "C", "access", "measured", 1, "all", n, low, high, band, layout.q, "same"))
    (found,) = reach(figures)
    assert found.low <= len(frozenset().union(*answers)) <= found.high <= n


def test_measured_and_answered_are_never_added_up() -> None:
    both = (FIGURE, replace(FIGURE, id="b", kind="attested", low=12, high=15, band=3))
    assert [(r.kind, r.low, r.high) for r in reach(both)] == [("measured", 8, 11), ("attested", 12, 15)]


def test_the_tables_of_money_cover_the_vocabulary_and_the_library() -> None:
    assert tuple(CATEGORIES) == FUNDING
    pack = load_pack()
    used = {(c.funding_category, c.training_topic) for c in map(pack.check, pack.order) if c.funding_category}
    named = {purchase(*pair)[0] for pair in used}
    assert named == {"-".join(part for part in pair if part).lower() for pair in PURCHASES}
    assert all(what.asked for what in PURCHASES.values())


def test_a_category_of_a_later_pack_is_shown_plainly() -> None:
    assert category("F-NEW").title == "F-NEW"
    identity, plain = purchase("F-NEW", "T-NET")
    assert (identity, plain.title, plain.asked) == ("f-new", "F-NEW", ())


def test_commands_in_texts_are_code_or_quoted_never_backticks() -> None:
    assert coded.as_text("Run `apt-get <x>` now.") == "Run “apt-get <x>” now."
    assert coded.as_html("Run `apt-get <x>` now.") == "Run <code>apt-get &lt;x&gt;</code> now."
    assert coded.as_text("a ` b") == coded.as_html("a ` b") == "a ` b"
    release, words = released.library(24)
    for form in ("text", "html"):
        assert "`" not in load(form)(release, words).decode(), form


def test_needs_know_the_release_and_the_pack_and_nothing_else() -> None:
    for function in (needs_of, funds_of, buys_of):
        hints = get_type_hints(function)
        assert hints.pop("return")
        assert set(hints) == {"figures", "words"} and hints["words"] == Words
    assert get_type_hints(tell) | {"return": None} == {"release": Release, "words": Words, "return": None}
