"""A release and its templates in the language spoken now: a view of the signed document, never another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from aggregator.render.base import visible
from shieldwall.language import ENGLISH, gettext, ngettext, spoken
from shieldwall.published.release import Figure, Release, ScoreBins, Yardstick

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment

LOCALES: Final[Mapping[str, str]] = {ENGLISH: "en_GB"}
"""Language -> whose dates it writes, where it is not the language's own country."""


def in_words(release: Release, house: str = "") -> Release:
    """The same figures with titles, limits and method translated; the gate's own words stay as they were signed.

    house   what the cluster calls itself, where that is known: a release holds only the word of its log

    Never write it down as a release: its digest is another. English gives the release itself.
    """
    if house:
        release = replace(release, cluster=house)
    if spoken() == ENGLISH:
        return release
    return replace(
        release,
        themes=tuple(map(_figure, release.themes)),
        checks=tuple(map(_figure, release.checks)),
        scores=tuple(map(_score, release.scores)),
        yardsticks=tuple(map(_yardstick, release.yardsticks)),
        limits=tuple(map(gettext, release.limits)),
        method=gettext(release.method),
    )


def day(moment: int) -> str:
    """`3 November 2026`; seconds since 1970, UTC."""
    from babel.dates import format_date

    return str(format_date(datetime.fromtimestamp(moment, UTC).date(), "long", LOCALES.get(spoken(), spoken())))


def environment(loader: BaseLoader, *, ending: bool = True) -> Environment:
    """For all our HTML: each value is escaped, and what steers a screen or reorders letters made visible.

    Templates say `_("…")` and `{% trans %}`; a value in a message is treated as one beside it.
    ending   whether the last line of a template keeps its end
    """
    from jinja2 import Environment, StrictUndefined

    made = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=ending, extensions=["jinja2.ext.i18n"],
        finalize=lambda value: visible(value) if type(value) is str else value,
    )  # fmt: skip
    made.newstyle_gettext = True  # type: ignore[attr-defined]
    made.policies["ext.i18n.trimmed"] = True
    made.globals |= {"gettext": _one, "ngettext": _many, "language": spoken}
    return made


def _one(text: str, /, **values: Any) -> Markup:
    return Markup(gettext(text)) % _clean(values)  # noqa: S704


def _many(one: str, many: str, number: int, /, **values: Any) -> Markup:
    return Markup(ngettext(one, many, number)) % _clean({"num": number, **values})  # noqa: S704


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
        for name, value in values.items()
    }


def _figure(figure: Figure) -> Figure:
    return replace(figure, title=gettext(figure.title))


def _score(score: ScoreBins) -> ScoreBins:
    return replace(score, title=gettext(score.title))


def _yardstick(stick: Yardstick) -> Yardstick:
    return replace(
        stick, title=gettext(stick.title), population=gettext(stick.population), caveat=gettext(stick.caveat)
    )
