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
from shieldwall.outcome import Outcome

SPECIAL: Final = re.compile(r"([\\`*_\[\]#|~<>&])")


def render(result: ScanResult, style: Style) -> str:
    return "\n".join(_lines(result)) + "\n"


def _lines(result: ScanResult) -> Iterator[str]:
    who, score = result.identity, result.score
    yield f"# Security audit of {_text(who.name or 'a host')}"
    yield ""
    about = f"{who.system or who.subject.family}, {who.subject.role}, {result.policy.title}"
    yield _text(f"Host: {about}, {result.finished:%Y-%m-%d}")
    yield ""
    if not result.decided:
        yield f"**Nothing was audited:** {_text(nothing_audited(result))}"
        yield ""
    yield "| score | band | coverage | open gates | failed | passed |"
    yield "|---|---|---|---|---|---|"
    failed, passed = len(result.having(Outcome.FAIL)), len(result.having(Outcome.PASS))
    yield (
        f"| {summary.percent(score.overall)} | {score.band or '–'} | {summary.percent(score.coverage)} % "
        f"| {len(score.open_gates)} | {failed} | {passed} |"
    )
    if words := summary.unproven(result):
        yield from ("", _text(words))
    yield from _group("Open gates", summary.open_gates(result), result)
    yield from _group("Fix these first", summary.cheapest_fixes(result), result)
    yield from _themes(result)
    yield from _table("Findings", summary.findings(result))
    yield from _table("Accepted risks", summary.waived(result))
    for reason, items in summary.unknown_by_reason(result):
        helps = summary.what_helps(reason, len(items), result.identity.subject.family)
        yield from ("", f"**Not seen, {reason.value} ({len(items)}):** {_text(helps)}")


def _group(title: str, items: list[ItemResult], result: ScanResult) -> Iterator[str]:
    if not items:
        return
    yield from ("", f"## {title}", "")
    for item in items:
        words, snippet = summary.fix_words(item, result)
        marks = [item.check.severity, item.check.effort, *(["experimental"] if item.experimental else [])]
        yield f"- **{_text(item.check.title)}** ({', '.join(marks)}). {_text(words)}"
        if snippet:
            yield from ("", *(f"      {safe(line)}" for line in snippet.splitlines()), "")


def _themes(result: ScanResult) -> Iterator[str]:
    yield from ("", "## Themes", "", "| theme | score | coverage |", "|---|---|---|")
    for name, weights in result.score.themes.items():
        if weights.coverage is not None:
            title = summary.THEME_TITLES[name]
            yield f"| {title} | {summary.percent(weights.score)} | {summary.percent(weights.coverage)} % |"


def _table(title: str, items: list[ItemResult]) -> Iterator[str]:
    if not items:
        return
    yield from ("", f"## {title} ({len(items)})", "", "| severity | check | seen |", "|---|---|---|")
    for item in items:
        seen = "; ".join(summary.seen_lines(item))
        yield f"| {item.check.severity} | {_text(item.check.title)} | {_text(one_line(seen, 300))} |"


def _text(text: str) -> str:
    return SPECIAL.sub(r"\\\1", one_line(text))
