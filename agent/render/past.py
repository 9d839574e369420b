"""Past scans for a reader: the list, and two of them side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from agent.comparison.scans import Change, Comparison
from agent.records.history import PastItem, PastRun
from agent.render.base import Style
from agent.render.paint import Paint, wrapped
from agent.render.summary import percent
from shieldwall.checks.outcome import Outcome

WORDS = {
    "worse": ("red", "worse"),
    "lost": ("yellow", "no longer seen"),
    "other": ("dim", "changed"),
    "seen": ("cyan", "now seen"),
    "better": ("green", "better"),
}


def table(runs: Sequence[PastRun]) -> str:
    if not runs:
        return "no scan is kept yet; `shieldwall scan` makes the first\n"
    lines = ["number  when (UTC)        score  band  cover  fail  gates  as    policy"]
    for run in runs:
        score, failed = run.score(), sum(item.outcome is Outcome.FAIL for item in run.items)
        lines.append(
            f"{run.number:>6}  {run.finished:%Y-%m-%d %H:%M}  {percent(score.overall):>5}  {score.band or '–':<4}"
            f"  {percent(score.coverage):>3} %  {failed:>4}  {len(score.open_gates):>5}"
            f"  {'root' if run.elevated else 'user'}  {run.policy} (rev {run.policy_rev})"
        )
    return "\n".join(lines) + "\n"


def as_line(run: PastRun) -> dict[str, Any]:
    """One scan for `history --json`; keys in a stable order."""
    score = run.score()
    return {
        "number": run.number,
        "run": run.run,
        "finished": run.finished.isoformat(),
        "trigger": run.trigger,
        "policy": run.policy,
        "policy_rev": run.policy_rev,
        "pack_version": run.pack_version,
        "pack_digest": run.pack_digest,
        "role": run.role,
        "elevated": run.elevated,
        "overall": None if score.overall is None else round(float(score.overall), 6),
        "band": score.band,
        "coverage": None if score.coverage is None else round(float(score.coverage), 6),
        "open_gates": list(score.open_gates),
        "counts": {outcome.value: sum(item.outcome is outcome for item in run.items) for outcome in Outcome},
    }


def side_by_side(both: Comparison, style: Style) -> str:
    paint = Paint(style.colour)
    blocks = [
        _head(both, paint, style.width),
        _group("YOU CHANGED", (_change(change, paint) for change in both.changed), paint),
        _group("THE CHECKS CHANGED (not compared)", _pack(both), paint),
    ]
    if not both.changed:
        blocks.insert(1, ["Nothing changed on this host in the checks that both scans made."])
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _head(both: Comparison, paint: Paint, width: int) -> list[str]:
    old, new = both.before, both.after
    first, second = both.score_before, both.score_after
    lines = [
        paint.bold(f"Scan {_named(old)} and {_named(new)}"),
        f"Checks in both: score {percent(first.overall)} -> {percent(second.overall)}"
        f" · coverage {percent(first.coverage)} -> {percent(second.coverage)} %"
        f" · open gates {len(first.open_gates)} -> {len(second.open_gates)}",
    ]
    if not both.same_eyes:
        words = f"Not the same eyes: {_eyes(old)}, then {_eyes(new)}. What is newly seen or lost may come from that."
        lines += wrapped(paint.strong("yellow"), words, width)
    if old.policy != new.policy:
        lines += wrapped(paint.strong("yellow"), f"Another policy: {old.policy}, then {new.policy}.", width)
    return lines


def _named(run: PastRun) -> str:
    return f"{run.number} ({run.finished:%Y-%m-%d %H:%M})"


def _eyes(run: PastRun) -> str:
    return f"{'root' if run.elevated else 'an ordinary user'} on a {run.role}"


def _change(change: Change, paint: Paint) -> str:
    colour, word = WORDS[change.kind]
    painted = paint.strong(colour)(f"{word:<14}")
    return f"  {painted} {change.after.id}: {_state(change.before)} -> {_state(change.after)}"


def _pack(both: Comparison) -> Iterable[str]:
    for change in both.revised:
        yield (
            f"  revised        {change.after.id} (rev {change.before.rev} -> {change.after.rev}):"
            f" {_state(change.before)} -> {_state(change.after)}"
        )
    for item in both.added:
        yield f"  added          {item.id}: {_state(item)}"
    for item in both.removed:
        yield f"  removed        {item.id}: was {_state(item)}"


def _group(title: str, lines: Iterable[str], paint: Paint) -> list[str]:
    rows = list(lines)
    return [paint.bold(f"{title} ({len(rows)})"), *rows] if rows else []


def _state(item: PastItem) -> str:
    reason = f" ({item.reason})" if item.reason else " (accepted)" if item.waived else ""
    return item.outcome.value.replace("_", " ") + reason
