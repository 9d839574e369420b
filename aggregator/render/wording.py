"""Figures in plain sentences. A band is an interval and is said as one; no sentence names a point inside it."""

from __future__ import annotations

import re
from typing import Final, assert_never

from shieldwall.release import Cohort, Figure, GateAnswer, Kind, Trend

PERCENT_FROM: Final = 40
"""Firms from which a percentage is said beside the count; below it would suggest a precision that is not there."""

_QUARTER: Final = re.compile(r"(\d{4})-[qQ]([1-4])")


def count(low: int, high: int, n: int) -> str:
    """`between 8 and 11`, `at most 3`, `at least 20`."""
    if low == high:
        return f"{low}"
    if low == 0:
        return f"at most {high}"
    if high == n:
        return f"at least {low}"
    return f"between {low} and {high}"


def short(figure: Figure) -> str:
    """For a table: `8 to 11`."""
    return f"{figure.low}" if figure.low == figure.high else f"{figure.low} to {figure.high}"


def share(figure: Figure) -> str:
    """`(20 % to 28 %)` rounded outwards, empty below PERCENT_FROM firms."""
    if figure.n < PERCENT_FROM:
        return ""
    low, high = figure.low * 100 // figure.n, -(-figure.high * 100 // figure.n)
    return f"({low} % to {high} %)"


def need(figure: Figure) -> str:
    """`Of 24 firms, between 8 and 11 need action.`"""
    return f"{_firms(figure)} need{_s(figure)} action{_share(figure)}."


def below(figure: Figure, line: int) -> str:
    """`Of 24 firms, between 4 and 7 score below 50.`"""
    return f"{_firms(figure)} score{_s(figure)} below {line}{_share(figure)}."


def period(name: str) -> str:
    """`2026-q4` as people say it; other names stay as they are."""
    quarter = _QUARTER.fullmatch(name)
    return f"quarter {quarter[2]} of {quarter[1]}" if quarter else f"period {name}"


WORDS_FOR: Final = ("no", "one", "two", "three", "four", "five")


def small(number: int) -> str:
    """A small number as a word."""
    return WORDS_FOR[number] if number < len(WORDS_FOR) else str(number)


def kind_title(kind: Kind) -> str:
    match kind:
        case "measured":
            return "Measured by the agents"
        case "attested":
            return "Answered by people"
        case _ as never:
            assert_never(never)


def trend(word: Trend) -> str:
    match word:
        case "first":
            return "first figure"
        case "same":
            return "no provable change"
        case "fewer":
            return "▼ fewer firms, proven"
        case "more":
            return "▲ more firms, proven"
        case _ as never:
            assert_never(never)


def gate(answer: GateAnswer, cohort: Cohort) -> str:
    match answer.answer:
        case "release":
            said = (
                "Before publication, the figures of this and all earlier releases were put together with the answers "
                f"of {coalition(cohort.k)}: no firm's answer became certain, so they were let through as they are."
            )
        case "coarser":
            said = (
                f"With bands of {cohort.k + 2} firms, earlier releases and this one together could have made a firm's "
                f"answer certain. The gate asked for wider bands: each now spans {cohort.w} firms."
            )
        case "wait":
            said = "The gate asked to wait: figures published now could have made a firm's answer certain."
        case _ as never:
            assert_never(never)
    return said


def margin(cohort: Cohort) -> str:
    """What a held figure means, empty in a cohort's first release."""
    if not cohort.margin:
        return ""
    return (
        f"Figures are held steady between releases: a true count may lie up to {cohort.margin} firms outside "
        "the interval shown."
    )


def _firms(figure: Figure) -> str:
    return f"Of {figure.n} firms, {count(figure.low, figure.high, figure.n)}"


def _s(figure: Figure) -> str:
    return "s" if figure.low <= figure.high == 1 else ""


def _share(figure: Figure) -> str:
    text = share(figure)
    return f" {text}" if text else ""


def coalition(k: int) -> str:
    return "any one member" if k == 1 else f"any {small(k)} members who join forces"
