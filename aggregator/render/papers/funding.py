"""The funding dossier: what a manager hands to a programme. Needs by kind of money, measures, and how success shows."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.render import amounts, wording
from aggregator.render.base import Words
from aggregator.render.money import TEACHING, Way
from aggregator.render.needs import Buy, Fund, buys_of, funds_of
from aggregator.render.papers import saying
from aggregator.render.papers.base import Block, Cell, Head, Paper, Prose, Row, Said, Section, Span, Table, counted
from aggregator.render.papers.success import indicators
from aggregator.render.spoken import in_words
from aggregator.render.story import Story, rank, tell
from shieldwall.language import gettext as _
from shieldwall.published.release import ALL, Release

WIDEST = 3
COURSES = 5
INDICATORS = 8
ELSEWHERE = 3


def make(release: Release, words: Words, house: str = "") -> Paper:
    told = in_words(release, house)
    story = tell(told, words)
    whole = rank([figure for figure in told.checks if figure.group == ALL])
    funds, buys = funds_of(whole, words), buys_of(whole, words)
    if story.small:
        sections: tuple[Section, ...] = (
            Section("situation", _("Situation"), saying.too_few(told)),
            Section("needs", _("Needs"), (Said(_nothing(told)),)),
        )
    else:
        sections = (_situation(story), _needs(funds), _measures(story, buys), _success(story, funds))
    return saying.paper(
        release,
        told,
        *sections,
        Section("limits", _("Limits"), (Said((*_no_prices(), *saying.unknown(told))),)),
        identity="funding",
        title=_("Funding dossier"),
        subtitle=_("What these firms need money for, and how a programme would see that it helped"),
    )


def _situation(story: Story) -> Section:
    release = story.release
    widest = rank([figure for part in story.parts for figure in part.themes])[:WIDEST]
    said = [wording.took_part(release.cohort.n, release.period), *saying.overall(release), *map(saying.about, widest)]
    blocks: list[Block] = [Said(tuple(said))]
    compared = saying.comparisons(release, ELSEWHERE)
    if compared:
        blocks += [Head(_("Firms elsewhere")), Said(compared)]
    return Section("situation", _("Situation"), tuple(blocks))


def _needs(funds: Sequence[Fund]) -> Section:
    if not funds:
        return Section("needs", _("Needs by kind of money"), (Said((_no_need(),)),))
    most = max(fund.points.high for fund in funds)
    rows = tuple(
        Row(
            _(fund.category.title),
            (
                saying.points(fund.points, most),
                *saying.reached(fund.reach),
                Cell(amounts.kinds(fund.category.kinds)),
            ),
        )
        for fund in funds
    )
    blocks: list[Block] = [
        Prose(
            _(
                "Points are the weight of a check (1 to 10) times the firms that need action on it. How many firms "
                "need something of a category follows from the intervals of its checks: at least as many as the widest "
                "of them says, at most their sum."
            )
        ),
        Table((_("Category"), _("Points"), *_sides(), _("Kind of money")), rows),
    ]
    for fund in funds:
        blocks += [Head(_(fund.category.title)), saying.checks(fund.checks)]
    return Section("needs", _("Needs by kind of money"), tuple(blocks))


def _measures(story: Story, buys: Sequence[Buy]) -> Section:
    blocks: list[Block] = []
    for way in Way:
        chosen = [buy for buy in buys if buy.purchase.way is way and buy.funding != TEACHING]
        if chosen:
            blocks += [Head(saying.capital(_(way.value))), purchases(chosen)]
    taught = [need for need in story.needs if need.teach.high][:COURSES]
    if taught:
        most = max(need.teach.high for need in taught)
        rows = tuple(Row(need.topic.title, (saying.points(need.teach, most),)) for need in taught)
        blocks += [
            Head(saying.capital(_(Way.COURSES.value))),
            Table((_("Course"), _("Points")), rows),
            Said(tuple(saying.half_day(need.topic) for need in taught)),
        ]
    return Section("measures", _("Proposed measures"), tuple(blocks or [Said((_no_need(),))]))


def purchases(buys: Sequence[Buy]) -> Table:
    most = max(buy.points.high for buy in buys)
    rows = tuple(
        Row(
            _(buy.purchase.title),
            (
                saying.points(buy.points, most),
                *saying.reached(buy.reach),
                Cell(amounts.kinds(buy.purchase.kinds)),
            ),
        )
        for buy in buys
    )
    return Table((_("What"), _("Points"), *_sides(), _("Kind of money")), rows)


def _success(story: Story, funds: Sequence[Fund]) -> Section:
    """Checks that money would close come first: of each category the heaviest, then the others."""
    ordered = [fund.checks[0] for fund in funds] + [figure for fund in funds for figure in fund.checks[1:]]
    found = indicators(ordered, story.release, INDICATORS)
    if not found:
        none = _("Of %(n)s checks that money would close, 0 stand in a band from which a fall could be proven.")
        return Section("success", _("How success would show"), (Said((none % {"n": len(ordered)},)),))
    rows = tuple(
        Row(
            each.figure.title,
            (
                counted(each.figure, saying.short(each.figure)),
                Cell(_("at most %(high)s") % {"high": each.most}, Span(0, each.most, each.figure.n)),
                Cell(wording.kind_title(each.figure.kind)),
            ),
        )
        for each in found
    )
    blocks: list[Block] = [
        Prose(
            _(
                "A later release of the same firms says “fewer firms, proven” only when its interval lies wholly below "
                "the one now. The table says how many firms may still need action then; a smaller change may be real, "
                "but nobody can prove it."
            )
        ),
        Table((_("Indicator"), _("Now"), _("Proven from"), _("How it is known")), rows),
    ]
    return Section("success", _("How success would show"), tuple(blocks))


def _nothing(release: Release) -> tuple[str, ...]:
    return (
        _("Of %(n)s firms, 0 figures about needs can be published: which money would help is not known.")
        % {"n": release.cohort.n},
        _(
            "What can be funded without figures is what brings them about: taking part costs a firm one agent and the "
            "time to answer the questions once a year, and the next release decides what comes first."
        ),
    )


def _no_prices() -> tuple[str, ...]:
    return (_("No prices stand here: a release holds none. Offers for the measures above belong beside this dossier."),)


def _no_need() -> str:
    return _("On 0 checks that money would close may a firm need action.")


def _sides() -> tuple[str, str]:
    return _("Firms, measured"), _("Firms, answered")
