"""JUnit XML for build servers: a suite a theme, a case a check; what was not seen or does not apply is skipped."""

from __future__ import annotations

from typing import assert_never
from xml.sax.saxutils import escape, quoteattr

from agent.render import summary
from agent.render.base import Style
from agent.render.plain import one_line
from agent.scan.result import ItemResult, ScanResult
from shieldwall.checks.outcome import Outcome


def render(result: ScanResult, style: Style) -> str:
    themes = {name: [item for item in result.items if item.check.theme == name] for name in summary.THEME_TITLES}
    suites = "".join(_suite(name, items, result) for name, items in themes.items() if items)
    seconds = (result.finished - result.started).total_seconds()
    totals = f'name="shieldwall {_bare(result.policy.id)}" {_totals(list(result.items))} time="{seconds:.3f}"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {totals}>\n{suites}</testsuites>\n'


def _suite(name: str, items: list[ItemResult], result: ScanResult) -> str:
    at = f"{result.finished:%Y-%m-%dT%H:%M:%S}"
    cases = "".join(_case(item, result) for item in items)
    return f' <testsuite name="{name}" {_totals(items)} timestamp="{at}">\n{cases} </testsuite>\n'


def _totals(items: list[ItemResult]) -> str:
    failures = sum(item.outcome is Outcome.FAIL and not item.waived for item in items)
    errors = sum(item.outcome is Outcome.ERROR for item in items)
    skipped = sum(item.outcome in (Outcome.UNKNOWN, Outcome.NOT_APPLICABLE) or item.waived for item in items)
    return f'tests="{len(items)}" failures="{failures}" errors="{errors}" skipped="{skipped}"'


def _case(item: ItemResult, result: ScanResult) -> str:
    inside = _inside(item, result)
    head = f"  <testcase name={_attribute(item.check.id)} classname={_attribute(item.check.theme)}"
    return f"{head}>{inside}</testcase>\n" if inside else f"{head}/>\n"


def _inside(item: ItemResult, result: ScanResult) -> str:
    check = item.check
    match item.outcome:
        case Outcome.PASS:
            return ""
        case Outcome.FAIL if item.waiver is not None:
            return f"<skipped message={_attribute(f'accepted until {item.waiver.until}: {item.waiver.reason}')}/>"
        case Outcome.FAIL:
            mark = ["experimental: never run on a real system of this kind"] if item.experimental else []
            seen = map(one_line, summary.seen_lines(item))
            body = "\n".join([*mark, *seen, one_line(summary.fix_words(item, result)[0])])
            return f'<failure type="{check.severity}" message={_attribute(check.title)}>{escape(body)}</failure>'
        case Outcome.UNKNOWN:
            reason = item.reason.value if item.reason else ""
            return f"<skipped message={_attribute(f'not seen: {reason}')}/>"
        case Outcome.NOT_APPLICABLE:
            return '<skipped message="does not apply"/>'
        case Outcome.ERROR:
            return f'<error type="defect" message={_attribute(item.defect)}/>'
        case _ as never:
            assert_never(never)


def _attribute(text: str) -> str:
    return quoteattr(one_line(text))


def _bare(text: str) -> str:
    return _attribute(text)[1:-1]
