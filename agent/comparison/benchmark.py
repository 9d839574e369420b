"""Where this host stands among the cluster's firms, worked out here: nothing about it is asked of anybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from agent.records.history import PastRun
from shieldwall.checks.outcome import Outcome
from shieldwall.checks.score import Score, score
from shieldwall.published.release import ALL, LINE, Figure, Kind, Release, ScoreBins


@dataclass(frozen=True, slots=True)
class Place:
    """One figure of the release beside one's own result."""

    figure: Figure
    own: Outcome | None
    """None when the scan did not include it."""


@dataclass(frozen=True, slots=True)
class ScorePlace:
    scores: ScoreBins
    own: Fraction | None
    """In [0, 1]; None when too little is known for a number."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    release: Release
    run: PastRun
    themes: tuple[Place, ...]
    scores: tuple[ScorePlace, ...]
    checks: tuple[Place, ...]

    @property
    def same_pack(self) -> bool:
        """Whether both sides were judged by the same checks."""
        return self.run.pack_digest == self.release.pack.digest


def place(release: Release, run: PastRun) -> Benchmark:
    """Pure: the same release and the same scan give the same answer, and the release is not changed by asking."""
    outcomes = {item.id: item.outcome for item in run.items}
    return Benchmark(
        release=release,
        run=run,
        themes=tuple(Place(f, _theme_outcome(run, f)) for f in release.themes if f.group == ALL),
        scores=tuple(ScorePlace(s, _score(run, s.kind).overall) for s in release.scores if s.group == ALL),
        checks=tuple(Place(f, outcomes.get(f.id)) for f in release.checks if f.group == ALL),
    )


def describe(benchmark: Benchmark, *, every: bool = False) -> Iterator[str]:
    """Lines of plain text: who was compared, themes, scores, then the checks that fail here (or all)."""
    release, cohort = benchmark.release, benchmark.release.cohort
    yield f"Release {release.name} of {release.cluster}, published {release.published}, signature holds"
    yield f"{cohort.n} firms, roster {cohort.roster_hash[:16]}; your scan of {benchmark.run.finished:%Y-%m-%d %H:%M}"
    yield "Your side is this host alone; the figures count whole firms. Nothing was sent to compare them."
    if not benchmark.same_pack:
        yield f"Other checks than yours ({release.pack.name} {release.pack.version}): only those in both are compared."
    if cohort.margin:
        yield f"Figures are held still: a count may lie up to {cohort.margin} firms outside its interval."
    yield ""
    if release.yardsticks:
        yield f"Too few firms for figures: {release.gate.reason}. Elsewhere, of 100 firms:"
        for stick in release.yardsticks:
            source = f"{stick.population}; {stick.source} {stick.year}"
            yield f"  {stick.per_hundred:>3} {stick.title} ({source}). {stick.caveat}"
        return
    yield f"Themes (need action: score below {LINE} %)"
    yield from (f"  {_sentence(each)}" for each in benchmark.themes)
    yield ""
    yield "Scores"
    yield from (f"  {line}" for each in benchmark.scores for line in _score_lines(each))
    yield ""
    failing = [each for each in benchmark.checks if each.own is Outcome.FAIL]
    shown = benchmark.checks if every else sorted(failing, key=lambda each: (-each.figure.weight, each.figure.low))
    yield "Checks" if every else "Checks that fail here"
    yield from (f"  {_sentence(each)}" for each in shown)
    if not shown:
        yield "  none"


def _sentence(each: Place) -> str:
    figure = each.figure
    how = "" if figure.kind == "measured" else " (answered)"
    return f"{figure.title}{how}: you {_own(each.own)}; of {figure.n} firms, {_interval(figure)} need action"


def _score_lines(each: ScorePlace) -> Iterator[str]:
    own = "no number here" if each.own is None else f"you {int(100 * each.own)} %"
    how = "" if each.scores.kind == "measured" else " (answered)"
    for line, figure in zip(each.scores.lines, each.scores.figures, strict=True):
        side = "" if each.own is None else ", you among them" if 100 * each.own < line else ", you do not"
        yield f"{each.scores.title}{how}: {own}; of {figure.n} firms, {_interval(figure)} score below {line}{side}"


def _own(outcome: Outcome | None) -> str:
    match outcome:
        case Outcome.PASS:
            return "pass"
        case Outcome.FAIL:
            return "need action"
        case Outcome.NOT_APPLICABLE:
            return "are not concerned"
        case Outcome.UNKNOWN | Outcome.ERROR | None:
            return "do not know"
        case _ as never:
            assert_never(never)


def _interval(figure: Figure) -> str:
    if figure.low == 0:
        return f"at most {figure.high}"
    return f"at least {figure.low}" if figure.high == figure.n else f"between {figure.low} and {figure.high}"


def _theme_outcome(run: PastRun, figure: Figure) -> Outcome:
    own = _score(run, figure.kind).themes.get(figure.theme)
    if own is None or own.score is None or not own.qualifies:
        return Outcome.UNKNOWN
    return Outcome.FAIL if 100 * own.score < LINE else Outcome.PASS


def _score(run: PastRun, kind: Kind) -> Score:
    return score(item.scored() for item in run.items if item.attested is (kind == "attested"))
