"""The laws of the score, and its numbers by hand."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from shieldwall.checks.outcome import Outcome
from shieldwall.checks.score import Scored, score
from shieldwall.checks.vocabulary import THEMES

scored = st.builds(
    Scored,
    id=st.sampled_from([f"check-{i}" for i in range(40)]),
    theme=st.sampled_from(THEMES),
    weight=st.sampled_from([0, 1, 3, 6, 10]),
    gate=st.booleans(),
    attested=st.booleans(),
    outcome=st.sampled_from(list(Outcome)),
    waived=st.booleans(),
)
results = st.lists(scored, max_size=60, unique_by=lambda s: s.id)
LETTERS = {"A": 0, "B": 1, "C": 2, "D": 3, None: 4}


def of_themes(*passed: int) -> list[Scored]:
    """Per theme ten checks of weight 1, the first `n` of them passing."""
    return [
        Scored(f"{theme}-{i}", theme, 1, False, False, Outcome.PASS if i < n else Outcome.FAIL)
        for theme, n in zip(THEMES, passed, strict=False)
        for i in range(10)
    ]


def test_by_hand() -> None:
    result = score(of_themes(10, 8, 6, 4))
    assert result.overall == Fraction(7, 10)
    assert result.coverage == 1
    assert result.band == "B"
    assert score(of_themes(10, 8, 6)).overall is None


def test_gates_cap_the_band() -> None:
    base = of_themes(10, 10, 10, 10, 10, 10)
    gates = [Scored(f"gate-{i}", THEMES[i], 0, True, False, Outcome.FAIL) for i in range(3)]
    assert [score(base + gates[:n]).band for n in range(4)] == ["A", "C", "C", "D"]
    assert score([*base, *(replace(g, waived=True) for g in gates)]).band == "D"


def test_no_number_from_too_little_coverage() -> None:
    unseen = [Scored(f"u-{t}-{i}", t, 1, False, False, Outcome.UNKNOWN) for t in THEMES[:3] for i in range(7)]
    assert score(of_themes(10, 10, 10, 10, 10, 10) + unseen).overall is None


@given(results)
def test_looking_less_never_raises_the_score(items: list[Scored]) -> None:
    before = score(items)
    for i, item in enumerate(items):
        if item.outcome is Outcome.PASS:
            after = score([*items[:i], replace(item, outcome=Outcome.UNKNOWN), *items[i + 1 :]])
            assert after.overall is None or before.overall is None or after.overall <= before.overall
            assert after.overall is None or before.overall is not None
            assert LETTERS[after.band] >= LETTERS[before.band]


@given(results, st.data())
def test_a_waiver_never_raises_the_score(items: list[Scored], data: st.DataObject) -> None:
    waived = [replace(item, waived=data.draw(st.booleans())) for item in items]
    bare = [replace(item, waived=False) for item in items]
    assert score(waived).overall == score(bare).overall
    assert score(waived).open_gates == score(bare).open_gates


@given(results, st.sampled_from(THEMES))
def test_a_passing_light_check_in_a_full_theme_changes_nothing(items: list[Scored], theme: str) -> None:
    full = [replace(i, outcome=Outcome.PASS) if i.theme == theme else i for i in items]
    if any(i.theme == theme and i.weight for i in full):
        more = [*full, Scored("one-more", theme, 1, False, False, Outcome.PASS)]
        assert score(more).overall == score(full).overall


@given(results, st.randoms())
def test_order_does_not_matter(items: list[Scored], random: object) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert score(shuffled) == score(items)


@given(results)
def test_sums_recompute(items: list[Scored]) -> None:
    result = score(items)
    everything = [*result.themes.values()]
    for part in ("passed", "failed", "waived", "unseen"):
        total = sum(getattr(w, part) for w in everything)
        assert total == getattr(result.measured, part) + getattr(result.attested, part)
