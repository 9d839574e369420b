"""The challenge list: what the members could do together in the next quarter, and how a release would show it."""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.render import wording
from aggregator.render.base import Words
from aggregator.render.challenges import Challenge, challenges_of, first_sentence
from aggregator.render.papers import saying
from aggregator.render.papers.base import Block, Cell, Head, Paper, Prose, Row, Said, Section, Table, counted
from aggregator.render.spoken import in_words
from shieldwall.language import gettext as _
from shieldwall.language import ngettext
from shieldwall.published.release import Release


def make(release: Release, words: Words, house: str = "") -> Paper:
    told = in_words(release, house)
    if told.checks:
        sections: tuple[Section, ...] = (_list(challenges_of(told, words)), _reading())
    else:
        sections = (Section("list", _("The challenges"), saying.too_few(told)),)
    return saying.paper(
        release,
        told,
        *sections,
        saying.not_known(told),
        identity="challenges",
        title=_("Challenges for the next quarter"),
        subtitle=_(
            "What the firms of %(cluster)s could do together, with little work each, and see in the next release"
        )
        % {"cluster": told.cluster},
    )


def _list(chosen: tuple[Challenge, ...]) -> Section:
    if not chosen:
        none = _("No gap that minutes or hours close is common enough for a release to prove that fewer firms have it.")
        return Section("list", _("The challenges"), (Said((none,)),))
    rows = tuple(
        Row(
            challenge.figure.title,
            (
                counted(challenge.figure, wording.short(challenge.figure)),
                Cell(_effort(challenge)),
                Cell(_("at most %(target)s") % {"target": challenge.target}),
            ),
        )
        for challenge in chosen
    )
    heads = (_("Challenge"), _("Firms that need action"), _("Work for each"), _("Proven when still in need"))
    blocks: list[Block] = [Table(heads, rows)]
    for number, challenge in enumerate(chosen, 1):
        blocks += _told(number, challenge)
    return Section("list", _("The challenges"), tuple(blocks))


def _told(number: int, challenge: Challenge) -> Iterator[Block]:
    yield Head(f"{number}. {challenge.figure.title}")
    yield Prose(first_sentence(challenge.words.step))
    said = [f"{wording.need(challenge.figure)} {wording.kind_title(challenge.figure.kind)}.", *_shows(challenge)]
    if challenge.topic:
        said.append(saying.half_day(challenge.topic))
    yield Said(tuple(said))


def _shows(challenge: Challenge) -> tuple[str, str]:
    least = ngettext(
        "It would show as a proven move when at least %(least)s firm more has done it.",
        "It would show as a proven move when at least %(least)s firms more have done it.",
        challenge.least,
    )
    enough = ngettext(
        "%(enough)s firm more is enough, wherever in the interval the true number is.",
        "%(enough)s firms more are enough, wherever in the interval the true number is.",
        challenge.enough,
    )
    return least % {"least": challenge.least}, enough % {"enough": challenge.enough}


def _effort(challenge: Challenge) -> str:
    return {"minutes": _("minutes"), "hours": _("hours")}[challenge.words.effort]


def _reading() -> Section:
    return Section(
        "reading",
        _("How to read this"),
        (
            Said(
                (
                    _("Nobody knows which firms need action, and nobody has to say: its agent tells each firm."),
                    _(
                        "A move is proven only among the same firms: who joins or leaves a cohort begins a new count. "
                        "Until a figure moves, nothing is proven, neither success nor failure."
                    ),
                    _("Chosen are common gaps that take minutes or hours and that the next release can prove smaller."),
                )
            ),
        ),
    )
