"""Invented firms: size, sector, hosts, and a latent maturity that makes their results hang together."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from aggregator.simulate.priors import SECTORS, SIZE_SHARE, SIZES
from shieldwall.vocabulary import THEMES

HOSTS = {"1-9": (1, 2), "10-49": (2, 4), "50-249": (3, 6), "250+": (4, 8)}
"""Audited hosts by size, fewest and most; an assumption: a firm begins with its servers and a few workstations."""
FAMILIES = {
    "server": (("debian", 70), ("windows", 30)),
    "workstation": (("debian", 40), ("windows", 50), ("macos", 10)),
}
"""Of a hundred hosts of a role; an assumption that leans to what the check library knows best."""


@dataclass(frozen=True, slots=True)
class HostProfile:
    family: str
    role: str
    """workstation | server"""


@dataclass(frozen=True, slots=True)
class FirmProfile:
    name: str
    sector: str
    size: str
    """One of priors.SIZES."""
    maturity: float
    """Standard normal; what makes a firm good or bad at everything."""
    leaning: tuple[float, ...]
    """Standard normal by theme, in the order of vocabulary.THEMES: good at one thing, bad at another."""
    hosts: tuple[HostProfile, ...]
    """The first is a server and answers the questionnaire."""


def invent(count: int, seed: int, *, first: int = 1, most_hosts: int = 8) -> tuple[FirmProfile, ...]:
    """The same firms for the same seed: firm-01, firm-02, and so on from `first`."""
    return tuple(_firm(number, seed, most_hosts) for number in range(first, first + count))


def _firm(number: int, seed: int, most_hosts: int) -> FirmProfile:
    name = f"firm-{number:02}"
    draw = Random(f"{seed}/{name}")  # noqa: S311
    size = draw.choices(SIZES, SIZE_SHARE)[0]
    sector = draw.choices([word for word, _ in SECTORS], [share for _, share in SECTORS])[0]
    fewest, most = HOSTS[size]
    roles = ["server"] + ["workstation"] * (min(draw.randint(fewest, most), most_hosts) - 1)
    return FirmProfile(
        name,
        sector,
        size,
        draw.gauss(0, 1),
        tuple(draw.gauss(0, 1) for _ in THEMES),
        tuple(HostProfile(_family(draw, role), role) for role in roles),
    )


def _family(draw: Random, role: str) -> str:
    return draw.choices([name for name, _ in FAMILIES[role]], [share for _, share in FAMILIES[role]])[0]
