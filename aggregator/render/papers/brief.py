"""The evidence brief: two printed pages for a region, a ministry, a bank. Every sentence carries its figure."""

from __future__ import annotations

from aggregator.render import amounts, wording
from aggregator.render.base import Words
from aggregator.render.money import TEACHING
from aggregator.render.needs import buys_of
from aggregator.render.papers import saying
from aggregator.render.papers.base import Block, Cell, Head, Paper, Prose, Row, Said, Section, Table, counted
from aggregator.render.spoken import in_words
from aggregator.render.story import Story, rank, tell
from shieldwall.language import gettext as _
from shieldwall.published.release import ALL, Release

WIDEST = 3
ELSEWHERE = 2
HELPS = 4


def make(release: Release, words: Words, house: str = "") -> Paper:
    told = in_words(release, house)
    story = tell(told, words)
    if story.small:
        sections: tuple[Section, ...] = (Section("known", _("What is known"), saying.too_few(told)),)
    else:
        sections = (_known(story), _gaps(story), *_elsewhere(told), _help(story, words))
    return saying.paper(
        release,
        told,
        *sections,
        saying.not_known(told),
        identity="brief",
        title=_("Evidence brief"),
        subtitle=_("How well these firms are protected, in figures that reveal none of them"),
        sheets=2,
    )


def _known(story: Story) -> Section:
    release = story.release
    widest = rank([figure for part in story.parts for figure in part.themes])[:WIDEST]
    said = [wording.took_part(release.cohort.n, release.period), *saying.overall(release)]
    said += [saying.about(figure) for figure in widest]
    said += _moves(story)
    return Section(
        "known",
        _("What is known"),
        (
            Said(tuple(said)),
            Prose(_("Firms that need action, by theme. A bar spans every count that is possible.")),
            saying.themes(release),
        ),
    )


def _moves(story: Story) -> tuple[str, ...]:
    n = len(story.moves)
    compared = sum(f.trend != "first" for f in (*story.release.themes, *story.release.checks) if f.group == ALL)
    if not compared:
        return (_("These are the first figures of these firms: 0 of them can be compared with earlier ones."),)
    fewer = sum(figure.trend == "fewer" for figure in story.moves)
    return (
        _(
            "Of %(compared)s figures that can be compared with the release before, %(fewer)s show provably fewer firms "
            "in need and %(more)s provably more."
        )
        % {"compared": compared, "fewer": fewer, "more": n - fewer},
    )


def _gaps(story: Story) -> Section:
    rows = tuple(
        Row(
            gap.figure.title,
            (
                counted(gap.figure, saying.short(gap.figure)),
                Cell(wording.kind_title(gap.figure.kind)),
                Cell(wording.trend(gap.figure.trend)),
            ),
        )
        for gap in story.gaps
    )
    heads = (_("What should be so"), _("Firms that are not there yet"), _("How it is known"), _("Change"))
    blocks: tuple[Block, ...] = (Table(heads, rows),)
    if not rows:
        blocks = (Said((_("On 0 checks is it certain that a firm needs action."),)),)
    return Section("gaps", _("The commonest gaps"), blocks)


def _help(story: Story, words: Words) -> Section:
    taught = [need for need in story.needs if need.teach.high][:HELPS]
    buys = [buy for buy in buys_of([f for f in story.release.checks if f.group == ALL], words) if buy.points.high]
    bought = [buy for buy in buys if buy.funding != TEACHING][:HELPS]
    most = max((p.high for p in (*(n.teach for n in taught), *(b.points for b in bought))), default=0)
    courses = tuple(
        Row(
            need.topic.title,
            (
                saying.points(need.teach, most),
                Cell(need.topic.audience),
            ),
        )
        for need in taught
    )
    things = tuple(
        Row(
            _(buy.purchase.title),
            (
                saying.points(buy.points, most),
                Cell(amounts.kinds(buy.purchase.kinds)),
            ),
        )
        for buy in bought
    )
    blocks: list[Block] = [
        Prose(
            _(
                "Points are the weight of a check (1 to 10) times the firms that need action on it, so that what "
                "matters more and to more firms stands higher."
            )
        )
    ]
    if courses:
        blocks += [Head(_("Knowledge: half a day on …")), Table((_("Course"), _("Points"), _("For")), courses)]
    if things:
        blocks += [
            Head(_("Money: bought together")),
            Table((_("What"), _("Points"), _("Kind of money")), things),
        ]
    return Section("help", _("What would help"), tuple(blocks))


def _elsewhere(release: Release) -> tuple[Section, ...]:
    said = saying.comparisons(release, ELSEWHERE)
    return (Section("elsewhere", _("Firms elsewhere"), (Said(said),)),) if said else ()
