"""Waiting after failures: bounded, growing, spread, and never shorter than a server asked for."""

from hypothesis import given
from hypothesis import strategies as st

from agent.delivery.backoff import ceiling, wait_seconds
from shieldwall.limits import BACKOFF_FIRST_SECONDS, BACKOFF_MAX_SECONDS

fractions = st.floats(0, 1, exclude_max=True)


def test_the_curve() -> None:
    assert [ceiling(n) for n in (0, 1, 2, 3, 10, 11, 10**9)] == [30, 30, 60, 120, 15_360, 21_600, 21_600]


@given(st.integers(0, 10**6), fractions)
def test_never_beyond_the_ceiling(failures: int, fraction: float) -> None:
    assert 0 <= wait_seconds(failures, fraction) < ceiling(failures) <= BACKOFF_MAX_SECONDS
    assert ceiling(failures) <= ceiling(failures + 1)
    assert ceiling(failures) >= BACKOFF_FIRST_SECONDS


@given(st.integers(0, 50), fractions, st.integers(0, 10**9))
def test_a_server_is_obeyed_within_reason(failures: int, fraction: float, asked: int) -> None:
    assert min(asked, BACKOFF_MAX_SECONDS) <= wait_seconds(failures, fraction, asked) <= BACKOFF_MAX_SECONDS
