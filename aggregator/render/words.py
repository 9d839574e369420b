"""From the checks of a pack to what a report says about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from aggregator.render.base import CheckWords, Words
from shieldwall.check import Check, Fix
from shieldwall.language import gettext

ASKED: Final = " Answer yes when "
"""From here on the `why` of a question speaks to whoever answers it, not to the reader of a report."""


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


def parted(why: str) -> tuple[str, str]:
    """The reasons, and what is said only to whoever answers the question; each is one text for translators."""
    reasons, asked, rest = why.partition(ASKED)
    return reasons, f"{asked}{rest}".strip()


def _step(fixes: Iterable[Fix]) -> str:
    """A manager runs no particular system: the advice for all of them, else the first there is."""
    texts = sorted(fixes, key=lambda fix: bool(fix.platforms))
    return texts[0].text if texts else ""
