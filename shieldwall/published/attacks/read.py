"""A release as an attacker reads it."""

from __future__ import annotations

from shieldwall.published.attacks.base import Cell, Report
from shieldwall.published.release import ALL, Figure, Release


def as_report(release: Release) -> Report:
    """A total that is the sum of its parts' intervals is no figure of its own."""
    slack = release.cohort.margin
    shown = [
        (f"below-{line}/{score.kind}/{score.subject}", figure)
        for score in release.scores
        for line, figure in zip(score.lines, score.figures, strict=True)
    ]
    shown += [(_theme(figure), figure) for figure in release.themes]
    shown += [(_check(figure), figure) for figure in release.checks]
    cells = tuple(
        Cell(name, figure.group, figure.low, figure.high, slack) for name, figure in shown if figure.band is not None
    )
    return Report(release.name, cells, tuple(_ties(release)))


def _ties(release: Release) -> list[tuple[str, tuple[str, ...]]]:
    """Each theme's score with the checks behind it; points are what puts a check there."""
    return [
        (
            _theme(theme),
            tuple(
                dict.fromkeys(
                    _check(check)
                    for check in release.checks
                    if (check.theme, check.kind) == (theme.theme, theme.kind) and check.weight > 0
                )
            ),
        )
        for theme in {(figure.kind, figure.id): figure for figure in release.themes if figure.group == ALL}.values()
    ]


def _theme(figure: Figure) -> str:
    return f"needs-action/{figure.kind}/theme/{figure.id}"


def _check(figure: Figure) -> str:
    return f"needs-action/{figure.kind}/check/{figure.id}"
