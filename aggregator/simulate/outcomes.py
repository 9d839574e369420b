"""What an audit of an invented host finds.

A check is in place when a standard normal score lies under the quantile of its published share. The score mixes the
firm's maturity, its leaning in the theme, luck with this measure, and luck on this host (a Gaussian copula), so every
share comes out as published while good firms are good at most things and hosts of one firm resemble each other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from statistics import NormalDist

from aggregator.simulate.firms import FirmProfile, HostProfile
from aggregator.simulate.priors import NOT_MET, SIZES, UNANSWERED, WAIVED, WITHOUT_ROOT, prior_for
from shieldwall.checks.check import Check
from shieldwall.checks.judgement import Subject, concerns
from shieldwall.checks.outcome import FAILED, NOT_APPLICABLE, PASSED, Overlay, Reason, Verdict, unknown
from shieldwall.checks.vocabulary import THEMES

OF_FIRM = 0.35
"""Share of the variance that the firm's maturity explains; an assumption, as are the next two."""
OF_THEME = 0.15
OF_HOST = 0.12
"""Of measures that are set on every host by itself."""
CHANGE = 0.03
"""Share of a firm's measures that are looked at afresh from one audit to the next; an assumption."""
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Found:
    verdicts: dict[str, Verdict]
    overlays: dict[str, Overlay]


@dataclass(frozen=True, slots=True)
class _Luck:
    """What a firm has in a measure beside its maturity."""

    seed: int
    before: int

    def draw(self, firm: str, check: str) -> float:
        """Standard normal, the same until the measure is looked at afresh."""
        place = f"{self.seed}/{firm}/{check}"
        turns = (turn for turn in range(self.before, 0, -1) if Random(f"{place}/{turn}?").random() < CHANGE)  # noqa: S311
        turn = next(turns, 0)
        return Random(f"{place}/{turn}" if turn else place).gauss(0, 1)  # noqa: S311


def audit(firm: FirmProfile, number: int, checks: Iterable[Check], seed: int, before: int = 0) -> Found:
    """What the audit of the firm's host `number` finds; the same for the same seed, whatever else is drawn.

    before   audits of this host before this one, in each of which a few measures changed
    """
    host = firm.hosts[number]
    draw = Random(f"{seed}/{firm.name}/{number}")  # noqa: S311
    unprivileged = draw.random() * 100 < WITHOUT_ROOT
    verdicts: dict[str, Verdict] = {}
    overlays: dict[str, Overlay] = {}
    for check in checks:
        verdict = _verdict(firm, host, number, check, _Luck(seed, before), draw, unprivileged)
        verdicts[check.id] = verdict
        # Drawn for every check, so that one that changes does not shift the luck of those after it.
        waived = draw.random() * 100 < WAIVED
        if verdict is FAILED and waived:
            overlays[check.id] = Overlay.WAIVED
        elif check.attested and verdict in (PASSED, FAILED):
            overlays[check.id] = Overlay.ATTESTED
    return Found(verdicts, overlays)


def _verdict(
    firm: FirmProfile, host: HostProfile, number: int, check: Check, fate: _Luck, draw: Random, unprivileged: bool
) -> Verdict:
    luck, chance = draw.gauss(0, 1), draw.random() * 100
    if not concerns(check, Subject(host.family, host.role)):
        return NOT_APPLICABLE
    if check.attested:
        return unknown(Reason.UNANSWERED) if number or chance < UNANSWERED else _in_place(firm, check, fate, None)
    if check.privilege == "root" and unprivileged:
        return unknown(Reason.PRIVILEGE)
    if "applies" in check.source.value and chance < NOT_MET:
        return NOT_APPLICABLE
    return _in_place(firm, check, fate, luck if check.scope == "host" else None)


def _in_place(firm: FirmProfile, check: Check, fate: _Luck, luck: float | None) -> Verdict:
    """luck: this host's own, None for what the firm has once."""
    percent = prior_for(check.id, check.theme).percent[SIZES.index(firm.size)]
    rest = 1 - OF_FIRM - OF_THEME
    own = fate.draw(firm.name, check.id)
    leaning = firm.leaning[THEMES.index(check.theme)]
    score = math.sqrt(OF_FIRM) * firm.maturity + math.sqrt(OF_THEME) * leaning + math.sqrt(rest) * own
    if luck is not None:
        score = math.sqrt(1 - OF_HOST) * score + math.sqrt(OF_HOST) * luck
    return PASSED if -score < _NORMAL.inv_cdf(percent / 100) else FAILED
