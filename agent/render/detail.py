"""Everything about one check on one host, for `explain`: why, what was seen, the truth tree, how to fix it here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from agent.render import summary, words
from agent.render.base import Style
from agent.render.paint import Paint, wrapped
from agent.render.plain import one_line, safe
from agent.scan.result import ItemResult, ScanResult
from shieldwall.expectation.evaluate import Node
from shieldwall.frameworks import supports
from shieldwall.outcome import Outcome, Verdict

VALUE_CHARS = 400


def detail(item: ItemResult, result: ScanResult, style: Style) -> str:
    paint, width, check = Paint(style.colour), max(style.width, 40), item.check
    blocks = [
        [
            paint.bold(check.title),
            paint.dim(f"{check.id}, rev {check.rev}"),
            f"{check.severity} (weight {item.weight}){', gate' if item.gate else ''}"
            f" · {summary.THEME_TITLES[check.theme]} · {check.effort} to fix",
        ],
        [paint.bold("WHY IT MATTERS"), *wrapped(str, check.why, width, "  ", "  ")],
        [paint.bold("ON THIS HOST"), *_outcome(item, result, paint, width)],
        [paint.bold("WHAT WAS ASKED"), *_tree(item, paint, width)],
        _fix(item, result, paint, width),
        _supports(item, paint, width),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _outcome(item: ItemResult, result: ScanResult, paint: Paint, width: int) -> list[str]:
    verdict = item.judgement.verdict
    word, shade = _verdict(verdict)
    lines = ["  " + paint.strong(shade)(word)]
    if verdict.reason is not None:
        lines += wrapped(str, summary.what_helps(verdict.reason, 1, result.identity.subject.family), width, "  ", "  ")
    if item.experimental:
        lines += wrapped(
            str, "experimental: never run on a real system of this kind, and may be wrong", width, "  ", "  "
        )
    if item.defect:
        lines += wrapped(str, item.defect, width, "  ", "  ")
    if item.waiver is not None:
        accepted = f"accepted by {item.waiver.owner} until {item.waiver.until}: {item.waiver.reason}"
        lines += wrapped(paint.strong("yellow"), accepted, width, "  ", "  ")
    return lines


def _tree(item: ItemResult, paint: Paint, width: int) -> list[str]:
    if item.judgement.tree is None:
        return ["  nothing: this check is not meant for this platform or role"]
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
        where = f"  at {seen.origin}" if seen.origin else ""
        yield from wrapped(str, f"saw {named}{one_line(value, VALUE_CHARS)}{where}", width, below, below + "    ")
    if node.count > len(node.seen):
        yield paint.dim(f"{below}and {node.count - len(node.seen)} more")
    for part in node.parts:
        yield from _node(part, paint, width, below)


def _fix(item: ItemResult, result: ScanResult, paint: Paint, width: int) -> list[str]:
    what, snippet = summary.fix_words(item, result)
    if not what:
        return []
    code = [paint.strong("cyan")("    " + safe(line)) for line in snippet.splitlines()]
    return [paint.bold("HOW TO FIX IT HERE"), *wrapped(str, what, width, "  ", "  "), *code]


def _supports(item: ItemResult, paint: Paint, width: int) -> list[str]:
    lines = [line for name in supports(item.check.refs) for line in wrapped(paint.dim, name, width, "  ", "    ")]
    return [paint.bold("SUPPORTS"), *lines] if lines else []


def _verdict(verdict: Verdict) -> tuple[str, str]:
    """(word, colour)"""
    match verdict.outcome:
        case Outcome.PASS:
            return "pass", "green"
        case Outcome.FAIL:
            return "fail", "red"
        case Outcome.UNKNOWN:
            return f"unknown ({verdict.reason})", "yellow"
        case Outcome.NOT_APPLICABLE:
            return "does not apply", "dim"
        case Outcome.ERROR:
            return "error, a defect of this program or its pack", "red"
        case _ as never:
            assert_never(never)
