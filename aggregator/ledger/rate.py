"""How often one agent may speak: a bucket of `burst` messages that fills with `per_day`."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

DAY: Final = 86_400
BUCKETS: Final = 100_000
"""Ten times the agents of the largest cluster; the one idle longest is forgotten, which only refills it."""


class Buckets:
    def __init__(self, *, per_day: int, burst: int) -> None:
        self._per_second, self._burst = per_day / DAY, float(burst)
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, agent: str, now: float) -> int:
        """0 when the agent may speak, else the seconds until it may.

        now   seconds of a monotonic clock
        """
        level, before = self._levels.pop(agent, (self._burst, now))
        level = min(self._burst, level + (now - before) * self._per_second)
        wait = 0 if level >= 1 else int((1 - level) / self._per_second) + 1
        self._levels[agent] = (level if wait else level - 1, now)
        if len(self._levels) > BUCKETS:
            self._levels.popitem(last=False)
        return wait
