"""What a scan found: every check of the policy with its judgement, and the score they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.records.waivers import Waiver
from agent.scan.subject import Identity
from shieldwall.checks.check import Check
from shieldwall.checks.judgement import Judgement
from shieldwall.checks.outcome import Outcome, Reason
from shieldwall.checks.score import Score, Scored


@dataclass(frozen=True, slots=True)
class ItemResult:
    check: Check
    weight: int
    """As the policy wants it."""
    gate: bool
    params: Mapping[str, Any]
    """Only those the policy changed."""
    judgement: Judgement
    waiver: Waiver | None
    """The active waiver, whatever the outcome."""
    defect: str
    """Of an error: what our own code or the pack did wrong."""
    experimental: bool = False
    """Such a check was never run on a real system of this kind; the verdict may be wrong."""

    @property
    def outcome(self) -> Outcome:
        return self.judgement.verdict.outcome

    @property
    def reason(self) -> Reason | None:
        return self.judgement.verdict.reason

    @property
    def waived(self) -> bool:
        """A finding somebody accepted for now."""
        return self.outcome is Outcome.FAIL and self.waiver is not None

    def scored(self) -> Scored:
        check = self.check
        return Scored(check.id, check.theme, self.weight, self.gate, check.attested, self.outcome, self.waived)


@dataclass(frozen=True, slots=True)
class PolicyName:
    id: str
    rev: int
    title: str


@dataclass(frozen=True, slots=True)
class PackName:
    name: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class ScanResult:
    run: str
    """UUIDv4."""
    started: datetime
    finished: datetime
    identity: Identity
    elevated: bool
    live: bool
    policy: PolicyName
    pack: PackName
    items: tuple[ItemResult, ...]
    """In id order."""
    score: Score
    clock_synced: bool | None
    """None when nobody could tell."""
    partial: bool
    """True when `--only` left checks of the policy out; such a score says little."""

    def having(self, outcome: Outcome) -> tuple[ItemResult, ...]:
        return tuple(item for item in self.items if item.outcome is outcome)

    @property
    def decided(self) -> int:
        """How many checks passed or failed; an audit with none is no audit."""
        return len(self.having(Outcome.PASS)) + len(self.having(Outcome.FAIL))
