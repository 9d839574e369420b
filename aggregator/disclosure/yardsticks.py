"""Public statistics to stand beside a firm's own result while its cluster is too small for figures of its own."""

from __future__ import annotations

from importlib import resources

from shieldwall.canonical import decode
from shieldwall.record import from_value
from shieldwall.release import Yardstick


def public_yardsticks() -> tuple[Yardstick, ...]:
    """The shipped statistics, each with its source, year and how its definition differs from ours."""
    data = resources.files("aggregator.disclosure").joinpath("yardsticks.json").read_bytes()
    return tuple(from_value(Yardstick, item) for item in decode(data))
