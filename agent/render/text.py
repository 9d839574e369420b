"""For a person at a terminal: what to do first at the top, everything else below. Width-aware, colour optional."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent.render import summary
from agent.render.base import Style
from agent.render.paint import Paint, wrapped
from agent.render.plain import one_line, safe
from agent.scan.result import ItemResult, ScanResult
from shieldwall.outcome import Outcome, Reason
from shieldwall.score import Weights

BAR = 20
THEME_ROW = 49
"""Columns of a theme's line without its bar."""
COLOUR_OF = {"critical": "red", "high": "red", "medium": "yellow", "low": "cyan", "info": "dim"}
BAND_COLOUR = {"A": "green", "B": "green", "C": "yellow", "D": "red"}
IDS_SHOWN = 12
SEEN_LINES = 3
"""Rows that one seen thing may take."""
NARROWEST = 50
SELF_EVIDENT = (Reason.PRIVILEGE, Reason.UNANSWERED)
"""What helps says it all; listing each obstacle would only repeat it."""


def render(result: ScanResult, style: Style) -> str:
    paint = Paint(style.colour)
    width = max(style.width, NARROWEST)
    blocks = [
        _head(result, paint, width),
        _verdict(result, paint, width),
        _gates(result, paint, width),
        _first_fixes(result, paint, width),
        _themes(result, paint, width),
        _findings(result, paint, width),
        _waived(result, paint, width),
        _unknown(result, paint, width),
        _defects(result, paint, width),
        *(_rest(result, paint, width) if style.everything else ()),
        _foot(result, paint, width),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _head(result: ScanResult, paint: Paint, width: int) -> list[str]:
    who = result.identity
    looked = ("as root" if result.elevated else "as an ordinary user") if result.live else "not the running host"
    parts = [who.name, who.system or who.subject.family, who.subject.role, looked]
    when = f"{result.finished:%Y-%m-%d %H:%M} UTC, took {(result.finished - result.started).total_seconds():.1f} s"
    policy = f"{result.policy.title} (policy {result.policy.id}, rev {result.policy.rev}), checks {result.pack.version}"
    return [
        *wrapped(paint.bold, " · ".join(part for part in ["Shieldwall", *parts] if part), width),
        *wrapped(paint.dim, policy, width),
        *wrapped(paint.dim, when, width),
    ]


def _verdict(result: ScanResult, paint: Paint, width: int) -> list[str]:
    score = result.score
    if not result.decided:
        return wrapped(paint.strong("red"), "NOTHING WAS AUDITED: " + nothing_audited(result), width)
    lines = []
    if score.overall is None:
        text = "No overall score: fewer than four themes have enough coverage. The themes below still count."
        lines += wrapped(paint.bold, text if not result.partial else "No overall score: only some checks ran.", width)
        open_questions = sum(item.reason is Reason.UNANSWERED for item in result.items)
        if open_questions and not result.partial:
            words = f"The quickest way to one is `shieldwall answer`: {_count(open_questions, 'open question')}."
            lines += wrapped(str, words, width)
    else:
        band = score.band or "-"
        lines.append(
            paint.bold(f"Score {summary.percent(score.overall)} of 100, band ")
            + paint.strong(BAND_COLOUR.get(band, "red"))(band)
        )
    gates = len(score.open_gates)
    cap = "; the band cannot be better than " + ("D" if gates >= 3 else "C") if gates and score.band else ""
    lines += wrapped(str, f"Coverage {summary.percent(score.coverage)} % · {_count(gates, 'open gate')}{cap}", width)
    apart = f"measured {_part(score.measured)} · answered by people {_part(score.attested)}"
    return [
        *lines,
        *wrapped(paint.dim, apart, width),
        *wrapped(paint.strong("yellow"), summary.unproven(result), width),
    ]


def nothing_audited(result: ScanResult) -> str:
    """Why a result without a single pass or fail is no audit."""
    if not result.items or all(item.outcome is Outcome.NOT_APPLICABLE for item in result.items):
        return "no check of this policy applies to this host. Choose another with --policy, or check --role."
    return "no check could be decided. See below for what would help."


def _gates(result: ScanResult, paint: Paint, width: int) -> list[str]:
    items = summary.open_gates(result)
    if not items:
        return []
    lines = [paint.strong("red")(f"OPEN GATES ({len(items)})") + paint.dim("  without these, nothing else counts")]
    for item in items:
        lines += _finding(item, paint, width)
        lines += wrapped(str, summary.fix_words(item, result)[0], width, "      do: ", "          ")
    return lines


def _first_fixes(result: ScanResult, paint: Paint, width: int) -> list[str]:
    items = summary.cheapest_fixes(result)
    if not items:
        return []
    lines = [paint.bold("FIX THESE FIRST") + paint.dim("  most weight for the least work")]
    for number, item in enumerate(items, 1):
        words, snippet = summary.fix_words(item, result)
        effort = f"{item.check.effort}, weight {item.weight}"
        lines += wrapped(paint.bold, f"{item.check.title} ({effort})", width, f"  {number}. ", "     ")
        lines += wrapped(str, words, width, "     ", "     ")
        lines += [paint.strong("cyan")("       " + safe(line)) for line in snippet.splitlines()]
        lines.append(paint.dim(f"     shieldwall explain {item.check.id}"))
    return lines


def _themes(result: ScanResult, paint: Paint, width: int) -> list[str]:
    rows = [(name, w) for name, w in result.score.themes.items() if w.coverage is not None]
    if not rows:
        return []
    few = " *" if any(not weights.qualifies for _, weights in rows) else ""
    lines = [paint.bold("THEMES") + paint.dim("  * too little seen to count" if few else "")]
    size = min(BAR, max(width - THEME_ROW, 0))
    for name, weights in rows:
        filled = 0 if weights.score is None else int(weights.score * size)
        bar = "█" * filled + "░" * (size - filled)
        score = f"{bar} {summary.percent(weights.score):>3}"
        coverage = f"coverage {summary.percent(weights.coverage):>3} %{'' if weights.qualifies else ' *'}"
        lines.append(f"  {summary.THEME_TITLES[name]:<24} {score}  {coverage}")
    return lines


def _findings(result: ScanResult, paint: Paint, width: int) -> list[str]:
    shut = set(result.score.open_gates)
    items = [item for item in summary.findings(result) if item.check.id not in shut]
    title = "FURTHER FINDINGS" if shut else "FINDINGS"
    lines = [paint.bold(f"{title} ({len(items)})")] if items else []
    for item in items:
        lines += _finding(item, paint, width)
    return lines


def _finding(item: ItemResult, paint: Paint, width: int) -> list[str]:
    severity = item.check.severity
    head = f"  {paint.strong(COLOUR_OF[severity])(f'{severity:<8}')} {paint.bold(item.check.id)}"
    lines = [head, *wrapped(str, item.check.title, width, "      ", "      ")]
    for seen in summary.seen_lines(item):
        lines += wrapped(paint.dim, one_line(seen, SEEN_LINES * (width - 14)), width, "      seen: ", "            ")
    return lines


def _waived(result: ScanResult, paint: Paint, width: int) -> list[str]:
    items = summary.waived(result)
    lines = [paint.bold(f"ACCEPTED RISKS ({len(items)})") + paint.dim("  still counted as not passed")] if items else []
    for item in items:
        lines.append(f"  {item.check.severity:<8} {item.check.id}")
        if item.waiver:
            words = f"{item.waiver.owner} until {item.waiver.until}: {item.waiver.reason}"
            lines += wrapped(paint.dim, words, width, "      ", "      ")
            if ending := item.waiver.ending(result.finished):
                lines.append(paint.strong("yellow")(f"      {ending}; mend it, or decide again: shieldwall waive"))
    return lines


def _unknown(result: ScanResult, paint: Paint, width: int) -> list[str]:
    groups = summary.unknown_by_reason(result)
    total = sum(len(items) for _, items in groups)
    lines = [paint.bold(f"NOT SEEN ({total})") + paint.dim("  lowers coverage, not the score")] if groups else []
    for reason, items in groups:
        helps = summary.what_helps(reason, len(items), result.identity.subject.family)
        head = f"{reason.value}, {len(items)}: {helps}"
        lines += wrapped(paint.strong("yellow"), head, width, "  ", "    ")
        for words in summary.obstacles(items) if reason not in SELF_EVIDENT else ():
            lines += wrapped(str, words, width, "      ", "      ")
        lines += wrapped(paint.dim, _ids(items), width, "      ", "      ")
    return lines


def _defects(result: ScanResult, paint: Paint, width: int) -> list[str]:
    items = result.having(Outcome.ERROR)
    if not items:
        return []
    lines = [paint.strong("red")(f"DEFECTS ({len(items)})") + paint.dim("  our mistake, not yours; please report")]
    for item in items:
        lines.append(f"  {item.check.id}")
        lines += wrapped(paint.dim, item.defect or "the pack contradicts itself", width, "      ", "      ")
    return lines


def _rest(result: ScanResult, paint: Paint, width: int) -> Iterable[list[str]]:
    for title, outcome in (("PASSED", Outcome.PASS), ("DOES NOT APPLY", Outcome.NOT_APPLICABLE)):
        items = result.having(outcome)
        if items:
            names = [one_line(f"  {item.check.id}: {item.check.title}", width) for item in items]
            yield [paint.bold(f"{title} ({len(items)})"), *names]


def _foot(result: ScanResult, paint: Paint, width: int) -> list[str]:
    passed, away = len(result.having(Outcome.PASS)), len(result.having(Outcome.NOT_APPLICABLE))
    apply = "does not apply" if away == 1 else "do not apply"
    lines = [f"{passed} passed · {len(result.having(Outcome.FAIL))} failed · {away} {apply}"]
    if result.decided:
        lines += wrapped(paint.dim, "`shieldwall explain ID` says why a check matters and how to fix it here.", width)
    return lines


def _ids(items: Sequence[ItemResult]) -> str:
    names = [item.check.id for item in items[:IDS_SHOWN]]
    more = len(items) - len(names)
    return ", ".join([*names, f"and {more} more"] if more else names)


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _part(weights: Weights) -> str:
    return f"{summary.percent(weights.score)} (coverage {summary.percent(weights.coverage)} %)"
