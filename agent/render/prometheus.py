"""Prometheus text format for a textfile collector: scores and outcomes, no evidence."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from agent.render.base import Style
from agent.scan.result import ScanResult
from shieldwall.checks.outcome import Outcome


def render(result: ScanResult, style: Style) -> str:
    return "\n".join(_lines(result)) + "\n"


def _lines(result: ScanResult) -> Iterator[str]:
    score = result.score
    policy = _labels(policy=result.policy.id)
    yield from _gauge("shieldwall_scan_timestamp_seconds", "When the last scan ended.")
    yield f"shieldwall_scan_timestamp_seconds{policy} {int(result.finished.timestamp())}"
    yield from _gauge("shieldwall_score_ratio", "Overall score; absent when too few themes have enough coverage.")
    if score.overall is not None:
        yield f"shieldwall_score_ratio{policy} {_number(score.overall)}"
    yield from _gauge("shieldwall_coverage_ratio", "Weight of what could be decided over what applies.")
    if score.coverage is not None:
        yield f"shieldwall_coverage_ratio{policy} {_number(score.coverage)}"
    yield from _gauge("shieldwall_open_gates", "Gate checks that fail.")
    yield f"shieldwall_open_gates{policy} {len(score.open_gates)}"
    yield from _gauge("shieldwall_theme_score_ratio", "Score of a theme.")
    for name, weights in score.themes.items():
        if weights.score is not None:
            yield f"shieldwall_theme_score_ratio{_labels(theme=name)} {_number(weights.score)}"
    yield from _gauge("shieldwall_checks", "Checks by outcome.")
    for outcome in Outcome:
        yield f"shieldwall_checks{_labels(outcome=outcome.value)} {len(result.having(outcome))}"
    yield from _gauge("shieldwall_check_failed", "1 for a finding, 0 for a pass; other outcomes are absent.")
    for item in result.items:
        if item.outcome in (Outcome.PASS, Outcome.FAIL):
            check = item.check
            labels = _labels(check=check.id, theme=check.theme, severity=check.severity, accepted=_word(item.waived))
            yield f"shieldwall_check_failed{labels} {int(item.outcome is Outcome.FAIL)}"


def _gauge(name: str, words: str) -> Iterator[str]:
    yield f"# HELP {name} {words}"
    yield f"# TYPE {name} gauge"


def _labels(**labels: str) -> str:
    escaped = {k: v.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for k, v in labels.items()}
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped.items()) + "}"


def _number(value: Fraction) -> str:
    return f"{float(value):.6g}"


def _word(flag: bool) -> str:
    return "yes" if flag else "no"
