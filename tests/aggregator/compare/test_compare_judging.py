"""What a comparison claims holds for every count the intervals allow, and turns round when the sides do."""

import csv
import io
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import released
from hypothesis import given, settings
from hypothesis import strategies as st
from releasing import MadeUp, cluster, packed, random_hosts, small_pack

from aggregator.cli import run
from aggregator.compare import FORMATS, load
from aggregator.compare.base import Comparison, Side
from aggregator.compare.judging import compare, verdict
from aggregator.compare.opening import LARGEST, open_side, read_side
from aggregator.disclosure.bands import Layout
from aggregator.disclosure.possible import Count, possible
from aggregator.disclosure.sticky import held, margin
from shieldwall.encoding.envelope import sign
from shieldwall.errors import IntegrityError, UsageError
from shieldwall.packs.bundle import Bundle, encode_bundle
from shieldwall.published.release import ALL, Figure, Release, encode_release

MIRROR = {"more": "fewer", "fewer": "more", "open": "open"}


@st.composite
def counts(draw: st.DrawFn) -> Count:
    n = draw(st.integers(1, 40))
    low = draw(st.integers(0, n))
    return Count(low, draw(st.integers(low, n)), n)


@given(counts(), counts())
def test_a_claim_holds_for_every_true_count(left: Count, right: Count) -> None:
    said = verdict(left, right)
    shares = {
        (a * right.n > b * left.n) - (a * right.n < b * left.n)
        for a in range(left.low, left.high + 1)
        for b in range(right.low, right.high + 1)
    }
    assert shares == {"more": {1}, "fewer": {-1}}.get(said, shares)
    assert said != "open" or shares not in ({1}, {-1}), "a difference that is there for all counts is said"


@given(counts(), counts())
def test_turning_the_sides_round_turns_the_answer_round(left: Count, right: Count) -> None:
    assert verdict(left, right) == MIRROR[verdict(right, left)]


@st.composite
def histories(draw: st.DrawFn) -> tuple[tuple[Layout, ...], list[tuple[int, ...]]]:
    """Categories of one cohort, and the true counts in each, release by release."""
    k = draw(st.integers(1, 3))
    parts = draw(st.lists(st.integers(2 * (k + 2) - 1, 20), min_size=1, max_size=3))
    layouts = tuple(Layout(n, k + 2) for n in parts)
    true = st.tuples(*(st.integers(0, n) for n in parts))
    return layouts, draw(st.lists(true, min_size=1, max_size=5))


@given(histories())
@settings(max_examples=300)
def test_the_true_count_is_among_the_possible_ones(history: tuple[tuple[Layout, ...], list[tuple[int, ...]]]) -> None:
    """Figures held as the aggregator holds them, and their total; the margin is the widest of a category."""
    layouts, truths = history
    bands = [layout.band(count) for layout, count in zip(layouts, truths[0], strict=True)]
    told = [tuple(bands)]
    for counts_now in truths[1:]:
        plain = [layout.band(count) for layout, count in zip(layouts, counts_now, strict=True)]
        bands = [held(before, now) for before, now in zip(bands, plain, strict=True)]
        told.append(tuple(bands))
    names = tuple(f"part{i}" for i in range(len(layouts))) if len(layouts) > 1 else ()
    for index, (counts_now, shown) in enumerate(zip(truths, told, strict=True)):
        slack = max(map(margin, layouts)) if index else 0
        release = replace(released.release(24), cohort=replace(COHORT, margin=slack, categories=names))
        figures = [_figure(layout, band) for layout, band in zip(layouts, shown, strict=True)]
        before = (
            [_figure(layout, band) for layout, band in zip(layouts, told[index - 1], strict=True)] if index else None
        )
        pairs = list(zip(figures, before or [None] * len(figures), counts_now, strict=True))
        if names:
            pairs.append((_total(figures), _total(before) if before else None, sum(counts_now)))
        for figure, old, truth in pairs:
            found = possible(_trended(figure, old), release)
            assert found.low <= truth <= found.high


COHORT = released.release(24).cohort


def _figure(layout: Layout, band: int) -> Figure:
    low, high = layout.interval(band)
    return Figure("f", "F", "access", "measured", 1, ALL, layout.n, low, high, band, layout.q, "first")


def _total(figures: list[Figure]) -> Figure:
    n, low, high = (sum(getattr(f, name) for f in figures) for name in ("n", "low", "high"))
    return replace(figures[0], n=n, low=low, high=high, band=None, bands=0)


def _trended(figure: Figure, old: Figure | None) -> Figure:
    if old is None:
        return figure
    return replace(figure, trend="more" if figure.low > old.high else "fewer" if figure.high < old.low else "same")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[MadeUp]:
    """Two clusters: 14 firms over three quarters with answers that change, and 18 firms that mostly pass."""
    first, second = (cluster(tmp_path_factory.mktemp(name)) for name in ("first", "second"))
    generator = np.random.default_rng(8)
    for up, number in ((first, 14), (second, 18)):
        names = [f"Firm {i:02}" for i in range(number)]
        for name in names:
            up.join(name)
    for _ in range(3):
        first.release(random_hosts(generator, list(first.firms), len(first.pack.order)))
    second.release({name: np.ones((1, len(second.pack.order)), np.uint8) for name in second.firms})
    return [first, second]


def newest(up: MadeUp) -> Path:
    return max(folder for folder in up.config.releases.iterdir()) / "release.json"


def sides(made: list[MadeUp]) -> tuple[Side, Side]:
    first, second = (read_side(newest(up), up.notary.vkey) for up in made)
    return first, second


def test_held_figures_of_real_releases_are_never_wrong(tmp_path: Path) -> None:
    up = cluster(tmp_path)
    for number in range(14):
        up.join(f"Firm {number:02}")
    generator = np.random.default_rng(3)
    hosts = {name: codes[:1] for name, codes in random_hosts(generator, list(up.firms), len(up.pack.order)).items()}
    sticky = 0
    for _ in range(4):
        release = up.release(hosts).release
        truth = np.sum([codes[0] == 2 for codes in hosts.values()], axis=0)
        for figure, count in zip(release.checks, truth, strict=True):
            found = possible(figure, release)
            assert found.low <= count <= found.high
            sticky += not figure.low <= count <= figure.high
        for codes in hosts.values():
            flip = generator.random(codes.shape) < 0.25
            codes[flip] = 3 - codes[flip]
        assert packed(next(iter(hosts.values()))[0])
    assert sticky, "some count lay outside its interval, or this proved nothing"


def test_two_clusters_judged_by_one_library_are_compared(made: list[MadeUp]) -> None:
    left, right = sides(made)
    found = compare(left, right, {})
    assert found.left_out == () and len(found.pairs) == len(right.release.checks) + 6 + 2
    assert {pair.verdict for pair in found.pairs} == {"more", "open"}
    back = compare(right, left, {})
    assert [MIRROR[pair.verdict] for pair in back.pairs] == [pair.verdict for pair in found.pairs]
    assert left.release.cohort.margin > 0 and right.release.cohort.margin == 0
    assert all(pair.left_count.high - pair.left_count.low >= pair.left.high - pair.left.low for pair in found.pairs)


def test_only_what_counts_the_same_thing_is_compared(made: list[MadeUp]) -> None:
    left, right = sides(made)
    other = small_pack(5)
    strange = Side(replace(right.release, pack=replace(right.release.pack, digest=other.digest)), "")
    alone = compare(left, strange, {left.release.pack.digest: made[0].pack})
    assert alone.pairs == () and {each.why for each in alone.left_out} == {"library"}
    both = compare(left, strange, {left.release.pack.digest: made[0].pack, other.digest: other})
    assert {pair.left.id for pair in both.pairs if pair.table == "checks"} == {
        f"{c.theme.replace('-', '')}-{n}" for c in other.all_checks() for n in range(4)
    }
    assert {each.why for each in both.left_out} == {"revision"}, "a fifth check makes another theme and another score"
    revised = small_pack(rev=2)
    newer = Side(replace(right.release, pack=replace(right.release.pack, digest=revised.digest)), "")
    none = compare(left, newer, {p.digest: p for p in (made[0].pack, revised)})
    assert none.pairs == ()


def test_other_lines_and_missing_figures_are_left_out(made: list[MadeUp]) -> None:
    left, right = sides(made)
    scores = tuple(replace(score, lines=(50,)) for score in right.release.scores)
    less = Side(replace(right.release, scores=scores, checks=right.release.checks[1:]), "")
    found = compare(left, less, {})
    assert [(each.table, each.why) for each in found.left_out] == [
        ("overall", "line"), ("overall", "line"), ("checks", "absent"),
    ]  # fmt: skip


def test_a_signature_is_checked_against_the_key_given(made: list[MadeUp], tmp_path: Path) -> None:
    file, vkey = newest(made[0]), made[0].notary.vkey
    assert read_side(file, vkey).signer == made[0].notary.vkey.partition("+")[0]
    assert read_side(file).signer == ""
    with pytest.raises(IntegrityError, match=r"release\.json: a signature does not hold"):
        read_side(file, made[1].notary.vkey)
    with pytest.raises(IntegrityError, match="note key"):
        read_side(file, "nonsense")
    with pytest.raises(IntegrityError, match="more than"):
        open_side(b"x" * (LARGEST + 1))
    with pytest.raises(IntegrityError, match="not a release"):
        open_side(sign(b"{}", [made[0].notary.key], "application/vnd.shieldwall.release-policy+json"))
    with pytest.raises(UsageError, match="cannot read"):
        read_side(tmp_path / "nothing.json")
    with pytest.raises(IntegrityError):
        open_side(encode_release(read_side(file).release))


def test_the_command_says_it_in_every_form(
    made: list[MadeUp], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(newest(up)) for up in made]
    words = ["--data", str(tmp_path / "none"), "release", "compare", *files, "--right-key", made[1].notary.vkey]
    assert run(words) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "provably a larger part of the firms of" in text and "signature not checked" in text
    assert f"signed by {made[1].notary.vkey.partition('+')[0]}" in text
    told = {}
    for form in FORMATS:
        place = tmp_path / f"comparison.{form}"
        assert run([*words, "--format", form, "--output", str(place)]) == 0
        told[form] = place.read_bytes()
    rows = list(csv.DictReader(io.StringIO(told["csv"].decode(), newline="")))
    document = json.loads(told["json"])
    assert [row["left_beside_right"] for row in rows] == [pair["left_beside_right"] for pair in document["pairs"]]
    assert document["left"]["signer"] == "" and document["left"]["margin"] > 0
    assert told["html"].count(b"provably more</td>") == sum(row["left_beside_right"] == "more" for row in rows)
    assert run([*words, "--left-key", made[1].notary.vkey]) == 5
    bundle = tmp_path / "other.json.gz"
    bundle.write_bytes(encode_bundle(Bundle(small_pack(5), "0.1.0")))
    assert run([*words, "--pack", str(bundle)]) == 0
    assert run([*words, "--pack", files[0]]) == 5


def test_no_form_ranks_or_lets_a_name_act(made: list[MadeUp]) -> None:
    hostile = "=1+1<script>alert(1)</script>\u202e\x1b[31m"
    left, right = sides(made)
    checks = tuple(replace(f, title=hostile) for f in left.release.checks)
    named: Release = replace(left.release, cluster=hostile, checks=checks)
    found: Comparison = compare(Side(named, hostile), right, {})
    for form in FORMATS:
        data = load(form)(found).decode()
        assert form == "json" or "\x1b" not in data
        assert form != "html" or "<script>" not in data
    for row in csv.reader(io.StringIO(load("csv")(found).decode(), newline="")):
        assert not [cell for cell in row if cell.startswith("=")]


def test_neighbouring_bands_of_two_cohorts_are_told_apart_only_without_margin() -> None:
    """Both of 14 firms, bands of 4: 0 to 3 against 4 to 7 is a proof for fresh figures and none for held ones."""
    layout = Layout(14, 4)
    fresh, held_still = (
        released.release(14, first=True),
        replace(released.release(14), cohort=replace(COHORT, margin=7)),
    )
    low, high = (_figure(layout, band) for band in (0, 1))
    for one, other in pairwise((low, high, low)):
        assert verdict(possible(one, fresh), possible(other, fresh)) in ("more", "fewer")
        same = replace(one, trend="same")
        assert verdict(possible(same, held_still), possible(other, fresh)) == "open"
