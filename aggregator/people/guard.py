"""How often somebody may try at the door: few at once for each name, more for all together."""

from __future__ import annotations

import threading
from typing import Final

from aggregator.ledger.rate import DAY, Buckets

NAME_BURST: Final = 5
NAME_SECONDS: Final = 300
"""Who knows a password guesses the code beside it within a year with a chance of one in four, and every try stands in
the audit log; a passkey, which this does not slow down, knows no guessing."""
ALL_BURST: Final = 40
ALL_SECONDS: Final = 2
"""Across all names; bounds what argon2 costs the machine."""


NAME_CHARS: Final = 64
"""Of what was typed; whoever types books must not fill the memory."""


class Guard:
    def __init__(self) -> None:
        self._names = Buckets(per_day=DAY // NAME_SECONDS, burst=NAME_BURST)
        self._all = Buckets(per_day=DAY // ALL_SECONDS, burst=ALL_BURST)
        self._lock = threading.Lock()

    def wait(self, name: str, now: float) -> int:
        """0 when a try is allowed, else the seconds until it is. Counts the try.

        now   seconds of a clock that never goes back
        """
        with self._lock:
            return self._names.take(name[:NAME_CHARS], now) or self._all.take("", now)
