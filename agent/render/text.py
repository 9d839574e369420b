"""For a person at a terminal: what to do first at the top, everything else below. Width-aware, colour optional."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from agent.render import summary
from agent.render.base import Style
from agent.render.paint import Paint, wrapped
from agent.render.plain import one_line, safe
from agent.scan.result import ItemResult, ScanResult
from shieldwall.checks.outcome import Outcome, Reason
from shieldwall.checks.score import Weights
from shieldwall.language import gettext as _
from shieldwall.language import ngettext

BAR = 20
THEME_NAME = 24
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
    parts = [who.name, who.system or who.subject.family, _(who.subject.role), summary.looked(result)]
    took = f"{(result.finished - result.started).total_seconds():.1f}"
    when = _("%(when)s UTC, took %(seconds)s s") % {"when": f"{result.finished:%Y-%m-%d %H:%M}", "seconds": took}
    return [
        *wrapped(paint.bold, " · ".join(part for part in ["Shieldwall", *parts] if part), width),
        *wrapped(paint.dim, summary.judged_by(result), width),
        *wrapped(paint.dim, when, width),
    ]


def _verdict(result: ScanResult, paint: Paint, width: int) -> list[str]:
    score = result.score
    if not result.decided:
        nothing = _("Nothing was audited:")
        return wrapped(paint.strong("red"), f"{nothing.upper()} {nothing_audited(result)}", width)
    lines = _overall(result, paint, width)
    gates = len(score.open_gates)
    lines += wrapped(str, _coverage(result, gates), width)
    apart = _("measured %(measured)s · answered by people %(answered)s") % {
        "measured": _part(score.measured), "answered": _part(score.attested),
    }  # fmt: skip
    return [
        *lines,
        *wrapped(paint.dim, apart, width),
        *wrapped(paint.strong("yellow"), summary.unproven(result), width),
    ]


def _overall(result: ScanResult, paint: Paint, width: int) -> list[str]:
    score = result.score
    if score.overall is not None:
        band = score.band or "-"
        words = _("Score %(score)s of 100, band %(band)s") % {"score": summary.percent(score.overall), "band": band}
        said, found, rest = words.rpartition(band)
        return [paint.bold(said) + paint.strong(BAND_COLOUR.get(band, "red"))(found) + paint.bold(rest)]
    if result.partial:
        return wrapped(paint.bold, _("No overall score: only some checks ran."), width)
    text = _("No overall score: fewer than four themes have enough coverage. The themes below still count.")
    lines = wrapped(paint.bold, text, width)
    if count := sum(item.reason is Reason.UNANSWERED for item in result.items):
        words = ngettext(
            "The quickest way to one is `shieldwall answer`: %(count)s open question.",
            "The quickest way to one is `shieldwall answer`: %(count)s open questions.",
            count,
        )
        lines += wrapped(str, words % {"count": count}, width)
    return lines


def _coverage(result: ScanResult, gates: int) -> str:
    told = {"coverage": summary.percent(result.score.coverage), "gates": gates, "band": "D" if gates >= 3 else "C"}
    if not gates:
        return _("Coverage %(coverage)s %% · no open gates") % told
    if not result.score.band:
        words = ngettext(
            "Coverage %(coverage)s %% · %(gates)s open gate", "Coverage %(coverage)s %% · %(gates)s open gates", gates
        )
        return words % told
    words = ngettext(
        "Coverage %(coverage)s %% · %(gates)s open gate; the band cannot be better than %(band)s",
        "Coverage %(coverage)s %% · %(gates)s open gates; the band cannot be better than %(band)s",
        gates,
    )
    return words % told


def nothing_audited(result: ScanResult) -> str:
    """Why a result without a single pass or fail is no audit."""
    if not result.items or all(item.outcome is Outcome.NOT_APPLICABLE for item in result.items):
        return _("no check of this policy applies to this host. Choose another with --policy, or check --role.")
    return _("no check could be decided. See below for what would help.")


def _title(words: str, count: int | None, about: str, paint: Paint, colour: str = "bold") -> str:
    """A heading, how many lie below it, and what to make of them."""
    head = words.upper() if count is None else f"{words.upper()} ({count})"
    return (paint.bold if colour == "bold" else paint.strong(colour))(head) + paint.dim(f"  {about}" if about else "")


def _gates(result: ScanResult, paint: Paint, width: int) -> list[str]:
    items = summary.open_gates(result)
    if not items:
        return []
    lines = [_title(_("Open gates"), len(items), _("without these, nothing else counts"), paint, "red")]
    for item in items:
        lines += _finding(item, paint, width)
        lines += _told(str, _("do:"), summary.fix_words(item, result)[0], width)
    return lines


def _first_fixes(result: ScanResult, paint: Paint, width: int) -> list[str]:
    items = summary.cheapest_fixes(result)
    if not items:
        return []
    lines = [_title(_("Fix these first"), None, _("most weight for the least work"), paint)]
    for number, item in enumerate(items, 1):
        words, snippet = summary.fix_words(item, result)
        head = f"{_(item.check.title)} ({summary.effort(item)})"
        lines += wrapped(paint.bold, head, width, f"  {number}. ", "     ")
        lines += wrapped(str, words, width, "     ", "     ")
        lines += [paint.strong("cyan")("       " + safe(line)) for line in snippet.splitlines()]
        lines.append(paint.dim(f"     shieldwall explain {item.check.id}"))
    return lines


def _themes(result: ScanResult, paint: Paint, width: int) -> list[str]:
    rows = [(name, w) for name, w in result.score.themes.items() if w.coverage is not None]
    if not rows:
        return []
    few = any(not weights.qualifies for _name, weights in rows)
    about = _("* too little seen to count") if few else ""
    lines = [_title(_("Themes"), None, about, paint)]
    size = min(BAR, max(width - THEME_ROW, 0))
    wide = max(THEME_NAME, *(len(_(summary.THEME_TITLES[name])) for name, _weights in rows))
    for name, weights in rows:
        filled = 0 if weights.score is None else int(weights.score * size)
        bar = "█" * filled + "░" * (size - filled)
        score = f"{bar} {summary.percent(weights.score):>3}"
        seen = _("coverage %(percent)s %%") % {"percent": f"{summary.percent(weights.coverage):>3}"}
        coverage = f"{seen}{'' if weights.qualifies else ' *'}"
        lines.append(f"  {_(summary.THEME_TITLES[name]):<{wide}} {score}  {coverage}")
    return lines


def _findings(result: ScanResult, paint: Paint, width: int) -> list[str]:
    shut = set(result.score.open_gates)
    items = [item for item in summary.findings(result) if item.check.id not in shut]
    title = _("Further findings") if shut else _("Findings")
    lines = [_title(title, len(items), "", paint)] if items else []
    for item in items:
        lines += _finding(item, paint, width)
    return lines


def _finding(item: ItemResult, paint: Paint, width: int) -> list[str]:
    severity = item.check.severity
    head = f"  {paint.strong(COLOUR_OF[severity])(f'{_(severity):<8}')} {paint.bold(item.check.id)}"
    lines = [head, *wrapped(str, _(item.check.title), width, "      ", "      ")]
    for seen in summary.seen_lines(item):
        lines += _told(paint.dim, _("seen:"), one_line(seen, SEEN_LINES * (width - 14)), width)
    return lines


def _told(paint: Callable[[str], str], label: str, words: str, width: int) -> list[str]:
    return wrapped(paint, words, width, f"      {label} ", " " * (7 + len(label)))


def _waived(result: ScanResult, paint: Paint, width: int) -> list[str]:
    items = summary.waived(result)
    if not items:
        return []
    lines = [_title(_("Accepted risks"), len(items), _("still counted as not passed"), paint)]
    for item in items:
        lines.append(f"  {_(item.check.severity):<8} {item.check.id}")
        if item.waiver:
            words = _("%(owner)s until %(day)s: %(reason)s") % summary.accepted(item.waiver)
            lines += wrapped(paint.dim, words, width, "      ", "      ")
            if ending := item.waiver.ending(result.finished):
                words = _("%(ending)s; mend it, or decide again: shieldwall waive") % {"ending": ending}
                lines.append(paint.strong("yellow")(f"      {words}"))
    return lines


def _unknown(result: ScanResult, paint: Paint, width: int) -> list[str]:
    groups = summary.unknown_by_reason(result)
    if not groups:
        return []
    total = sum(len(items) for _reason, items in groups)
    lines = [_title(_("Not seen"), total, _("lowers coverage, not the score"), paint)]
    for reason, items in groups:
        helps = summary.what_helps(reason, len(items), result.identity.subject.family)
        head = f"{_(reason.value)}, {len(items)}: {helps}"
        lines += wrapped(paint.strong("yellow"), head, width, "  ", "    ")
        for words in summary.obstacles(items) if reason not in SELF_EVIDENT else ():
            lines += wrapped(str, words, width, "      ", "      ")
        lines += wrapped(paint.dim, _ids(items), width, "      ", "      ")
    return lines


def _defects(result: ScanResult, paint: Paint, width: int) -> list[str]:
    items = result.having(Outcome.ERROR)
    if not items:
        return []
    lines = [_title(_("Defects"), len(items), _("our mistake, not yours; please report"), paint, "red")]
    for item in items:
        lines.append(f"  {item.check.id}")
        lines += wrapped(paint.dim, item.defect or _("the pack contradicts itself"), width, "      ", "      ")
    return lines


def _rest(result: ScanResult, paint: Paint, width: int) -> Iterable[list[str]]:
    passed, away = result.having(Outcome.PASS), result.having(Outcome.NOT_APPLICABLE)
    for title, items in ((ngettext("passed", "passed", len(passed)), passed), (_("does not apply"), away)):
        if items:
            names = [one_line(f"  {item.check.id}: {_(item.check.title)}", width) for item in items]
            yield [_title(title, len(items), "", paint), *names]


def _foot(result: ScanResult, paint: Paint, width: int) -> list[str]:
    counts = [len(result.having(which)) for which in (Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE)]
    words = ngettext(
        "%(passed)s passed · %(failed)s failed · %(away)s does not apply",
        "%(passed)s passed · %(failed)s failed · %(away)s do not apply",
        counts[2],
    )
    lines = [words % dict(zip(("passed", "failed", "away"), counts, strict=True))]
    if result.decided:
        words = _("`shieldwall explain ID` says why a check matters and how to fix it here.")
        lines += wrapped(paint.dim, words, width)
    return lines


def _ids(items: Sequence[ItemResult]) -> str:
    names = [item.check.id for item in items[:IDS_SHOWN]]
    more = len(items) - len(names)
    return ", ".join([*names, summary.and_more(more)] if more else names)


def _part(weights: Weights) -> str:
    return _("%(score)s (coverage %(coverage)s %%)") % {
        "score": summary.percent(weights.score), "coverage": summary.percent(weights.coverage),
    }  # fmt: skip
