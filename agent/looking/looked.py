"""The two ways in which looking can end without a value. Absent and unseen are never the same."""

from __future__ import annotations

from collections.abc import Callable

from shieldwall.checks.fact import Fact
from shieldwall.checks.outcome import Reason


class AbsentError(Exception):
    """The thing is not there: looked, and found nothing."""


class UnreadableError(Exception):
    """Could not look. `reason` says why, `detail` what would help."""

    def __init__(self, reason: Reason, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(detail)


def looked(look: Callable[[], Fact], *, source: str = "") -> Fact:
    """Run one look and put the two endings into words a check can judge."""
    try:
        return look()
    except AbsentError as error:
        return Fact.absent(source=source or str(error))
    except UnreadableError as error:
        return Fact.unknown(error.reason, error.detail, source=source)
