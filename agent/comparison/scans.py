"""Two scans side by side: what changed on the host, and what only changed in the checks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from agent.records.history import PastItem, PastRun
from shieldwall.checks.outcome import Outcome
from shieldwall.checks.score import Score, Scored, score

COUNTED = (Outcome.PASS, Outcome.FAIL)


@dataclass(frozen=True, slots=True)
class Change:
    before: PastItem
    after: PastItem

    @property
    def kind(self) -> str:
        """better | worse | seen (now decided) | lost (no longer decided) | other"""
        was, now = self.before.outcome, self.after.outcome
        if (was, now) == (Outcome.FAIL, Outcome.PASS):
            return "better"
        if (was, now) == (Outcome.PASS, Outcome.FAIL):
            return "worse"
        if was not in COUNTED and now in COUNTED:
            return "seen"
        return "lost" if was in COUNTED and now not in COUNTED else "other"


@dataclass(frozen=True, slots=True)
class Comparison:
    before: PastRun
    after: PastRun
    changed: tuple[Change, ...]
    """You changed: the same check and rev with another outcome, worst first."""
    added: tuple[PastItem, ...]
    """The pack or policy changed: checks only in the later scan."""
    removed: tuple[PastItem, ...]
    revised: tuple[Change, ...]
    """The pack changed: another rev, so outcomes are not compared."""
    score_before: Score
    """Over the common (id, rev) only, with the later scan's weights; all a trend may show."""
    score_after: Score

    @property
    def same_eyes(self) -> bool:
        """Both were run with the same privilege, as the same role."""
        return (self.before.elevated, self.before.role) == (self.after.elevated, self.after.role)


def compare(before: PastRun, after: PastRun) -> Comparison:
    old, new = _by_id(before), _by_id(after)
    both = [Change(old[i], new[i]) for i in sorted(old.keys() & new.keys())]
    common = [c for c in both if c.before.rev == c.after.rev]
    changed = [c for c in common if _state(c.before) != _state(c.after)]
    order = ("worse", "lost", "other", "seen", "better")
    return Comparison(
        before,
        after,
        tuple(sorted(changed, key=lambda c: (order.index(c.kind), -c.after.weight, c.after.id))),
        tuple(new[i] for i in sorted(new.keys() - old.keys())),
        tuple(old[i] for i in sorted(old.keys() - new.keys())),
        tuple(c for c in both if c.before.rev != c.after.rev),
        score(_weighed(c.before, c.after) for c in common),
        score(c.after.scored() for c in common),
    )


def _by_id(run: PastRun) -> Mapping[str, PastItem]:
    return {item.id: item for item in run.items}


def _state(item: PastItem) -> tuple[Outcome, str | None, bool]:
    return item.outcome, item.reason, item.waived


def _weighed(item: PastItem, like: PastItem) -> Scored:
    return replace(item, weight=like.weight, gate=like.gate).scored()
