"""Public statistics to stand beside a firm's own result while its cluster is too small for figures of its own."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Literal

from shieldwall.encoding.canonical import decode
from shieldwall.encoding.record import from_value
from shieldwall.published.release import Yardstick


@dataclass(frozen=True, slots=True)
class Traced:
    """A statistic, and how far its figure was followed."""

    stick: Yardstick
    verified: Literal["primary", "secondary"]
    """Read in the publication of the office that made it, or only in others' accounts of that publication."""


def public_yardsticks() -> tuple[Yardstick, ...]:
    """The shipped statistics, each with its source, year and how its definition differs from ours."""
    return tuple(each.stick for each in traced_yardsticks())


def traced_yardsticks() -> tuple[Traced, ...]:
    data = resources.files("aggregator.disclosure").joinpath("yardsticks.json").read_bytes()
    return tuple(from_value(Traced, item) for item in decode(data))
