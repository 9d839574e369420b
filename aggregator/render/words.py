"""From the checks of a pack to what a report says about them."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.render.base import CheckWords, Words
from shieldwall.checks.check import Check, Fix, parted
from shieldwall.language import gettext


def words_of(checks: Iterable[Check]) -> Words:
    """In the language spoken now."""
    return {
        check.id: CheckWords(
            gettext(parted(check.why)[0]),
            check.training_topic,
            gettext(_step(check.fixes)),
            check.funding_category,
            check.effort,
        )
        for check in checks
    }


def _step(fixes: Iterable[Fix]) -> str:
    """A manager runs no particular system: the advice for all of them, else the first there is."""
    texts = sorted(fixes, key=lambda fix: bool(fix.platforms))
    return texts[0].text if texts else ""
