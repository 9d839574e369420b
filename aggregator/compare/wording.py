"""A comparison in plain sentences. Intervals stay intervals; nothing is said that they do not prove."""

from __future__ import annotations

from typing import assert_never

from aggregator.compare.base import Comparison, LeftOut, Pair, Side, Verdict, Why
from aggregator.disclosure.possible import Count
from aggregator.render import wording
from shieldwall.language import gettext as _
from shieldwall.language import ngettext
from shieldwall.published.release import Figure


def heading(comparison: Comparison) -> str:
    return _("%(left)s beside %(right)s") % {"left": name(comparison.left), "right": name(comparison.right)}


def name(side: Side) -> str:
    return _("%(cluster)s, release %(release)s") % {"cluster": side.release.cluster, "release": side.release.name}


def called(comparison: Comparison) -> tuple[str, str]:
    """The clusters' names; with the releases' where two of one cluster are compared."""
    sides = (comparison.left, comparison.right)
    same = comparison.left.release.cluster == comparison.right.release.cluster
    first, second = (name(side) if same else side.release.cluster for side in sides)
    return first, second


def title(pair: Pair) -> str:
    return _(pair.left.title)


def verdict_title(verdict: Verdict) -> str:
    match verdict:
        case "more":
            return _("provably more")
        case "fewer":
            return _("provably fewer")
        case "open":
            return _("cannot be told apart")
        case _ as never:
            assert_never(never)


def of(figure: Figure) -> str:
    """`8 to 11 of 24`"""
    return _("%(span)s of %(n)s") % {"span": wording.short(figure), "n": figure.n}


def between(count: Count) -> str:
    return wording.count(count.low, count.high, count.n)


def said(pair: Pair, comparison: Comparison) -> str:
    """One whole sentence about a proven difference."""
    left, right = called(comparison)
    words = {
        "left": left,
        "right": right,
        "left_count": between(pair.left_count),
        "right_count": between(pair.right_count),
        "left_n": pair.left_count.n,
        "right_n": pair.right_count.n,
        "title": title(pair),
    }
    if pair.verdict == "more":
        return (
            _(
                "“%(title)s”: provably a larger part of the firms of %(left)s needs action (%(left_count)s of "
                "%(left_n)s) than of the firms of %(right)s (%(right_count)s of %(right_n)s)."
            )
            % words
        )
    return (
        _(
            "“%(title)s”: provably a smaller part of the firms of %(left)s needs action (%(left_count)s of "
            "%(left_n)s) than of the firms of %(right)s (%(right_count)s of %(right_n)s)."
        )
        % words
    )


def signature(side: Side) -> str:
    if side.signer:
        return _("signed by %(signer)s") % {"signer": side.signer}
    return _("signature not checked")


def cohort(side: Side) -> str:
    c = side.release.cohort
    said = ngettext(
        "%(n)s firms, safe against any one member, bands of %(w)s firms, margin %(margin)s",
        "%(n)s firms, safe against any %(k)s members together, bands of %(w)s firms, margin %(margin)s",
        c.k,
    )
    return said % {"n": c.n, "k": c.k, "w": c.w, "margin": c.margin}


def reason(why: Why) -> str:
    match why:
        case "absent":
            return _("only one of the releases has this figure")
        case "library":
            return _("judged by different libraries of checks, of which one is not at hand")
        case "revision":
            return _("judged by different revisions of its checks")
        case "line":
            return _("counted against different lines")
        case _ as never:
            assert_never(never)


def reasons(left_out: tuple[LeftOut, ...]) -> dict[Why, int]:
    """How many figures for each reason, in the order of first appearance."""
    found: dict[Why, int] = {}
    for each in left_out:
        found[each.why] = found.get(each.why, 0) + 1
    return found


def limits() -> tuple[str, ...]:
    return (
        _("Compared are parts of two groups of firms, never two firms: it says nothing about any single one."),
        _("“Cannot be told apart” does not mean equal: the intervals meet, so either may be larger."),
        _("The two groups differ in size and kind of firms. A proven difference says that it is there, not why."),
        _("What agents measured and what people answered are compared apart."),
    )
