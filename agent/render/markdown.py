"""For a ticket or a wiki page: what to do first, then the rest as a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agent.render import summary
from agent.render.base import Style
from agent.render.plain import one_line, safe
from agent.render.text import nothing_audited
from agent.scan.result import ItemResult, ScanResult
from shieldwall.checks.outcome import Outcome
from shieldwall.language import gettext as _
from shieldwall.language import ngettext

SPECIAL: Final = re.compile(r"([\\`*_\[\]#|~<>&])")


def render(result: ScanResult, style: Style) -> str:
    return "\n".join(_lines(result)) + "\n"


def _lines(result: ScanResult) -> Iterator[str]:
    who, score = result.identity, result.score
    yield f"# {_text(summary.title(result))}"
    yield ""
    about = f"{who.system or who.subject.family}, {_(who.subject.role)}, {_(result.policy.title)}"
    yield _text(_("Host: %(about)s, %(day)s") % {"about": about, "day": f"{result.finished:%Y-%m-%d}"})
    yield ""
    if not result.decided:
        nothing = _("Nothing was audited:")
        yield f"**{_text(nothing)}** {_text(nothing_audited(result))}"
        yield ""
    failed, passed = len(result.having(Outcome.FAIL)), len(result.having(Outcome.PASS))
    words = (ngettext("open gate", "open gates", 2), ngettext("failed", "failed", 2), ngettext("passed", "passed", 2))
    yield _row(_("score"), _("band"), _("coverage"), *words)
    yield "|---|---|---|---|---|---|"
    yield (
        f"| {summary.percent(score.overall)} | {score.band or '–'} | {summary.percent(score.coverage)} % "
        f"| {len(score.open_gates)} | {failed} | {passed} |"
    )
    if unproven := summary.unproven(result):
        yield from ("", _text(unproven))
    yield from _group(_("Open gates"), summary.open_gates(result), result)
    yield from _group(_("Fix these first"), summary.cheapest_fixes(result), result)
    yield from _themes(result)
    yield from _table(_("Findings"), summary.findings(result))
    yield from _table(_("Accepted risks"), summary.waived(result))
    for reason, items in summary.unknown_by_reason(result):
        helps = summary.what_helps(reason, len(items), result.identity.subject.family)
        head = _("Not seen, %(reason)s (%(count)s):") % {"reason": _(reason.value), "count": len(items)}
        yield from ("", f"**{_text(head)}** {_text(helps)}")


def _group(title: str, items: list[ItemResult], result: ScanResult) -> Iterator[str]:
    if not items:
        return
    yield from ("", f"## {_text(title)}", "")
    for item in items:
        words, snippet = summary.fix_words(item, result)
        marks = [_(item.check.severity), _(item.check.effort), *([_("experimental")] if item.experimental else [])]
        yield f"- **{_text(_(item.check.title))}** ({_text(', '.join(marks))}). {_text(words)}"
        if snippet:
            yield from ("", *(f"      {safe(line)}" for line in snippet.splitlines()), "")


def _themes(result: ScanResult) -> Iterator[str]:
    heading = _("Themes")
    yield from ("", f"## {_text(heading)}", "", _row(_("theme"), _("score"), _("coverage")), "|---|---|---|")
    for name, weights in result.score.themes.items():
        if weights.coverage is not None:
            title = _(summary.THEME_TITLES[name])
            yield f"| {_text(title)} | {summary.percent(weights.score)} | {summary.percent(weights.coverage)} % |"


def _table(title: str, items: list[ItemResult]) -> Iterator[str]:
    if not items:
        return
    head = _row(_("severity"), _("check"), _("seen"))
    yield from ("", f"## {_text(title)} ({len(items)})", "", head, "|---|---|---|")
    for item in items:
        seen = "; ".join(summary.seen_lines(item))
        yield _row(_(item.check.severity), _(item.check.title), one_line(seen, 300))


def _row(*cells: str) -> str:
    return f"| {' | '.join(map(_text, cells))} |"


def _text(text: str) -> str:
    return SPECIAL.sub(r"\\\1", one_line(text))
