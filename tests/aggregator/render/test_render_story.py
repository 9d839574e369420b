"""The order and the sums of the story, recomputed by hand, and nothing said that a band does not say."""

import re
from dataclasses import replace

import released
from hypothesis import given
from hypothesis import strategies as st

from aggregator.render import svg, wording
from aggregator.render.base import CheckWords
from aggregator.render.story import rank, tell
from aggregator.render.topics import TOPICS, topic
from aggregator.render.words import words_of
from shieldwall.checks.check import ASKED, Fix
from shieldwall.packs.library import find_folder
from shieldwall.packs.pack import load_folders
from shieldwall.published.release import Figure, GateAnswer

FIGURE = Figure("a", "A", "access", "measured", 6, "all", 24, 8, 11, 2, 6, "same")


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    n = draw(st.integers(1, 500))
    w = draw(st.integers(1, n + 1))
    q = (n + 1) // w
    band = draw(st.integers(0, q - 1))
    high = n if band == q - 1 else (band + 1) * w - 1
    weight = draw(st.integers(0, 10))
    return Figure(
        draw(st.text("abc", min_size=1)), "T", "access", "measured", weight, "all", n, band * w, high, band, q, "same"
    )


def test_the_commonest_gaps_are_the_widest_bands_then_the_heaviest() -> None:
    story = tell(released.release(24), released.WORDS)
    assert [gap.figure.id for gap in story.gaps] == [
        "kernel-sysctl-network", "backup-offline-immutable", "backup-restore-tested", "org-incident-plan",
        "sudo-no-nopasswd",
    ]  # fmt: skip


def test_a_check_of_which_nobody_may_need_action_is_no_gap() -> None:
    release = released.release(24)
    quiet = replace(release, checks=tuple(replace(f, low=0, high=3, band=0) for f in release.checks))
    assert tell(quiet, released.WORDS).gaps == ()


@given(st.lists(figures()))
def test_ranking_looks_at_nothing_but_bands_weights_and_names(items: list[Figure]) -> None:
    assert rank(items) == rank(items[::-1]) or len({(f.low + f.high, f.weight, f.id) for f in items}) < len(items)
    keys = [(-f.low - f.high, -f.weight, f.id) for f in rank(items)]
    assert keys == sorted(keys)


def test_training_needs_are_weights_times_midpoints() -> None:
    checks = (
        replace(FIGURE, id="x", weight=10, low=4, high=7, band=1),
        replace(FIGURE, id="y", weight=3, low=8, high=11),
        replace(FIGURE, id="z", weight=6, low=20, high=24, band=5),
        replace(FIGURE, id="info", weight=0),
    )
    words = {name: CheckWords("", subject, "") for name, subject in (("x", "T-NET"), ("y", "T-NET"), ("z", "T-ACC"))}
    words["info"] = CheckWords("", "T-WEB", "")
    needs = tell(replace(released.release(24), checks=checks), words).needs
    # T-ACC: 6 * (20..24) = 120..144, middle 132. T-NET: 10 * (4..7) + 3 * (8..11) = 64..103, middle 83.5
    assert [(n.id, n.low, n.points, n.high) for n in needs] == [("T-ACC", 120, 132, 144), ("T-NET", 64, 84, 103)]
    assert [figure.id for figure in needs[1].checks] == ["x", "y"]


def test_measured_and_answered_never_share_a_part() -> None:
    for part in tell(released.release(24), released.WORDS).parts:
        inside = [*part.themes, *(f for g in part.checks for f in g.figures)]
        assert {figure.kind for figure in inside} == {part.kind}


def test_scores_of_other_lines_leave_gaps_not_guesses() -> None:
    release = released.release(24)
    measured, attested = release.scores
    other = replace(attested, lines=(50,), figures=attested.figures)
    story = tell(replace(release, scores=(measured, other)), released.WORDS)
    assert story.lines == (50, 70)
    assert [row.figures for row in story.scores] == [(None, measured.figures[0]), (attested.figures[0], None)]


def test_every_check_of_the_cohort_is_in_the_story_once() -> None:
    release = released.release(24)
    told = [f.id for part in tell(release, released.WORDS).parts for group in part.checks for f in group.figures]
    assert sorted(told) == sorted(f.id for f in release.checks)


def test_a_first_release_compares_itself_with_nothing() -> None:
    first = tell(released.release(24, first=True), released.WORDS)
    later = tell(released.release(24), released.WORDS)
    assert first.moves == () and "nothing to compare" in first.summary[-1]
    assert len(later.moves) == 3 and "fewer firms need action on 2 of" in later.summary[-1]
    assert wording.margin(first.release.cohort) == "" and "up to 4 firms" in wording.margin(later.release.cohort)


def test_a_release_without_a_proven_move_says_so() -> None:
    release = released.release(24)
    still = replace(release, checks=tuple(replace(f, trend="same") for f in release.checks))
    assert tell(still, released.WORDS).summary[-1] == "Nothing has provably changed since the release before."


def test_sentences() -> None:
    assert wording.need(FIGURE) == "Of 24 firms, between 8 and 11 need action."
    assert wording.need(replace(FIGURE, low=0, high=3)) == "Of 24 firms, at most 3 need action."
    assert wording.need(replace(FIGURE, low=20, high=24)) == "Of 24 firms, at least 20 need action."
    assert wording.need(replace(FIGURE, n=60)) == "Of 60 firms, between 8 and 11 need action (13 % to 19 %)."
    assert wording.below(FIGURE, 50) == "Of 24 firms, between 8 and 11 score below 50."
    assert wording.period("2026-q4") == "quarter 4 of 2026" and wording.period("summer") == "period summer"


def test_the_gates_answers_in_words() -> None:
    cohort = released.release(24).cohort
    assert "let through" in wording.gate(GateAnswer("release", ""), cohort)
    assert "wider bands: each now spans 6 firms" in wording.gate(GateAnswer("coarser", ""), replace(cohort, w=6))
    assert "asked to wait" in wording.gate(GateAnswer("wait", ""), cohort)


@given(figures())
def test_a_percentage_never_claims_more_than_the_band(figure: Figure) -> None:
    said = wording.share(figure)
    if figure.n < wording.PERCENT_FROM:
        assert said == ""
        return
    low, high = map(int, re.findall(r"\d+", said))
    assert low * figure.n <= figure.low * 100 and figure.high * 100 <= high * figure.n
    assert 0 <= low <= high <= 100


@given(figures())
def test_a_bar_covers_its_interval_and_the_ticks_are_the_edges_of_the_bands(figure: Figure) -> None:
    drawn = svg.band(figure)
    x, width = re.findall(r'class="band" fill="#1f5fa8" x="([\d.]+)" y="0" width="([\d.]+)"', drawn)[0]
    cell = 100 / (figure.n + 1)
    assert abs(float(x) - figure.low * cell) < 0.011
    assert abs(float(x) + float(width) - (figure.high + 1) * cell) < 0.021
    ticks = [float(t) for t in re.findall(r"M([\d.]+) 0V", drawn)]
    assert len(ticks) == (max(0, figure.bands - 1) if figure.bands <= svg.TICKED else 0)
    if ticks and figure.band:
        assert abs(ticks[figure.band - 1] - figure.low * cell) < 0.011


def test_advice_for_every_system_goes_before_advice_for_one() -> None:
    pack = load_folders(find_folder("checks"), find_folder("policies"))
    check = pack.check("backup-offsite")
    one, every = Fix(("debian",), "apt", ""), Fix((), "Call somebody.", "")
    assert words_of([replace(check, fixes=(one, every))])["backup-offsite"].step == "Call somebody."
    assert words_of([replace(check, fixes=(one,))])["backup-offsite"].step == "apt"
    assert words_of([check])["backup-offsite"].training_topic == "T-BKP"


def test_a_report_leaves_out_how_to_answer_and_every_question_says_it() -> None:
    pack = load_folders(find_folder("checks"), find_folder("policies"))
    asked = [check for check in pack.all_checks() if check.attested]
    for words in words_of(asked).values():
        assert words.why.endswith(".") and "Answer" not in words.why and words.step
    assert all(ASKED in check.why for check in asked)


def test_every_training_topic_of_the_library_has_a_course() -> None:
    pack = load_folders(find_folder("checks"), find_folder("policies"))
    used = {check.value["training_topic"] for check in pack.checks.values() if "training_topic" in check.value}
    assert used <= TOPICS.keys()
    assert topic("T-NEW").title == "T-NEW"
