"""What to look at and how: declared by the firm, bounded before the first packet leaves."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from agent.looking.looked import UnreadableError
from shieldwall.checks.outcome import Reason

DOMAIN_SECONDS: Final = 120.0
"""One domain, everything about it; a mail server that delays its greeting takes thirty of them."""
TRY_SECONDS: Final = 5.0
"""One question to a name server, one connection or one answer of a web server."""
WORKERS: Final = 8
"""Looks that wait for answers at the same time."""
ADDRESSES: Final = 4
"""Of one name and family; more stand behind one balancer and speak alike."""


@dataclass(frozen=True, slots=True)
class Ports:
    dns: int = 53
    smtp: int = 25
    http: int = 80
    https: int = 443


@dataclass(frozen=True, slots=True)
class Look:
    domains: tuple[str, ...]
    parked: tuple[str, ...] = ()
    """Domains of the firm that send no mail."""
    selectors: tuple[str, ...] = ()
    """DKIM selectors in use."""
    hosts: tuple[str, ...] = ()
    """Further names below the domains that serve web pages."""
    resolver: tuple[tuple[str, int], ...] = ()
    """Addresses and ports; () for those of the system."""
    anchors: Mapping[str, tuple[str, ...]] | None = None
    """Zone -> DS records as text; None for the internet's root."""
    private: bool = False
    """The firm's servers stand at private addresses."""
    files: bool = False
    """Somebody agreed that the sites are asked for files that must not be public."""
    rdap: str = ""
    """Base address of the registry's RDAP service; "" to ask none."""
    ports: Ports = Ports()
    try_seconds: float = TRY_SECONDS
    domain_seconds: float = DOMAIN_SECONDS
    ca_file: Path | None = None
    """Authorities to trust in place of the system's."""

    @property
    def all_domains(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.domains, *self.parked)))

    def web_names(self, domain: str) -> tuple[str, ...]:
        """The names below a domain that are asked for web pages."""
        own = [host for host in self.hosts if host == domain or host.endswith("." + domain)]
        www = [f"www.{domain}"] if not domain.startswith("www.") else []
        return tuple(dict.fromkeys((domain, *www, *own)))


@dataclass(frozen=True, slots=True)
class Budget:
    """The time that one domain may take."""

    seconds: float
    started: float = field(default_factory=time.monotonic)

    def left(self, most: float) -> float:
        """Seconds for the next step, at most `most`. Raises UnreadableError when nothing is left."""
        left = self.started + self.seconds - time.monotonic()
        if left <= 0:
            raise UnreadableError(Reason.TIMEOUT, f"looking took longer than {self.seconds:g} s")
        return min(left, most)


def permitted(address: str, look: Look) -> str:
    """The address when it may be spoken to. A record can point anywhere; raises UnreadableError for private places."""
    ip = ipaddress.ip_address(address)
    if ip.is_multicast or ip.is_unspecified or not (ip.is_global or look.private):
        raise UnreadableError(
            Reason.REFUSED, f"{address} is not an address of the internet; --private allows servers inside the firm"
        )
    return address
