"""What a reader needs first, told from a result: gates, cheapest fixes, why things stayed unknown. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import Final, assert_never

from agent.records.waivers import Waiver
from agent.render import words
from agent.render.base import SEVERITIES
from agent.scan.result import ItemResult, ScanResult
from shieldwall.checks.check import Check, parted
from shieldwall.checks.judgement import FAMILIES
from shieldwall.checks.outcome import Outcome, Reason
from shieldwall.language import gettext as _
from shieldwall.language import ngettext

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


def title(result: ScanResult) -> str:
    return _("Security audit of %(host)s") % {"host": result.identity.name or _("a host")}


def looked(result: ScanResult) -> str:
    """With whose eyes."""
    if not result.live:
        return _("not the running host")
    return _("as root") if result.elevated else _("as an ordinary user")


def judged_by(result: ScanResult) -> str:
    policy = result.policy
    return _("%(title)s (policy %(policy)s, rev %(rev)s), checks %(version)s") % {
        "title": _(policy.title), "policy": policy.id, "rev": policy.rev, "version": result.pack.version,
    }  # fmt: skip


def why(check: Check) -> str:
    """All of it: for the reader and for whoever answers the question, which are two texts to translators."""
    return " ".join(_(part) for part in parted(check.why) if part)


def effort(item: ItemResult) -> str:
    return _("%(effort)s, weight %(weight)s") % {"effort": _(item.check.effort), "weight": item.weight}


def accepted(waiver: Waiver) -> dict[str, str]:
    """What a sentence about an accepted risk names."""
    return {"owner": waiver.owner, "day": str(waiver.until), "reason": waiver.reason}


def and_more(count: int) -> str:
    return ngettext("and %(count)s more", "and %(count)s more", count) % {"count": count}


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
    return ngettext(
        "%(count)s verdict is experimental: such a check was never run on a real system of this kind, and may be "
        "wrong.",
        "%(count)s verdicts are experimental: such a check was never run on a real system of this kind, and may be "
        "wrong.",
        count,
    ) % {"count": count}


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
    return _help(reason, count, family) % {"count": count}


def _help(reason: Reason, count: int, family: str) -> str:
    match reason:
        case Reason.PRIVILEGE if family == "windows":
            return ngettext(
                "run as administrator to see %(count)s more check",
                "run as administrator to see %(count)s more checks",
                count,
            )
        case Reason.PRIVILEGE:
            return ngettext(
                "run as root to see %(count)s more check: sudo shieldwall scan",
                "run as root to see %(count)s more checks: sudo shieldwall scan",
                count,
            )
        case Reason.TOOL:
            return _("a tool is missing here; `shieldwall explain ID` names it")
        case Reason.TIMEOUT:
            return ngettext(
                "looking took too long; run the scan again when the machine is less busy to see it",
                "looking took too long; run the scan again when the machine is less busy to see them",
                count,
            )
        case Reason.UNSUPPORTED:
            return ngettext(
                "this way of looking, or this system, does not show it",
                "this way of looking, or this system, does not show them",
                count,
            )
        case Reason.PARSE:
            return _("what is there was not understood; `shieldwall explain ID` names the place")
        case Reason.REFUSED:
            return _("too large, or not a regular file, so it was left alone; `shieldwall explain ID` names it")
        case Reason.STALE:
            return ngettext(
                "too old to count; `shieldwall explain ID` says how to renew it",
                "too old to count; `shieldwall explain ID` says how to renew them",
                count,
            )
        case Reason.UNANSWERED:
            return ngettext(
                "only you can know; `shieldwall answer` asks the question",
                "only you can know; `shieldwall answer` asks %(count)s questions",
                count,
            )
        case _ as never:
            assert_never(never)


def fix_words(item: ItemResult, result: ScanResult) -> tuple[str, str]:
    """(what to do here, snippet or "") for this platform."""
    fix = item.check.fix_for(FAMILIES[result.identity.subject.family] - {"any"})
    return (_(fix.text), fix.snippet) if fix else ("", "")


def seen_lines(item: ItemResult, most: int = SEEN_SHOWN) -> list[str]:
    """What was seen, wanted and where, one line a thing, ready for `one_line`."""
    lines = words.seen_lines(item.judgement.decisive(), item.outcome)
    return lines if len(lines) <= most else [*lines[:most], and_more(len(lines) - most)]


def obstacles(items: Iterable[ItemResult], most: int = OBSTACLES_SHOWN) -> list[str]:
    """What stood in the way of looking, in the probes' own words, the commonest first."""
    told = Counter(
        detail
        for item in items
        for detail in dict.fromkeys(node.detail for node, _ in item.judgement.decisive() if node.detail)
    )
    return [
        ngettext("%(obstacle)s (%(count)s check)", "%(obstacle)s (%(count)s checks)", count)
        % {"obstacle": detail, "count": count}
        if count > 1
        else detail
        for detail, count in told.most_common(most)
    ]


def percent(value: Fraction | None) -> str:
    """Whole percent, halves down, so that 100 means all and nothing is called 85 that is below it."""
    return "–" if value is None else f"{int(value * 100)}"
