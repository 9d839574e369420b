"""What every paper says: who was counted, what stands elsewhere, what nobody can know, how the figures were made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from aggregator.disclosure.bands import minimum_cohort
from aggregator.disclosure.yardsticks import public_yardsticks
from aggregator.render import amounts, wording
from aggregator.render.needs import Points, Reach
from aggregator.render.papers.base import Block, Cell, Paper, Prose, Row, Said, Section, Span, Table, counted
from aggregator.render.topics import Topic
from shieldwall.language import gettext as _
from shieldwall.language import ngettext
from shieldwall.published.release import ALL, Figure, Release, Yardstick, release_digest

BESIDE: Final = {
    "separate-backup": "backup-offsite",
    "staff-aware": "org-awareness-training",
    "malware-protection": "malware-protection-active",
    "incident-plan": "org-incident-plan",
    "security-documents": "org-policy-written",
}
"""Public statistic -> the check that asks nearly the same. Only these are put side by side."""


def paper(
    release: Release, told: Release, *sections: Section, identity: str, title: str, subtitle: str, sheets: int = 0
) -> Paper:
    """Of these sections, ending with how the figures were made. told   the release in the language spoken"""
    return Paper(
        id=identity,
        title=title,
        subtitle=subtitle,
        cluster=told.cluster,
        facts=facts(told),
        sections=(*sections, method(told)),
        release=release.name,
        published=release.published,
        digest=release_digest(release),
        sheets=sheets,
    )


def facts(release: Release) -> tuple[str, ...]:
    return (
        wording.period_title(release.period),
        wording.firms(release.cohort.n),
        _("Published %(date)s") % {"date": release.published[:10]},
        _("Release %(name)s") % {"name": release.name},
    )


def about(figure: Figure) -> str:
    """One figure as a sentence that can be quoted alone."""
    return _("“%(title)s”, %(kind)s: %(figure)s") % {
        "title": figure.title, "kind": wording.kind(figure.kind), "figure": wording.need(figure),
    }  # fmt: skip


def overall(release: Release) -> tuple[str, ...]:
    """How many firms score below the line, measured and answered apart."""
    said = []
    for score in release.scores:
        for line, figure in zip(score.lines, score.figures, strict=True):
            if score.group == ALL:
                whole = {"kind": wording.kind(score.kind), "figure": wording.below(figure, line)}
                said.append(_("The score over everything, %(kind)s: %(figure)s") % whole)
    return tuple(said)


def comparisons(release: Release, most: int) -> tuple[str, ...]:
    """Public statistics beside the figures that ask nearly the same, at most so many."""
    known = {figure.id: figure for figure in release.checks if figure.group == ALL}
    pairs = [(stick, known[BESIDE[stick.id]]) for stick in public_yardsticks() if BESIDE.get(stick.id) in known]
    return tuple(f"{about(figure)} {elsewhere(stick)}" for stick, figure in pairs[:most])


def elsewhere(stick: Yardstick) -> str:
    said = _("Elsewhere, %(number)s of 100 %(title)s (%(population)s; %(source)s, %(year)s). %(caveat)s")
    return said % {
        "number": stick.per_hundred, "title": _(stick.title), "population": _(stick.population),
        "source": stick.source, "year": stick.year, "caveat": _(stick.caveat),
    }  # fmt: skip


def least(release: Release) -> int:
    """Firms at which figures start."""
    return minimum_cohort(release.cohort.k)


def capital(text: str) -> str:
    """For the beginning of a line."""
    return text[:1].upper() + text[1:]


def too_few(release: Release) -> tuple[Block, ...]:
    """What can be said honestly of a cluster without figures."""
    n = release.cohort.n
    rows = tuple(
        Row(
            stick.title,
            (
                Cell(f"{stick.per_hundred}"),
                Cell(f"{stick.population} ({stick.source}, {stick.year}). {stick.caveat}"),
            ),
        )
        for stick in release.yardsticks
    )
    return (
        Said(
            (
                wording.took_part(n, release.period),
                _("Figures that reveal no firm start at %(least)s firms, so this release holds 0 figures.")
                % {"least": least(release)},
                ngettext(
                    "With %(more)s firm more the next release could say something.",
                    "With %(more)s firms more the next release could say something.",
                    max(1, least(release) - n),
                )
                % {"more": max(1, least(release) - n)},
            )
        ),
        Prose(
            _(
                "Until then, published statistics about firms elsewhere show what is usual. They say nothing about the "
                "firms of this cluster, and each was counted in another way than this cluster would count."
            )
        ),
        Table((_("Firms elsewhere that …"), _("Of 100 firms"), _("Who was asked, and what differs")), rows),
    )


def unknown(release: Release) -> tuple[str, ...]:
    """What is not known, each with its number."""
    cohort = release.cohort
    kinds = {kind: sum(f.kind == kind and f.group == ALL for f in release.checks) for kind in ("measured", "attested")}
    said = [
        wording.spans(cohort),
        wording.margin(cohort),
        _(
            "%(attested)s of %(all)s checks were answered by people and not measured; whether an answer is right is "
            "not known."
        )
        % {"attested": kinds["attested"], "all": kinds["attested"] + kinds["measured"]},
        ngettext(
            "The %(n)s firm counted is no sample: how firms outside the cluster stand is not known.",
            "The %(n)s firms counted are no sample: how firms outside the cluster stand is not known.",
            cohort.n,
        )
        % {"n": cohort.n},
        _("None of the %(figures)s figures is an amount of money: what it costs is not known.")
        % {"figures": len(release.checks) + len(release.themes) + len(release.scores)},
    ]
    return tuple(sentence for sentence in said if sentence)


def half_day(topic: Topic) -> str:
    """What a course holds, and for whom."""
    said = _("Half a day on “%(topic)s”, for %(audience)s: %(outline)s.")
    return said % {"topic": topic.title, "audience": topic.audience, "outline": "; ".join(topic.outline)}


def not_known(release: Release) -> Section:
    return Section("unknown", _("What is not known"), (Said(unknown(release)),))


def method(release: Release) -> Section:
    """The box that every paper ends with."""
    blocks: list[Block] = [Prose(release.method)]
    if not release.checks:
        blocks.append(Prose(_("What the gate said: %(reason)s.") % {"reason": release.gate.reason}))
    else:
        blocks.append(Prose(wording.gate(release.gate, release.cohort)))
        blocks.append(Said(release.limits))
    blocks.append(
        Prose(
            _(
                "Every figure stands in the signed release %(name)s of %(cluster)s, published %(date)s, with the "
                "digest below; a member's agent compares it with what it was told itself."
            )
            % {"name": release.name, "cluster": release.cluster, "date": release.published[:10]}
        )
    )
    return Section("method", _("How the figures were made"), tuple(blocks), boxed=True)


def themes(release: Release) -> Table:
    """One row a theme, measured and answered in columns of their own."""
    titles: dict[str, str] = {}
    found: dict[tuple[str, str], Figure] = {}
    for figure in release.themes:
        if figure.group == ALL:
            titles.setdefault(figure.id, figure.title)
            found[figure.id, figure.kind] = figure
    rows = tuple(
        Row(title, tuple(side(found.get((identity, kind))) for kind in ("measured", "attested")))
        for identity, title in titles.items()
    )
    return Table((_("Theme"), wording.kind_title("measured"), wording.kind_title("attested")), rows)


def side(figure: Figure | None) -> Cell:
    return counted(figure, short(figure)) if figure else Cell(_("no figure"))


def short(figure: Figure) -> str:
    """`8 to 11 of 24`, for a table that says it counts firms."""
    said = _("%(count)s of %(n)s") % {"count": wording.short(figure), "n": figure.n}
    share = wording.share(figure)
    return " ".join(part.replace(" ", "\u00a0") for part in (said, share) if part)


def checks(figures: Sequence[Figure]) -> Table:
    rows = tuple(Row(f.title, (counted(f, short(f)), Cell(wording.kind_title(f.kind)))) for f in figures)
    return Table((_("What should be so"), _("Firms that need action"), _("How it is known")), rows)


def points(found: Points, most: int) -> Cell:
    """On a scale that ends at the most points of the table."""
    return Cell(amounts.points(found), Span(found.low, found.high, most))


def reached(found: Sequence[Reach]) -> tuple[Cell, Cell]:
    """How many firms something would serve, measured and answered in columns of their own."""
    cells = {each.kind: Cell(amounts.reach(each), Span(each.low, each.high, each.n)) for each in found}
    return cells.get("measured", Cell("–")), cells.get("attested", Cell("–"))
