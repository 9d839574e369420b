"""From releases and the library to the tables of open data. Pure: the same releases give the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from aggregator.disclosure.yardsticks import public_yardsticks
from aggregator.export import columns as c
from aggregator.export.gather import Facts, Issue
from aggregator.export.model import Cell, Reference, Table
from aggregator.release.figures import THEME_TITLES
from shieldwall.checks.check import WEIGHTS
from shieldwall.checks.frameworks import NAMES
from shieldwall.published.release import LINE, Figure, Yardstick, release_digest

Row = tuple[Cell, ...]
SEVERITY: Final = {weight: severity for severity, weight in WEIGHTS.items()}
TO_RELEASE: Final = Reference(("release",), "releases", ("release",))
TO_THEME: Final = Reference(("theme",), "themes", ("theme",))
TO_CHECK: Final = Reference(("check", "rev"), "checks", ("check", "rev"))


def tables_of(facts: Facts) -> tuple[Table, ...]:
    """Each table after those it refers to."""
    return (
        Table("releases", "Releases", c.ABOUT_RELEASES, c.RELEASES, ("release",), (), _sorted(_releases(facts))),
        Table("themes", "Themes", c.ABOUT_THEMES, c.THEMES, ("theme",), (), _sorted(THEME_TITLES.items())),
        Table("checks", "Checks", c.ABOUT_CHECKS, c.CHECKS, ("check", "rev"), (TO_THEME,), _checks(facts)),
        Table(
            "check_references", "Framework references", c.ABOUT_REFERENCES, c.REFERENCES,
            ("check", "rev", "framework", "requirement"), (TO_CHECK,), _sorted(_references(facts)),
        ),
        Table(
            "check_figures", "Figures on single checks", c.ABOUT_CHECK_FIGURES, c.CHECK_FIGURES,
            ("release", "check", "group"), (TO_RELEASE, TO_CHECK), _sorted(_check_figures(facts)),
        ),
        Table(
            "theme_figures", "Figures on themes", c.ABOUT_THEME_FIGURES, c.THEME_FIGURES,
            ("release", "theme", "kind", "group"), (TO_RELEASE, TO_THEME), _sorted(_theme_figures(facts)),
        ),
        Table(
            "score_figures", "Figures on the overall score", c.ABOUT_SCORE_FIGURES, c.SCORE_FIGURES,
            ("release", "kind", "group", "line"), (TO_RELEASE,), _sorted(_score_figures(facts)),
        ),
        Table(
            "yardsticks", "Firms elsewhere", c.ABOUT_YARDSTICKS, c.YARDSTICKS, ("yardstick", "year"), (TO_THEME,),
            _yardsticks(facts),
        ),
    )  # fmt: skip


def _releases(facts: Facts) -> Iterator[Row]:
    for issue in facts.issues:
        r = issue.release
        yield (
            r.name, r.period, r.cluster, f"{r.published[:-1]}:00Z", r.cohort.n, r.cohort.k, r.cohort.w, r.cohort.margin,
            r.cohort.partition or "none", r.gate.answer, r.pack.version, r.pack.digest, r.cohort.roster_hash,
            release_digest(r),
        )  # fmt: skip


def _checks(facts: Facts) -> tuple[Row, ...]:
    """Those of the library today, and every older revision a release still speaks of."""
    rows: dict[tuple[str, int], Row] = {}
    for issue in facts.issues:
        for figure in issue.release.checks:
            rev = issue.revisions[figure.id]
            rows[figure.id, rev] = (
                figure.id, rev, figure.title, figure.theme, figure.kind, SEVERITY[figure.weight], figure.weight,
                None, None, False,
            )  # fmt: skip
    for check in facts.pack.all_checks():
        rows[check.id, check.rev] = (
            check.id, check.rev, check.title, check.theme, "attested" if check.attested else "measured",
            check.severity, check.weight, check.effort, check.training_topic or None, True,
        )  # fmt: skip
    return _sorted(rows.values())


def _references(facts: Facts) -> Iterator[Row]:
    for check in facts.pack.all_checks():
        for framework, requirements in check.refs.items():
            title = NAMES.get(framework, framework)
            yield from ((check.id, check.rev, framework, title, each) for each in dict.fromkeys(requirements))


def _check_figures(facts: Facts) -> Iterator[Row]:
    for issue in facts.issues:
        for f in issue.release.checks:
            yield issue.release.name, f.id, issue.revisions[f.id], f.kind, *_counted(f)


def _theme_figures(facts: Facts) -> Iterator[Row]:
    for issue in facts.issues:
        for f in issue.release.themes:
            yield issue.release.name, f.theme, f.kind, LINE, *_counted(f)


def _score_figures(facts: Facts) -> Iterator[Row]:
    for issue in facts.issues:
        for line, figure in _scores(issue):
            yield issue.release.name, figure.kind, line, *_counted(figure)


def _scores(issue: Issue) -> Iterator[tuple[int, Figure]]:
    for score in issue.release.scores:
        yield from zip(score.lines, score.figures, strict=True)


def _counted(figure: Figure) -> Row:
    return figure.group, figure.n, figure.low, figure.high, figure.trend


def _yardsticks(facts: Facts) -> tuple[Row, ...]:
    """Those the program knows and those a release showed; of one statistic and year, the newest wording."""
    shown = [stick for issue in facts.issues for stick in issue.release.yardsticks]
    newest: dict[tuple[str, int], Yardstick] = {(s.id, s.year): s for s in (*shown, *public_yardsticks())}
    return _sorted(
        (s.id, s.year, s.theme, s.title, s.population, s.per_hundred, s.source, s.caveat) for s in newest.values()
    )


def _sorted(rows: Iterable[Row]) -> tuple[Row, ...]:
    """By the leading columns, which hold the key: no order tells anything else."""
    return tuple(sorted(rows, key=lambda row: [str(cell) for cell in row]))
