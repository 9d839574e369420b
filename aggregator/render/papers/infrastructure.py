"""Infrastructure needs: what would be bought once for several firms, and what to ask for in an offer."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.render import amounts
from aggregator.render.base import Words
from aggregator.render.money import CATEGORIES, category
from aggregator.render.needs import Buy, buys_of
from aggregator.render.papers import saying
from aggregator.render.papers.base import Block, Head, Paper, Prose, Said, Section
from aggregator.render.papers.funding import purchases
from aggregator.render.spoken import in_words
from aggregator.render.story import rank, tell
from shieldwall.language import gettext as _
from shieldwall.published.release import ALL, Release


def make(release: Release, words: Words, house: str = "") -> Paper:
    told = in_words(release, house)
    story = tell(told, words)
    whole = rank([figure for figure in told.checks if figure.group == ALL])
    buys = [buy for buy in buys_of(whole, words) if category(buy.funding).infrastructure]
    sections = (_general(told),) if story.small else (_list(told, buys), *((_each(buys),) if buys else ()))
    return saying.paper(
        release,
        told,
        *sections,
        saying.not_known(told),
        identity="infrastructure",
        title=_("Infrastructure needs"),
        subtitle=_("What these firms would buy together, and what to ask for in an offer"),
    )


def _list(release: Release, buys: Sequence[Buy]) -> Section:
    if not buys:
        said = _("Of %(n)s firms, 0 are certain to need something that would be bought together.")
        return Section("list", _("What would be bought together"), (Said((said % {"n": release.cohort.n},)),))
    return Section(
        "list",
        _("What would be bought together"),
        (
            Prose(
                _(
                    "Points are the weight of a check (1 to 10) times the firms that need action on it; what would "
                    "move most comes first. How many firms would use something follows from the intervals of its "
                    "checks: at least as many as the widest of them says, at most their sum."
                )
            ),
            purchases(buys),
        ),
    )


def _each(buys: Sequence[Buy]) -> Section:
    blocks: list[Block] = []
    for buy in buys:
        blocks += [
            Head(_(buy.purchase.title)),
            Prose(
                _("%(way)s; kind of money: %(kinds)s.")
                % {"way": saying.capital(_(buy.purchase.way.value)), "kinds": amounts.kinds(buy.purchase.kinds)}
            ),
            saying.checks(buy.checks),
        ]  # fmt: skip
        if buy.purchase.asked:
            blocks += [Prose(_("To ask for in an offer:")), Said(tuple(_(line) for line in buy.purchase.asked))]
    return Section("each", _("One by one"), tuple(blocks))


def _general(release: Release) -> Section:
    """Without figures: what the checks ask about, in no order of need."""
    asked = "; ".join(sorted(_(about.title) for about in CATEGORIES.values() if about.infrastructure))
    return Section(
        "list",
        _("What would be bought together"),
        (
            *saying.too_few(release),
            Prose(
                _(
                    "From %(least)s firms on this paper ranks: %(categories)s. The order here is that of the alphabet "
                    "and says nothing about this cluster."
                )
                % {"least": saying.least(release), "categories": asked}
            ),
        ),
    )
