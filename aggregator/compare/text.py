"""The comparison for a terminal, on 78 columns, without colour."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from aggregator.compare import wording as say
from aggregator.compare.base import Comparison, Pair, Table
from aggregator.render import wording
from aggregator.render.base import visible
from shieldwall.language import gettext as _
from shieldwall.published.release import Kind

WIDTH: Final = 78
TABLES: Final[tuple[Table, ...]] = ("overall", "themes", "checks")
KINDS: Final[tuple[Kind, ...]] = ("measured", "attested")


def render(comparison: Comparison) -> bytes:
    lines = [*_head(comparison), *_proven(comparison), *_open(comparison), *_left_out(comparison), *_limits()]
    return ("\n".join(visible(line).rstrip() for line in lines) + "\n").encode()


def title_of(table: Table) -> str:
    return {"overall": _("Overall"), "themes": _("Themes"), "checks": _("Checks")}[table]


def _head(comparison: Comparison) -> Iterator[str]:
    yield from _wrapped(say.heading(comparison))
    for side in (comparison.left, comparison.right):
        yield from _wrapped(f"{say.name(side)}: {say.cohort(side)}; {say.signature(side)}", "  ")


def _proven(comparison: Comparison) -> Iterator[str]:
    proven = [pair for pair in comparison.pairs if pair.verdict != "open"]
    yield from _title(_("Proven differences: firms that need action"))
    if not proven:
        yield from _wrapped(_("None. No figure of the two releases proves a difference."))
    for pair in proven:
        yield from _wrapped(f"{say.said(pair, comparison)} {wording.kind_title(pair.kind)}.", "- ")


def _open(comparison: Comparison) -> Iterator[str]:
    for table in TABLES:
        for kind in KINDS:
            pairs = [p for p in comparison.pairs if (p.verdict, p.table, p.kind) == ("open", table, kind)]
            if pairs:
                named = {"table": title_of(table), "kind": wording.kind(kind)}
                yield from _title(_("Cannot be told apart: %(table)s, %(kind)s") % named)
                yield from (line for pair in pairs for line in _row(pair))


def _row(pair: Pair) -> Iterator[str]:
    *before, last = textwrap.wrap(say.title(pair), 38) or [""]
    yield from before
    yield f"{last:<40}{say.of(pair.left):<19}{say.of(pair.right)}"


def _left_out(comparison: Comparison) -> Iterator[str]:
    if comparison.left_out:
        yield from _title(_("Not compared"))
    for why, number in say.reasons(comparison.left_out).items():
        yield from _wrapped(f"{say.reason(why)}: {number}", "- ")


def _limits() -> Iterator[str]:
    yield from _title(_("How to read this"))
    for limit in say.limits():
        yield from _wrapped(limit, "- ")


def _title(text: str) -> list[str]:
    return ["", text, "-" * min(len(text), WIDTH)]


def _wrapped(text: str, lead: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead), break_on_hyphens=False
    )  # fmt: skip
