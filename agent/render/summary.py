"""What a reader needs first, told from a result: gates, cheapest fixes, why things stayed unknown. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import Final, assert_never

from agent.render import words
from agent.render.base import SEVERITIES
from agent.scan.result import ItemResult, ScanResult
from shieldwall.judgement import FAMILIES
from shieldwall.outcome import Outcome, Reason

EFFORT_COST: Final = {"minutes": 1, "hours": 4, "days": 16, "project": 64}
"""Each step about four times the work of the one before."""
FIRST_FIXES: Final = 3
THEME_TITLES: Final = {
    "people-organisation": "People and organisation",
    "access": "Access",
    "updates": "Updates",
    "device-protection": "Device protection",
    "systems-network": "Systems and network",
    "backup-recovery": "Backup and recovery",
}
OBSTACLES_SHOWN: Final = 3
SEEN_SHOWN: Final = 3
"""Values in the list; `explain` shows up to EVIDENCE_ITEMS."""


def by_urgency(items: Iterable[ItemResult]) -> list[ItemResult]:
    """Heaviest first, then the least work, then by id."""
    return sorted(items, key=lambda i: (-SEVERITIES.index(i.check.severity), EFFORT_COST[i.check.effort], i.check.id))


def findings(result: ScanResult) -> list[ItemResult]:
    """What fails and nobody accepted."""
    return by_urgency(item for item in result.having(Outcome.FAIL) if not item.waived)


def waived(result: ScanResult) -> list[ItemResult]:
    return by_urgency(item for item in result.having(Outcome.FAIL) if item.waived)


def open_gates(result: ScanResult) -> list[ItemResult]:
    return by_urgency(item for item in result.items if item.check.id in result.score.open_gates)


def unproven(result: ScanResult) -> str:
    """A sentence on how many verdicts have yet to be proven right on such a system; "" when all have."""
    decided = (Outcome.PASS, Outcome.FAIL)
    count = sum(item.experimental and item.outcome in decided for item in result.items)
    if not count:
        return ""
    says = "1 verdict is" if count == 1 else f"{count} verdicts are"
    return f"{says} experimental: such a check was never run on a real system of this kind, and may be wrong."


def cheapest_fixes(result: ScanResult) -> list[ItemResult]:
    """The findings that give the most weight for the least work."""
    worth = sorted(
        (item for item in findings(result) if item.weight),
        key=lambda i: (-Fraction(i.weight, EFFORT_COST[i.check.effort]), -i.weight, i.check.id),
    )
    return worth[:FIRST_FIXES]


def at_or_above(result: ScanResult, severity: str) -> list[ItemResult]:
    low = SEVERITIES.index(severity)
    return [item for item in findings(result) if SEVERITIES.index(item.check.severity) >= low]


def unknown_by_reason(result: ScanResult) -> list[tuple[Reason, list[ItemResult]]]:
    """In the order of Reason, only those that occur."""
    groups = {reason: [i for i in result.having(Outcome.UNKNOWN) if i.reason is reason] for reason in Reason}
    return [(reason, by_urgency(items)) for reason, items in groups.items() if items]


def what_helps(reason: Reason, count: int, family: str) -> str:
    """One sentence for the person at the keyboard. family   of the host, as Subject has it"""
    this, them = ("it", "1 more check") if count == 1 else ("them", f"{count} more checks")
    match reason:
        case Reason.PRIVILEGE if family == "windows":
            return f"run as administrator to see {them}"
        case Reason.PRIVILEGE:
            return f"run as root to see {them}: sudo shieldwall scan"
        case Reason.TOOL:
            return "a tool is missing here; `shieldwall explain ID` names it"
        case Reason.TIMEOUT:
            return f"looking took too long; run the scan again when the machine is less busy to see {this}"
        case Reason.UNSUPPORTED:
            return f"this way of looking, or this system, does not show {this}"
        case Reason.PARSE:
            return "what is there was not understood; `shieldwall explain ID` names the place"
        case Reason.REFUSED:
            return "too large, or not a regular file, so it was left alone; `shieldwall explain ID` names it"
        case Reason.STALE:
            return f"too old to count; `shieldwall explain ID` says how to renew {this}"
        case Reason.UNANSWERED:
            questions = "the question" if count == 1 else f"{count} questions"
            return f"only you can know; `shieldwall answer` asks {questions}"
        case _ as never:
            assert_never(never)


def fix_words(item: ItemResult, result: ScanResult) -> tuple[str, str]:
    """(what to do here, snippet or "") for this platform."""
    fix = item.check.fix_for(FAMILIES[result.identity.subject.family] - {"any"})
    return (fix.text, fix.snippet) if fix else ("", "")


def seen_lines(item: ItemResult, most: int = SEEN_SHOWN) -> list[str]:
    """What was seen, wanted and where, one line a thing, ready for `one_line`."""
    lines = words.seen_lines(item.judgement.decisive(), item.outcome)
    return lines if len(lines) <= most else [*lines[:most], f"and {len(lines) - most} more"]


def obstacles(items: Iterable[ItemResult], most: int = OBSTACLES_SHOWN) -> list[str]:
    """What stood in the way of looking, in the probes' own words, the commonest first."""
    told = Counter(
        detail
        for item in items
        for detail in dict.fromkeys(node.detail for node, _ in item.judgement.decisive() if node.detail)
    )
    return [f"{detail} ({count} checks)" if count > 1 else detail for detail, count in told.most_common(most)]


def percent(value: Fraction | None) -> str:
    """Whole percent, halves down, so that 100 means all and nothing is called 85 that is below it."""
    return "–" if value is None else f"{int(value * 100)}"
