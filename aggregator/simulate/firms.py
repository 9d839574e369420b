"""Invented firms: size, sector, hosts, and a latent maturity that makes their results hang together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from aggregator.simulate.priors import SECTORS, SIZE_SHARE, SIZES
from shieldwall.checks.vocabulary import THEMES

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
    linked: str | None = None
    """The hand that could fill in for it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is unusual about a cluster, in the order of its firms: a holding, then a provider's clients."""

    sectors: tuple[tuple[str, int], ...] = SECTORS
    """Word and share."""
    most_hosts: int = 8
    """Of one firm."""
    holding: int = 0
    """Firms of one holding: they count once."""
    provider: int = 0
    """Firms that one IT provider serves: it could fill in for all of them."""
    giant: int = 0
    """Hosts of the last firm; 0: it is like the others."""

    def linked(self, place: int) -> str | None:
        if place < self.holding:
            return HOLDING_WORD
        return PROVIDER_WORD if place < self.holding + self.provider else None


HOLDING_WORD = "holding-invented"
PROVIDER_WORD = "it-invented"
USUAL = Shape()


def invent(count: int, seed: int, *, first: int = 1, shape: Shape = USUAL) -> tuple[FirmProfile, ...]:
    """The same firms for the same seed and shape: firm-01, firm-02, and so on from `first`."""
    return tuple(_firm(first + place, seed, shape, place, last=place == count - 1) for place in range(count))


def known(number: int, seed: int, shape: Shape, sector: str, size: str) -> FirmProfile:
    """A firm invented before, of the sector and size it is entered with."""
    profile = _firm(number, seed, shape, shape.holding + shape.provider, last=False)
    return replace(profile, sector=sector, size=size)


def continued(profile: FirmProfile, hosts: Mapping[int, HostProfile]) -> FirmProfile:
    """The firm with the hosts it had, by number, and its own where it had none."""
    count = max(len(profile.hosts), *(number + 1 for number in hosts), 0)
    own = profile.hosts
    return replace(profile, hosts=tuple(hosts.get(n, own[min(n, len(own) - 1)]) for n in range(count)))


def _firm(number: int, seed: int, shape: Shape, place: int, *, last: bool) -> FirmProfile:
    name = f"firm-{number:02}"
    draw = Random(f"{seed}/{name}")  # noqa: S311
    size = draw.choices(SIZES, SIZE_SHARE)[0]
    sector = draw.choices([word for word, _ in shape.sectors], [share for _, share in shape.sectors])[0]
    fewest, most = HOSTS[size]
    hosts = min(draw.randint(fewest, most), shape.most_hosts)
    if last and shape.giant:
        hosts = shape.giant
    roles = ["server"] + ["workstation"] * (hosts - 1)
    return FirmProfile(
        name,
        sector,
        size,
        draw.gauss(0, 1),
        tuple(draw.gauss(0, 1) for _ in THEMES),
        tuple(HostProfile(_family(draw, role), role) for role in roles),
        shape.linked(place),
    )


def _family(draw: Random, role: str) -> str:
    return draw.choices([name for name, _ in FAMILIES[role]], [share for _, share in FAMILIES[role]])[0]
