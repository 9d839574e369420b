"""The report for a terminal: the same story on 78 columns, without colour."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from aggregator.render import wording
from aggregator.render.amounts import kinds, points
from aggregator.render.base import Words, visible
from aggregator.render.coded import as_text
from aggregator.render.spoken import in_words
from aggregator.render.story import Story, tell
from shieldwall.language import gettext as _
from shieldwall.published.release import Figure, Release, release_digest

WIDTH: Final = 78
BAR: Final = 24


def render(release: Release, words: Words, house: str = "") -> bytes:
    told = in_words(release, house)
    story = tell(told, words)
    lines = [*_head(told), *_short(story), *_elsewhere(story), *_themes(story), *_gaps(story), *_training(story),
             *_scores(story), *_method(story), *_proof(release)]  # fmt: skip
    return ("\n".join(visible(line).rstrip() for line in lines) + "\n").encode()


def _head(release: Release) -> Iterator[str]:
    yield from _wrapped(release.cluster)
    about = _("Security benchmark, %(period)s, %(n)s firms, published %(date)s")
    said = {"period": wording.period(release.period), "n": release.cohort.n, "date": release.published[:10]}
    yield from _wrapped(about % said)


def _short(story: Story) -> Iterator[str]:
    yield from _title(_("In short"))
    for sentence in story.summary:
        yield from _wrapped(sentence, "- ")
    margin = wording.margin(story.release.cohort)
    if margin and not story.small:
        yield from _wrapped(margin, "- ")


def _elsewhere(story: Story) -> Iterator[str]:
    if not story.small:
        return
    yield from _title(_("Firms elsewhere (of 100; published statistics, not figures of this cluster)"))
    for yardstick in story.release.yardsticks:
        yield from _wrapped(f"{yardstick.per_hundred:>3}  {yardstick.title}", hang=5)
        about = f"{yardstick.population} ({yardstick.source}, {yardstick.year}). {yardstick.caveat}"
        yield from _wrapped(about, "     ")


def _themes(story: Story) -> Iterator[str]:
    for part in story.parts:
        if part.themes:
            head = _("Themes, %(kind)s: firms that need action") % {"kind": wording.kind(part.kind)}
            yield from _title(head)
            yield from (line for figure in part.themes for line in _figure(figure))


def _gaps(story: Story) -> Iterator[str]:
    if not story.gaps:
        return
    yield from _title(_("Commonest gaps: what should be so, and how many firms are not there yet"))
    for number, gap in enumerate(story.gaps, 1):
        yield from _wrapped(gap.figure.title, f"{number}. ")
        yield f"   {_bar(gap.figure.low, gap.figure.high, gap.figure.n)}"
        yield from _wrapped(f"{wording.need(gap.figure)} {wording.kind_title(gap.figure.kind)}.", "   ")
        if gap.words:
            yield from _wrapped(as_text(gap.words.step), "   ")


def _training(story: Story) -> Iterator[str]:
    taught = [need for need in story.needs if need.teach.high]
    if taught:
        yield from _title(_("Gaps in knowledge: points that half a day on a topic would move"))
        most = max(need.teach.high for need in taught)
        for need in taught:
            yield from _row(need.topic.title, _bar(need.teach.low, need.teach.high, most), points(need.teach))
    if story.funds:
        yield from _title(_("Gaps in money: points that wait until something is bought"))
        most = max(fund.points.high for fund in story.funds)
        for fund in story.funds:
            yield from _row(_(fund.category.title), _bar(fund.points.low, fund.points.high, most), points(fund.points))
            yield f"   {kinds(fund.category.kinds)}"


def _scores(story: Story) -> Iterator[str]:
    if not story.scores:
        return
    yield from _title(_("Scores: firms below a line"))
    below = _("below %(line)s")
    yield f"{'':<44}" + "".join(f"{below % {'line': line}:>11}" for line in story.lines)
    for row in story.scores:
        title = f"{row.title}, {wording.kind(row.kind)}"
        yield f"{title[:43]:<44}" + "".join(f"{wording.short(f) if f else '':>11}" for f in row.figures)


def _method(story: Story) -> Iterator[str]:
    release = story.release
    yield from _title(_("What this release cannot say"))
    for limit in release.limits:
        yield from _wrapped(limit, "- ")
    yield from _wrapped(release.method)
    yield from _wrapped(release.gate.reason if story.small else wording.gate(release.gate, release.cohort))


def _proof(release: Release) -> Iterator[str]:
    yield from _title(_("For those who check"))
    rows = (
        (_("release"), release_digest(release)),
        (_("roster"), release.cohort.roster_hash),
        (_("checks"), release.pack.digest),
        (_("counted"), _("%(n)s statements, root %(root)s") % {"n": release.log.leaves, "root": release.log.root}),
    )
    width = max(len(name) for name, _value in rows) + 2
    yield from (f"{name:<{width}}{value}" for name, value in rows)
    yield from (f"{'':<{width}}{line}" for line in release.log.checkpoint.splitlines() if line)


def _figure(figure: Figure) -> Iterator[str]:
    said = _("%(count)s of %(n)s") % {"count": wording.short(figure), "n": figure.n}
    move = f"  {wording.trend(figure.trend)}" if figure.trend in ("fewer", "more") else ""
    yield from _row(figure.title, _bar(figure.low, figure.high, figure.n), said + move)


def _row(title: str, bar: str, said: str) -> Iterable[str]:
    *before, last = textwrap.wrap(title, 30) or [""]
    return [*before, f"{last:<31}{bar} {said}"]


def _bar(low: int, high: int, most: int) -> str:
    """`[....####....]`: every cell that a possible count touches."""
    start, end = low * BAR // (most + 1), -(-(high + 1) * BAR // (most + 1))
    return "[" + "." * start + "#" * (end - start) + "." * (BAR - end) + "]"


def _title(text: str) -> list[str]:
    return ["", text, "-" * min(len(text), WIDTH)]


def _wrapped(text: str, lead: str = "", hang: int | None = None) -> list[str]:
    indent = " " * (len(lead) if hang is None else hang)
    return textwrap.wrap(text, WIDTH, initial_indent=lead, subsequent_indent=indent, break_on_hyphens=False)
