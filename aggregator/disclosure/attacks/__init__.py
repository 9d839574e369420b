"""Attacks on releases: run on every real one before it is published, and on naive baselines to show that they bite."""

from __future__ import annotations

from typing import Final

from aggregator.disclosure.attacks.base import Attack
from aggregator.disclosure.attacks.changer import one_changer
from aggregator.disclosure.attacks.difference import difference
from aggregator.disclosure.attacks.linkage import link_total
from aggregator.disclosure.attacks.own import subtract_own, unanimity

ATTACKS: Final[dict[str, Attack]] = {
    "X1 own answers subtracted": subtract_own,
    "X2 unanimity": unanimity,
    "X3 joiners and leavers": difference,
    "X6 total and parts": link_total,
    "X8 one known changer": one_changer,
}
