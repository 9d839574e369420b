"""When to try again. Pure; the caller brings the clock and the randomness."""

from __future__ import annotations

from shieldwall.limits import BACKOFF_FIRST_SECONDS, BACKOFF_MAX_SECONDS


def ceiling(failures: int) -> int:
    """Seconds: 30 after the first failure, doubled with each, six hours at most."""
    doublings = min(max(failures - 1, 0), 32)
    return min(BACKOFF_FIRST_SECONDS << doublings, BACKOFF_MAX_SECONDS)


def wait_seconds(failures: int, fraction: float, retry_after: int | None = None) -> int:
    """Full jitter: a fraction in [0, 1) of the ceiling, so that agents cut off together do not return together.

    A server's Retry-After is a floor, and is believed up to the same six hours.
    """
    jittered = int(ceiling(failures) * fraction)
    return max(jittered, min(retry_after or 0, BACKOFF_MAX_SECONDS))
