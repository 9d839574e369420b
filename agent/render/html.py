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
from shieldwall.checks.frameworks import supports
from shieldwall.checks.outcome import Outcome
from shieldwall.language import gettext as _
from shieldwall.language import marked, ngettext, spoken

SEEN_IN_PAGE = 10
COMMAND = re.compile("`([^`]+)`")
METHOD = marked(
    "A theme's score is the weight of what passed over the weight of what passed or failed. Coverage is the weight of "
    "what could be decided over the weight of what applies; what could not be seen lowers coverage, never the score. "
    "The overall score is the mean of the themes seen to at least 60 %%. One open gate caps the band at C, three at D. "
    "A framework id means that a check supports that requirement, not that the requirement is met. Pack digest "
    "%(digest)s."
)


def render(result: ScanResult, style: Style) -> str:
    title = f"{summary.title(result)}, {result.finished:%Y-%m-%d}"
    return framed(title, "\n".join(part for part in _parts(result) if part))


def framed(title: str, body: str, css: str = CSS) -> str:
    """A whole page around markup that is escaped already: no script, no outside request."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        f'<!doctype html>\n<html lang="{spoken()}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        f"<title>{_text(title)}</title>\n<style>{css}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _parts(result: ScanResult) -> Iterable[str]:
    yield _head(result)
    yield _cards(result)
    gates = "".join(_item(item, result) for item in summary.open_gates(result))
    yield _section(_("Open gates"), _("Without these, nothing else counts."), gates)
    yield _section(_("Fix these first"), _("Most weight for the least work."), _first_fixes(result))
    yield _section(_("Themes"), "", _themes(result))
    shut = {item.check.id for item in summary.open_gates(result)}
    findings = [item for item in summary.findings(result) if item.check.id not in shut]
    title = _("Further findings") if shut else _("Findings")
    yield _section(f"{title} ({len(findings)})", "", "".join(_item(item, result) for item in findings))
    yield _section(
        _("Accepted risks"),
        _("Still counted as not passed."),
        "".join(_waiver(item, result.finished) for item in summary.waived(result)),
    )
    yield _section(_("Not seen"), _("This lowers coverage, not the score."), _unknown(result))
    yield _section(_("Defects"), _("Our mistake, not yours; please report."), _defects(result))
    yield _section(_("The rest"), "", _rest(result))
    yield _section(_("How to read this"), _(METHOD) % {"digest": result.pack.digest}, " ")


def _head(result: ScanResult) -> str:
    who = result.identity
    parts = (who.system or who.subject.family, _(who.subject.role), summary.looked(result))
    about, policy = " · ".join(part for part in parts if part), summary.judged_by(result)
    nothing = _("Nothing was audited:")
    alarm = (
        f'<p class="alarm"><b>{_text(nothing)}</b> {_text(nothing_audited(result))}</p>' if not result.decided else ""
    )
    unproven = summary.unproven(result)
    note = f'<p class="meta"><b>{_text(unproven)}</b></p>' if unproven else ""
    return (
        f"<header><h1>{_text(summary.title(result))}</h1>"
        f'<p class="meta">{_text(about)}</p><p class="meta">{_text(policy)} · {result.finished:%Y-%m-%d %H:%M} UTC</p>'
        f"{note}</header>{alarm}"
    )


def _cards(result: ScanResult) -> str:
    score, gates = result.score, len(result.score.open_gates)
    failed, passed = len(result.having(Outcome.FAIL)), len(result.having(Outcome.PASS))
    if score.overall is None:
        first = _card("–", _("no overall score: too few themes with enough coverage"))
    else:
        tone = "good" if score.band in ("A", "B") else "warn" if score.band == "C" else "bad"
        first = _card(summary.percent(score.overall), _("of 100, band %(band)s") % {"band": score.band}, tone)
    return '<div class="cards">{}</div>'.format(
        "".join(
            [
                first,
                _card(f"{summary.percent(score.coverage)} %", _("coverage: how much could be seen")),
                _card(str(gates), ngettext("open gate", "open gates", gates), "bad" if gates else "good"),
                _card(str(failed), ngettext("failed", "failed", failed)),
                _card(str(passed), ngettext("passed", "passed", passed)),
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
        effort = summary.effort(item)
        rows.append(
            f'<li><b>{_text(_(item.check.title))}</b> <span class="soft">({_text(effort)})</span><p>{_text(words)}</p>'
            f"{code}</li>"
        )
    return f"<ol>{''.join(rows)}</ol>" if rows else ""


def _themes(result: ScanResult) -> str:
    rows, too_little = [], _("too little seen to count")
    for name, weights in result.score.themes.items():
        if weights.coverage is None:
            continue
        few = "" if weights.qualifies else f' <span class="soft">{_text(too_little)}</span>'
        rows.append(
            f'<tr><th scope="row">{_text(_(summary.THEME_TITLES[name]))}{few}</th>'
            f'<td class="bar">{_bar(weights.score)}</td><td class="n">{summary.percent(weights.score)}</td>'
            f'<td class="n">{summary.percent(weights.coverage)} %</td></tr>'
        )
    if not rows:
        return ""
    theme, score, coverage = _("Theme"), _("Score"), _("Coverage")
    return (
        f'<table><thead><tr><th scope="col">{_text(theme)}</th><td class="bar"></td>'
        f'<th class="n" scope="col">{_text(score)}</th>'
        f'<th class="n" scope="col">{_text(coverage)}</th></tr></thead>'
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
    do = _("What to do:")
    told = _("Supports: %(requirements)s") % {"requirements": refs}
    frameworks = f'<p class="soft">{_text(told)}</p>' if refs else ""
    marks = [
        _(check.severity),
        *([_("gate")] if item.gate else []),
        *([_("experimental")] if item.experimental else []),
    ]
    return (
        f'<article class="item {check.severity}"><span class="chip">{_text(" · ".join(marks))}</span>'
        f'<h3>{_text(_(check.title))}</h3><p class="soft">{_text(summary.why(check))}</p><ul class="seen">{seen}</ul>'
        f'<p><b>{_text(do)}</b> {_text(words)} <span class="soft">({_text(_(check.effort))})</span></p>'
        f'{code}{frameworks}<p class="soft"><code>{_text(check.id)}</code></p></article>'
    )


def _waiver(item: ItemResult, now: datetime) -> str:
    words, ending = "", ""
    if item.waiver:
        words = _("%(owner)s, until %(day)s: %(reason)s") % summary.accepted(item.waiver)
        ending = f"<p><b>{_text(item.waiver.ending(now))}</b></p>" if item.waiver.ending(now) else ""
    return (
        f'<article class="item {item.check.severity}"><h3>{_text(_(item.check.title))}</h3><p>{_text(words)}</p>'
        f"{ending}</article>"
    )


def _unknown(result: ScanResult) -> str:
    return "".join(
        f"<details><summary><b>{len(items)}</b> {_text(_(reason.value))}: "
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
    passed, away = result.having(Outcome.PASS), result.having(Outcome.NOT_APPLICABLE)
    groups = ((ngettext("passed", "passed", len(passed)), passed), (_("not for this host"), away))
    return "".join(
        f"<details><summary><b>{len(items)}</b> {_text(words)}</summary>{_names(items)}</details>"
        for words, items in groups
        if items
    )


def _names(items: Iterable[ItemResult]) -> str:
    return (
        "<ul>"
        + "".join(f"<li>{_text(_(i.check.title))} <code>{_text(i.check.id)}</code></li>" for i in items)
        + "</ul>"
    )


def _text(text: str, limit: int | None = None) -> str:
    return escape(one_line(text, limit), quote=True)


def _prose(text: str) -> str:
    """Our own words, in which backticks mark what to type."""
    return COMMAND.sub(r"<code>\1</code>", _text(text))


def _block(text: str) -> str:
    return escape("\n".join(safe(line) for line in text.splitlines()), quote=True)
