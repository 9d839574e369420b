"""Everything about one check on one host, for `explain`: why, what was seen, the truth tree, how to fix it here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from agent.render import summary, words
from agent.render.base import Style
from agent.render.paint import Paint, wrapped
from agent.render.plain import one_line, safe
from agent.scan.result import ItemResult, ScanResult
from shieldwall.checks.expectation.evaluate import Node
from shieldwall.checks.frameworks import supports
from shieldwall.checks.outcome import Outcome, Verdict
from shieldwall.language import gettext as _
from shieldwall.language import marked

VALUE_CHARS = 400
VERDICTS: Final[Mapping[Outcome, tuple[str, str]]] = {
    Outcome.PASS: (marked("pass"), "green"),
    Outcome.FAIL: (marked("fail"), "red"),
    Outcome.UNKNOWN: (marked("unknown (%(reason)s)"), "yellow"),
    Outcome.NOT_APPLICABLE: (marked("does not apply"), "dim"),
    Outcome.ERROR: (marked("error, a defect of this program or its pack"), "red"),
}


def detail(item: ItemResult, result: ScanResult, style: Style) -> str:
    paint, width, check = Paint(style.colour), max(style.width, 40), item.check
    told = {
        "severity": _(check.severity), "weight": item.weight, "theme": _(summary.THEME_TITLES[check.theme]),
        "effort": _(check.effort),
    }  # fmt: skip
    gate = _("%(severity)s (weight %(weight)s), gate · %(theme)s · %(effort)s to fix")
    usual = _("%(severity)s (weight %(weight)s) · %(theme)s · %(effort)s to fix")
    named = _("%(check)s, rev %(rev)s") % {"check": check.id, "rev": check.rev}
    blocks = [
        [paint.bold(_(check.title)), paint.dim(named), (gate if item.gate else usual) % told],
        [_heading(_("Why it matters"), paint), *wrapped(str, summary.why(check), width, "  ", "  ")],
        [_heading(_("On this host"), paint), *_outcome(item, result, paint, width)],
        [_heading(_("What was asked"), paint), *_tree(item, paint, width)],
        _fix(item, result, paint, width),
        _supports(item, paint, width),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _heading(words: str, paint: Paint) -> str:
    return paint.bold(words.upper())


def _outcome(item: ItemResult, result: ScanResult, paint: Paint, width: int) -> list[str]:
    verdict = item.judgement.verdict
    word, shade = _verdict(verdict)
    lines = ["  " + paint.strong(shade)(word)]
    if verdict.reason is not None:
        lines += wrapped(str, summary.what_helps(verdict.reason, 1, result.identity.subject.family), width, "  ", "  ")
    if item.experimental:
        words = _("experimental: never run on a real system of this kind, and may be wrong")
        lines += wrapped(str, words, width, "  ", "  ")
    if item.defect:
        lines += wrapped(str, item.defect, width, "  ", "  ")
    if item.waiver is not None:
        accepted = _("accepted by %(owner)s until %(day)s: %(reason)s") % summary.accepted(item.waiver)
        lines += wrapped(paint.strong("yellow"), accepted, width, "  ", "  ")
    return lines


def _tree(item: ItemResult, paint: Paint, width: int) -> list[str]:
    if item.judgement.tree is None:
        return wrapped(str, _("nothing: this check is not meant for this platform or role"), width, "  ", "  ")
    return list(_node(item.judgement.tree, paint, width, "  "))


def _node(node: Node, paint: Paint, width: int, indent: str) -> Iterator[str]:
    below = indent + "  "
    word, shade = _verdict(node.verdict)
    first, *more = wrapped(str, f"{word}: {words.asked(node.text)}", width, indent, below + "  ")
    yield first.replace(word, paint.strong(shade)(word), 1)
    yield from more
    if node.detail:
        yield from wrapped(paint.dim, node.detail, width, below, below)
    for seen in node.seen:
        value = words.said_value(seen.value)
        named = f"{seen.name}: " if seen.name else ""
        what = _("saw %(what)s") % {"what": f"{named}{one_line(value, VALUE_CHARS)}"}
        where = "  " + _("at %(place)s") % {"place": seen.origin} if seen.origin else ""
        yield from wrapped(str, f"{what}{where}", width, below, below + "    ")
    if node.count > len(node.seen):
        yield paint.dim(f"{below}{summary.and_more(node.count - len(node.seen))}")
    for part in node.parts:
        yield from _node(part, paint, width, below)


def _fix(item: ItemResult, result: ScanResult, paint: Paint, width: int) -> list[str]:
    what, snippet = summary.fix_words(item, result)
    if not what:
        return []
    code = [paint.strong("cyan")("    " + safe(line)) for line in snippet.splitlines()]
    return [_heading(_("How to fix it here"), paint), *wrapped(str, what, width, "  ", "  "), *code]


def _supports(item: ItemResult, paint: Paint, width: int) -> list[str]:
    lines = [line for name in supports(item.check.refs) for line in wrapped(paint.dim, name, width, "  ", "    ")]
    return [_heading(_("Supports"), paint), *lines] if lines else []


def _verdict(verdict: Verdict) -> tuple[str, str]:
    """(word, colour)"""
    word, shade = VERDICTS[verdict.outcome]
    return (_(word) % {"reason": _(verdict.reason.value)} if verdict.reason else _(word)), shade
