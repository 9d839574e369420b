"""Figures in plain sentences. A band is an interval and is said as one; no sentence names a point inside it."""

from __future__ import annotations

import re
from typing import Final, assert_never

from shieldwall.language import ENGLISH, ngettext, spoken
from shieldwall.language import gettext as _
from shieldwall.published.release import Cohort, Figure, GateAnswer, Kind, Trend

PERCENT_FROM: Final = 40
"""Firms from which a percentage is said beside the count; below it would suggest a precision that is not there."""

_QUARTER: Final = re.compile(r"(\d{4})-[qQ]([1-4])")


def count(low: int, high: int, n: int) -> str:
    """`between 8 and 11`, `at most 3`, `at least 20`."""
    if low == high:
        return f"{low}"
    if low == 0:
        return _("at most %(high)s") % {"high": high}
    if high == n:
        return _("at least %(low)s") % {"low": low}
    return _("between %(low)s and %(high)s") % {"low": low, "high": high}


def short(figure: Figure) -> str:
    """For a table: `8 to 11`."""
    return f"{figure.low}" if figure.low == figure.high else span(figure.low, figure.high)


def span(low: int, high: int) -> str:
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def share(figure: Figure) -> str:
    """`(20 % to 28 %)` rounded outwards, empty below PERCENT_FROM firms."""
    if figure.n < PERCENT_FROM:
        return ""
    low, high = figure.low * 100 // figure.n, -(-figure.high * 100 // figure.n)
    return _("(%(low)s %% to %(high)s %%)") % {"low": low, "high": high}


def need(figure: Figure) -> str:
    """`Of 24 firms, between 8 and 11 need action.`"""
    # Translators: count is such as “between 8 and 11” or “at most 3”; share is empty or such as “ (20 % to 28 %)”.
    said = ngettext(
        "Of %(n)s firms, %(count)s needs action%(share)s.", "Of %(n)s firms, %(count)s need action%(share)s.",
        figure.high,
    )  # fmt: skip
    return said % _counted(figure)


def below(figure: Figure, line: int) -> str:
    """`Of 24 firms, between 4 and 7 score below 50.`"""
    # Translators: count is such as “between 8 and 11” or “at most 3”; share is empty or such as “ (20 % to 28 %)”.
    said = ngettext(
        "Of %(n)s firms, %(count)s scores below %(line)s%(share)s.",
        "Of %(n)s firms, %(count)s score below %(line)s%(share)s.",
        figure.high,
    )
    return said % {**_counted(figure), "line": line}


def period(name: str) -> str:
    """`2026-q4` as people say it; other names stay as they are."""
    quarter = _QUARTER.fullmatch(name)
    if quarter:
        # Translators: stands alone or after a colon.
        return _("quarter %(quarter)s of %(year)s") % {"quarter": quarter[2], "year": quarter[1]}
    return _("period %(name)s") % {"name": name}


def period_title(name: str) -> str:
    """The same at the beginning of a line."""
    said = period(name)
    return said[:1].upper() + said[1:]


def took_part(firms: int, name: str) -> str:
    """`24 firms took part in quarter 4 of 2026.`"""
    quarter = _QUARTER.fullmatch(name)
    if quarter:
        said = ngettext(
            "%(n)s firm took part in quarter %(quarter)s of %(year)s.",
            "%(n)s firms took part in quarter %(quarter)s of %(year)s.",
            firms,
        )
        return said % {"n": firms, "quarter": quarter[2], "year": quarter[1]}
    said = ngettext("%(n)s firm took part in period %(name)s.", "%(n)s firms took part in period %(name)s.", firms)
    return said % {"n": firms, "name": name}


WORDS_FOR: Final = ("no", "one", "two", "three", "four", "five")


def small(number: int) -> str:
    """A small number as a word in English; other languages inflect such words and are given digits."""
    return WORDS_FOR[number] if spoken() == ENGLISH and number < len(WORDS_FOR) else str(number)


def kind_title(kind: Kind) -> str:
    match kind:
        case "measured":
            return _("Measured by the agents")
        case "attested":
            return _("Answered by people")
        case never:
            assert_never(never)


def kind(kind: Kind) -> str:
    """The same within a line, where English begins small."""
    match kind:
        case "measured":
            return _("measured by the agents")
        case "attested":
            return _("answered by people")
        case never:
            assert_never(never)


def trend(word: Trend) -> str:
    match word:
        case "first":
            return _("first figure")
        case "same":
            return _("no provable change")
        case "fewer":
            return _("▼ fewer firms, proven")
        case "more":
            return _("▲ more firms, proven")
        case never:
            assert_never(never)


def gate(answer: GateAnswer, cohort: Cohort) -> str:
    match answer.answer:
        case "release":
            said = ngettext(
                "Before publication, the figures of this and all earlier releases were put together with the answers "
                "of any one member: no firm's answer became certain, so they were let through as they are.",
                "Before publication, the figures of this and all earlier releases were put together with the answers "
                "of any %(k)s members who join forces: no firm's answer became certain, so they were let through as "
                "they are.",
                cohort.k,
            )
        case "coarser":
            said = _(
                "With bands of %(fine)s firms, earlier releases and this one together could have made a firm's answer "
                "certain. The gate asked for wider bands: each now spans %(w)s firms."
            )
        case "wait":
            said = _("The gate asked to wait: figures published now could have made a firm's answer certain.")
        case never:
            assert_never(never)
    return said % {"k": small(cohort.k), "fine": cohort.k + 2, "w": cohort.w}


def answered(answer: GateAnswer) -> str:
    """Its answer in a word or two: `release` is also the name of the document, so no reader meets it as an answer."""
    match answer.answer:
        case "release":
            return _("let through")
        case "coarser":
            return _("let through with wider bands")
        case "wait":
            return _("asked to wait")
        case never:
            assert_never(never)


def margin(cohort: Cohort) -> str:
    """What a held figure means, empty in a cohort's first release."""
    if not cohort.margin:
        return ""
    return ngettext(
        "Figures are held steady between releases: a true count may lie up to %(margin)s firm outside the interval "
        "shown.",
        "Figures are held steady between releases: a true count may lie up to %(margin)s firms outside the interval "
        "shown.",
        cohort.margin,
    ) % {"margin": cohort.margin}


def firms(number: int) -> str:
    return ngettext("%(n)s firm", "%(n)s firms", number) % {"n": number}


def spans(cohort: Cohort) -> str:
    """Why an interval is as wide as it is."""
    said = ngettext(
        "Each interval spans %(w)s possible counts or more, so that any one member cannot work out another's answer "
        "for certain.",
        "Each interval spans %(w)s possible counts or more, so that any %(k)s members who join forces cannot work out "
        "another's answer for certain.",
        cohort.k,
    )
    return said % {"w": cohort.w, "k": small(cohort.k)}


def _counted(figure: Figure) -> dict[str, object]:
    said = share(figure)
    return {
        "n": figure.n,
        "count": count(figure.low, figure.high, figure.n),
        "share": f" {said}" if said else "",
    }


def by(partition: str) -> str:
    """Of the groups a release is broken down into."""
    match partition:
        case "sector":
            return _("By sector")
        case "size":
            return _("By size")
        case other:
            return _("By %(partition)s") % {"partition": other}
