"""From the checks of a pack to what a report says about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from aggregator.render.base import CheckWords, Words
from shieldwall.check import Check, Fix

ASKED: Final = " Answer yes when "
"""From here on the `why` of a question speaks to whoever answers it, not to the reader of a report."""


def words_of(checks: Iterable[Check]) -> Words:
    return {
        check.id: CheckWords(check.why.partition(ASKED)[0], check.training_topic, _step(check.fixes))
        for check in checks
    }


def _step(fixes: Iterable[Fix]) -> str:
    """A manager runs no particular system: the advice for all of them, else the first there is."""
    texts = sorted(fixes, key=lambda fix: bool(fix.platforms))
    return texts[0].text if texts else ""
