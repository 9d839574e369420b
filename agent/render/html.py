"""One self-contained page to read, print or hand to the boss: no script, no outside request, everything escaped."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from html import escape

from agent.render import summary
from agent.render.base import Style
from agent.render.html_style import CSS
from agent.render.plain import one_line, safe
from agent.render.text import nothing_audited
from agent.scan.result import ItemResult, ScanResult
from shieldwall.frameworks import supports
from shieldwall.outcome import Outcome

SEEN_IN_PAGE = 10
COMMAND = re.compile("`([^`]+)`")
METHOD = (
    "A theme's score is the weight of what passed over the weight of what passed or failed. Coverage is the weight of "
    "what could be decided over the weight of what applies; what could not be seen lowers coverage, never the score. "
    "The overall score is the mean of the themes seen to at least 60 %. One open gate caps the band at C, three at D. "
    "A framework id means that a check supports that requirement, not that the requirement is met. Pack digest "
)


def render(result: ScanResult, style: Style) -> str:
    who = result.identity
    title = f"Security audit of {who.name or 'a host'}, {result.finished:%Y-%m-%d}"
    return framed(title, "\n".join(part for part in _parts(result) if part))


def framed(title: str, body: str, css: str = CSS) -> str:
    """A whole page around markup that is escaped already: no script, no outside request."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        f"<title>{_text(title)}</title>\n<style>{css}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _parts(result: ScanResult) -> Iterable[str]:
    yield _head(result)
    yield _cards(result)
    gates = "".join(_item(item, result) for item in summary.open_gates(result))
    yield _section("Open gates", "Without these, nothing else counts.", gates)
    yield _section("Fix these first", "Most weight for the least work.", _first_fixes(result))
    yield _section("Themes", "", _themes(result))
    shut = {item.check.id for item in summary.open_gates(result)}
    findings = [item for item in summary.findings(result) if item.check.id not in shut]
    title = "Further findings" if shut else "Findings"
    yield _section(f"{title} ({len(findings)})", "", "".join(_item(item, result) for item in findings))
    yield _section(
        "Accepted risks",
        "Still counted as not passed.",
        "".join(_waiver(item, result.finished) for item in summary.waived(result)),
    )
    yield _section("Not seen", "This lowers coverage, not the score.", _unknown(result))
    yield _section("Defects", "Our mistake, not yours; please report.", _defects(result))
    yield _section("The rest", "", _rest(result))
    yield _method(result)


def _head(result: ScanResult) -> str:
    who = result.identity
    looked = ("as root" if result.elevated else "as an ordinary user") if result.live else "not the running host"
    about = " · ".join(part for part in (who.system or who.subject.family, who.subject.role, looked) if part)
    policy = f"{result.policy.title} (policy {result.policy.id}, rev {result.policy.rev}), checks {result.pack.version}"
    alarm = (
        f'<p class="alarm"><b>Nothing was audited:</b> {_text(nothing_audited(result))}</p>'
        if not result.decided
        else ""
    )
    unproven = summary.unproven(result)
    note = f'<p class="meta"><b>{_text(unproven)}</b></p>' if unproven else ""
    return (
        f"<header><h1>Security audit of {_text(who.name or 'a host')}</h1>"
        f'<p class="meta">{_text(about)}</p><p class="meta">{_text(policy)} · {result.finished:%Y-%m-%d %H:%M} UTC</p>'
        f"{note}</header>{alarm}"
    )


def _cards(result: ScanResult) -> str:
    score, gates = result.score, len(result.score.open_gates)
    if score.overall is None:
        first = _card("–", "no overall score: too few themes with enough coverage")
    else:
        tone = "good" if score.band in ("A", "B") else "warn" if score.band == "C" else "bad"
        first = _card(summary.percent(score.overall), f"of 100, band {score.band}", tone)
    return '<div class="cards">{}</div>'.format(
        "".join(
            [
                first,
                _card(f"{summary.percent(score.coverage)} %", "coverage: how much could be seen"),
                _card(str(gates), "open gate" if gates == 1 else "open gates", "bad" if gates else "good"),
                _card(str(len(result.having(Outcome.FAIL))), "failed"),
                _card(str(len(result.having(Outcome.PASS))), "passed"),
            ]
        )
    )


def _card(number: str, words: str, tone: str = "") -> str:
    return f'<div class="card"><b class="{tone}">{_text(number)}</b>{_text(words)}</div>'


def _section(title: str, about: str, body: str) -> str:
    if not body:
        return ""
    note = f'<p class="soft">{_text(about)}</p>' if about else ""
    return f"<section><h2>{_text(title)}</h2>{note}{body}</section>"


def _first_fixes(result: ScanResult) -> str:
    rows = []
    for item in summary.cheapest_fixes(result):
        words, snippet = summary.fix_words(item, result)
        code = f"<pre>{_block(snippet)}</pre>" if snippet else ""
        effort = f"{item.check.effort}, weight {item.weight}"
        rows.append(
            f'<li><b>{_text(item.check.title)}</b> <span class="soft">({effort})</span><p>{_text(words)}</p>{code}</li>'
        )
    return f"<ol>{''.join(rows)}</ol>" if rows else ""


def _themes(result: ScanResult) -> str:
    rows = []
    for name, weights in result.score.themes.items():
        if weights.coverage is None:
            continue
        few = "" if weights.qualifies else ' <span class="soft">too little seen to count</span>'
        rows.append(
            f'<tr><th scope="row">{_text(summary.THEME_TITLES[name])}{few}</th>'
            f'<td class="bar">{_bar(weights.score)}</td><td class="n">{summary.percent(weights.score)}</td>'
            f'<td class="n">{summary.percent(weights.coverage)} %</td></tr>'
        )
    if not rows:
        return ""
    return (
        '<table><thead><tr><th scope="col">Theme</th><th class="bar" scope="col"><span aria-hidden="true"></span></th>'
        f'<th class="n" scope="col">Score</th><th class="n" scope="col">Coverage</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _bar(score: Fraction | None) -> str:
    filled = 0 if score is None else int(score * 100)
    return (
        '<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="6"/>'
        f'<rect class="fill" width="{filled}" height="6"/></svg>'
    )


def _item(item: ItemResult, result: ScanResult) -> str:
    check = item.check
    words, snippet = summary.fix_words(item, result)
    seen = "".join(f"<li><code>{_text(line, 400)}</code></li>" for line in summary.seen_lines(item, SEEN_IN_PAGE))
    code = f"<pre>{_block(snippet)}</pre>" if snippet else ""
    refs = "; ".join(supports(check.refs))
    frameworks = f'<p class="soft">Supports: {_text(refs)}</p>' if refs else ""
    gate = " · gate" if item.gate else ""
    gate += " · experimental" if item.experimental else ""
    return (
        f'<article class="item {check.severity}"><span class="chip">{check.severity}{gate}</span>'
        f'<h3>{_text(check.title)}</h3><p class="soft">{_text(check.why)}</p><ul class="seen">{seen}</ul>'
        f'<p><b>What to do:</b> {_text(words)} <span class="soft">({check.effort})</span></p>{code}{frameworks}'
        f'<p class="soft"><code>{_text(check.id)}</code></p></article>'
    )


def _waiver(item: ItemResult, now: datetime) -> str:
    words, ending = "", ""
    if item.waiver:
        words = f"{item.waiver.owner}, until {item.waiver.until}: {item.waiver.reason}"
        ending = f"<p><b>{_text(item.waiver.ending(now))}</b></p>" if item.waiver.ending(now) else ""
    return (
        f'<article class="item {item.check.severity}"><h3>{_text(item.check.title)}</h3><p>{_text(words)}</p>{ending}'
        "</article>"
    )


def _unknown(result: ScanResult) -> str:
    return "".join(
        f"<details><summary><b>{len(items)}</b> {_text(reason.value)}: "
        f"{_prose(summary.what_helps(reason, len(items), result.identity.subject.family))}</summary>"
        f"{_names(items)}</details>"
        for reason, items in summary.unknown_by_reason(result)
    )


def _defects(result: ScanResult) -> str:
    rows = "".join(
        f"<li><code>{_text(item.check.id)}</code>: {_text(item.defect, 400)}</li>"
        for item in result.having(Outcome.ERROR)
    )
    return f"<ul>{rows}</ul>" if rows else ""


def _rest(result: ScanResult) -> str:
    groups = (("passed", Outcome.PASS), ("not for this host", Outcome.NOT_APPLICABLE))
    return "".join(
        f"<details><summary><b>{len(items)}</b> {words}</summary>{_names(items)}</details>"
        for words, outcome in groups
        if (items := result.having(outcome))
    )


def _names(items: Iterable[ItemResult]) -> str:
    return (
        "<ul>" + "".join(f"<li>{_text(i.check.title)} <code>{_text(i.check.id)}</code></li>" for i in items) + "</ul>"
    )


def _method(result: ScanResult) -> str:
    return _section("How to read this", f"{METHOD}{result.pack.digest}.", " ")


def _text(text: str, limit: int | None = None) -> str:
    return escape(one_line(text, limit), quote=True)


def _prose(text: str) -> str:
    """Our own words, in which backticks mark what to type."""
    return COMMAND.sub(r"<code>\1</code>", _text(text))


def _block(text: str) -> str:
    return escape("\n".join(safe(line) for line in text.splitlines()), quote=True)
