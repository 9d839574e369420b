"""What is promised of a figure's next move comes true for every count, held or plain, of one group or of several."""

from dataclasses import replace

import released
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.disclosure.bands import Layout
from aggregator.disclosure.possible import falls_at, possible
from aggregator.disclosure.sticky import STICKY_BELOW, held
from shieldwall.published.release import ALL, Figure, Release

W = 4


def shown(layout: Layout, band: int, group: str = ALL) -> Figure:
    low, high = layout.interval(band)
    return Figure("f", "F", "access", "measured", 3, group, layout.n, low, high, band, layout.q, "same")


def total(parts: list[Figure]) -> Figure:
    n, low, high = (sum(getattr(part, name) for part in parts) for name in ("n", "low", "high"))
    return replace(parts[0], group=ALL, n=n, low=low, high=high, band=None, bands=0)


def issued(figures: list[Figure], n: int) -> Release:
    base = released.release(24)
    names = tuple(f.group for f in figures if f.group != ALL)
    return replace(base, checks=tuple(figures), cohort=replace(base.cohort, n=n, w=W, categories=names))


@given(st.integers(2 * W - 1, 60), st.data())
def test_one_group_moves_at_the_target_and_not_before(n: int, data: st.DataObject) -> None:
    layout = Layout(n, W)
    band = data.draw(st.integers(0, layout.q - 1))
    figure = shown(layout, band)
    target = falls_at(figure, issued([figure], n))
    for count in range(n + 1):
        plain = layout.band(count)
        next_band = held(band, plain) if n < STICKY_BELOW else plain
        fewer = layout.interval(next_band)[1] < figure.low
        assert fewer == (target is not None and count <= target)


@given(st.lists(st.integers(2 * W - 1, 40), min_size=2, max_size=3), st.data())
@settings(max_examples=300)
def test_a_total_at_its_target_has_moved_however_firms_are_spread(sizes: list[int], data: st.DataObject) -> None:
    layouts = [Layout(n, W) for n in sizes]
    bands = [data.draw(st.integers(0, layout.q - 1)) for layout in layouts]
    parts = [shown(layout, band, f"part{i}") for i, (layout, band) in enumerate(zip(layouts, bands, strict=True))]
    whole = total(parts)
    target = falls_at(whole, issued([whole, *parts], sum(sizes)))
    if target is None:
        return
    left, counts = min(target, sum(sizes)), []
    for layout in layouts:
        counts.append(data.draw(st.integers(0, min(left, layout.n))))
        left -= counts[-1]
    plain = [layout.band(count) for layout, count in zip(layouts, counts, strict=True)]
    sticky = sum(sizes) < STICKY_BELOW
    after = [held(before, now) if sticky else now for before, now in zip(bands, plain, strict=True)]
    high = sum(layout.interval(band)[1] for layout, band in zip(layouts, after, strict=True))
    assert high < whole.low


def test_a_total_says_no_less_than_its_categories_allow() -> None:
    layouts = [Layout(80, W), Layout(80, W)]
    parts = [shown(layout, 10, f"part{i}") for i, layout in enumerate(layouts)]
    whole = total(parts)
    release = issued([whole, *parts], 160)
    assert (whole.low, whole.high) == (80, 86)
    assert falls_at(whole, release) == 80 - 1 - 4 - 4, "the last band of 80 firms holds five counts"
    assert possible(whole, replace(release, cohort=replace(release.cohort, margin=0))).low == 80
