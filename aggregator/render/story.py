"""What a release has to say, in the order a reader wants it; every form of the report tells the same story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aggregator.render import wording
from aggregator.render.base import CheckWords, Words
from aggregator.render.money import TEACHING
from aggregator.render.needs import KINDS, Fund, Need, funds_of, needs_of
from shieldwall.checks.vocabulary import THEMES
from shieldwall.language import gettext as _
from shieldwall.published.release import ALL, Figure, Kind, Release, ScoreBins

GAPS: Final = 5


@dataclass(frozen=True, slots=True)
class Gap:
    """A check on which many firms need action."""

    figure: Figure
    words: CheckWords | None


@dataclass(frozen=True, slots=True)
class ScoreRow:
    title: str
    kind: Kind
    figures: tuple[Figure | None, ...]
    """One for each of the story's lines; None where the release has no figure for it."""


@dataclass(frozen=True, slots=True)
class Group:
    """The checks of one theme, the widest need first."""

    title: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of one kind; measured and answered are never added up."""

    kind: Kind
    themes: tuple[Figure, ...]
    checks: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Story:
    release: Release
    small: bool
    """Too few firms for figures of their own."""
    summary: tuple[str, ...]
    parts: tuple[Part, ...]
    gaps: tuple[Gap, ...]
    lines: tuple[int, ...]
    """Percent; the scores say how many firms are below each."""
    scores: tuple[ScoreRow, ...]
    moves: tuple[Figure, ...]
    """Themes and checks with a proven change."""
    needs: tuple[Need, ...]
    funds: tuple[Fund, ...]
    """Without courses: what they close is a gap in knowledge."""
    breakdown: tuple[tuple[Figure, ...], ...]
    """A row for each kind and theme: one figure a category, in the cohort's order."""


def tell(release: Release, words: Words) -> Story:
    """The story of a release. Figures of the whole cohort lead; a partition has a table of its own."""
    whole = tuple(figure for figure in release.checks if figure.group == ALL)
    ranked = rank(whole)
    themes = tuple(figure for figure in release.themes if figure.group == ALL)
    gaps = tuple(Gap(figure, words.get(figure.id)) for figure in ranked[:GAPS] if figure.high and _band(figure))
    bins = tuple(score for score in release.scores if score.group == ALL)
    lines = tuple(sorted({line for score in bins for line in score.lines}))
    moves = tuple(figure for figure in (*themes, *ranked) if figure.trend in ("fewer", "more"))
    small = not themes and not whole
    return Story(
        release=release,
        small=small,
        summary=_summary(release, themes, gaps, moves, small),
        parts=_parts(release, themes, ranked),
        gaps=gaps,
        lines=lines,
        scores=tuple(_row(score, lines) for score in bins),
        moves=moves,
        needs=needs_of(ranked, words),
        funds=tuple(fund for fund in funds_of(ranked, words) if fund.id != TEACHING),
        breakdown=_breakdown(release),
    )


def rank(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """The widest need first; equal bands by weight, then by name, so that the order says nothing the bands do not."""
    return tuple(sorted(figures, key=lambda f: (-f.low - f.high, -f.weight, f.id)))


def _band(figure: Figure) -> bool:
    """Whether at least one firm is known to need action."""
    return figure.low > 0


def _summary(
    release: Release, themes: Sequence[Figure], gaps: Sequence[Gap], moves: Sequence[Figure], small: bool
) -> tuple[str, ...]:
    n = release.cohort.n
    if small:
        return (
            wording.took_part(n, release.period),
            _(
                "That is too few for figures that reveal no firm. Public statistics about firms elsewhere stand here "
                "instead; each firm sees its own result beside them in its agent."
            ),
        )
    counts = _("Every figure counts firms, never computers.")
    said = [f"{wording.took_part(n, release.period)} {counts}"]
    worst = rank(themes)
    if worst and worst[0].high:
        said.append(f"{_worst(worst[0])} {wording.need(worst[0])}")
    if gaps:
        commonest = _("The commonest single gap is “%(title)s”.") % {"title": gaps[0].figure.title}
        said.append(f"{commonest} {wording.need(gaps[0].figure)}")
    if not any(theme.trend != "first" for theme in themes):
        said.append(
            _("These are the first figures of this group of firms, so there is nothing to compare them with yet.")
        )
    elif not moves:
        said.append(_("Nothing has provably changed since the release before."))
    else:
        fewer = sum(figure.trend == "fewer" for figure in moves)
        said.append(
            _(
                "Since the release before, provably fewer firms need action on %(fewer)s of the figures below, "
                "provably more on %(more)s."
            )
            % {"fewer": fewer, "more": len(moves) - fewer}
        )
    return tuple(said)


def _worst(theme: Figure) -> str:
    if theme.kind == "measured":
        said = _("The theme with the widest need is “%(title)s”, measured by the agents.")
    else:
        said = _("The theme with the widest need is “%(title)s”, answered by people.")
    return said % {"title": theme.title}


def _parts(release: Release, themes: Sequence[Figure], ranked: Sequence[Figure]) -> tuple[Part, ...]:
    parts = []
    for kind in KINDS:
        part = Part(
            kind,
            tuple(f for f in themes if f.kind == kind),
            _grouped(themes, [f for f in ranked if f.kind == kind]),
        )
        if part.themes or part.checks:
            parts.append(part)
    return tuple(parts)


def _grouped(themes: Sequence[Figure], checks: Sequence[Figure]) -> tuple[Group, ...]:
    titles = {figure.theme: figure.title for figure in themes}
    order = [*THEMES, *sorted({check.theme for check in checks} - set(THEMES))]
    groups = (Group(titles.get(t, t), tuple(check for check in checks if check.theme == t)) for t in order)
    return tuple(group for group in groups if group.figures)


def _row(score: ScoreBins, lines: Sequence[int]) -> ScoreRow:
    found = dict(zip(score.lines, score.figures, strict=True))
    return ScoreRow(score.title, score.kind, tuple(found.get(line) for line in lines))


def _breakdown(release: Release) -> tuple[tuple[Figure, ...], ...]:
    rows: dict[tuple[str, str], dict[str, Figure]] = {}
    for figure in release.themes:
        if figure.group != ALL:
            rows.setdefault((figure.kind, figure.id), {})[figure.group] = figure
    categories = release.cohort.categories
    return tuple(tuple(row[name] for name in categories) for row in rows.values() if row.keys() == set(categories))
