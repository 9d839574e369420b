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
from shieldwall.check import Check
from shieldwall.judgement import Subject, concerns
from shieldwall.outcome import FAILED, NOT_APPLICABLE, PASSED, Overlay, Reason, Verdict, unknown
from shieldwall.vocabulary import THEMES

OF_FIRM = 0.35
"""Share of the variance that the firm's maturity explains; an assumption, as are the next two."""
OF_THEME = 0.15
OF_HOST = 0.12
"""Of measures that are set on every host by itself."""
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Found:
    verdicts: dict[str, Verdict]
    overlays: dict[str, Overlay]


def audit(firm: FirmProfile, number: int, checks: Iterable[Check], seed: int) -> Found:
    """What the audit of the firm's host `number` finds; the same for the same seed, whatever else is drawn."""
    host = firm.hosts[number]
    draw = Random(f"{seed}/{firm.name}/{number}")  # noqa: S311
    unprivileged = draw.random() * 100 < WITHOUT_ROOT
    verdicts: dict[str, Verdict] = {}
    overlays: dict[str, Overlay] = {}
    for check in checks:
        verdict = _verdict(firm, host, number, check, seed, draw, unprivileged)
        verdicts[check.id] = verdict
        if verdict is FAILED and draw.random() * 100 < WAIVED:
            overlays[check.id] = Overlay.WAIVED
        elif check.attested and verdict in (PASSED, FAILED):
            overlays[check.id] = Overlay.ATTESTED
    return Found(verdicts, overlays)


def _verdict(
    firm: FirmProfile, host: HostProfile, number: int, check: Check, seed: int, draw: Random, unprivileged: bool
) -> Verdict:
    luck, chance = draw.gauss(0, 1), draw.random() * 100
    if not concerns(check, Subject(host.family, host.role)):
        return NOT_APPLICABLE
    if check.attested:
        return unknown(Reason.UNANSWERED) if number or chance < UNANSWERED else _in_place(firm, check, seed, None)
    if check.privilege == "root" and unprivileged:
        return unknown(Reason.PRIVILEGE)
    if "applies" in check.source.value and chance < NOT_MET:
        return NOT_APPLICABLE
    return _in_place(firm, check, seed, luck if check.scope == "host" else None)


def _in_place(firm: FirmProfile, check: Check, seed: int, luck: float | None) -> Verdict:
    """luck: this host's own, None for what the firm has once."""
    percent = prior_for(check.id, check.theme).percent[SIZES.index(firm.size)]
    rest = 1 - OF_FIRM - OF_THEME
    own = Random(f"{seed}/{firm.name}/{check.id}").gauss(0, 1)  # noqa: S311
    leaning = firm.leaning[THEMES.index(check.theme)]
    score = math.sqrt(OF_FIRM) * firm.maturity + math.sqrt(OF_THEME) * leaning + math.sqrt(rest) * own
    if luck is not None:
        score = math.sqrt(1 - OF_HOST) * score + math.sqrt(OF_HOST) * luck
    return PASSED if -score < _NORMAL.inv_cdf(percent / 100) else FAILED
