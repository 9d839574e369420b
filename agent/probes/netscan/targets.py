"""What may be looked at: the firm's own addresses and nothing else, decided before a single packet leaves."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from shieldwall.errors import UsageError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str], Sequence[str]]
"""Name -> addresses as text; raises OSError when there is none."""

ADDRESSES: Final = 4_096
"""Sixteen networks of 256; at a polite rate that is the most a coffee break allows."""
PRIVATE: Final[tuple[Network, ...]] = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1/128")
)
"""RFC 1918, RFC 4193 and loopback: addresses that cannot belong to somebody else on the internet."""


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """What the firm has said about its networks."""

    ranges: tuple[str, ...] = ()
    """Declared as the firm's own, CIDR."""
    confirmed_public: tuple[str, ...] = ()
    """Public ranges of which somebody confirmed that they are the firm's."""
    outside: bool = False
    """The agent's host stands outside the firm's network, so what it reaches the internet reaches."""
    industrial: bool = False
    devices: tuple[str, ...] | None = None
    """Addresses or ranges of the inventory; None when there is no inventory."""


def select(targets: Sequence[str], settings: NetworkSettings, resolve: Resolve) -> tuple[Network, ...]:
    """The addresses to look at, merged and sorted; without targets all declared ranges.

    A name is resolved once and its addresses are judged like any other. Raises UsageError for what is not the firm's.
    """
    if not targets and not settings.ranges:
        raise UsageError(
            "no network is declared: put `ranges: [192.168.1.0/24]` into config.yaml, or name one: "
            "shieldwall network 192.168.1.0/24"
        )
    wanted = [network for target in targets or settings.ranges for network in _networks(target, resolve)]
    for network in wanted:
        _permit(network, settings)
    merged: list[Network] = [
        *ipaddress.collapse_addresses(n for n in wanted if isinstance(n, ipaddress.IPv4Network)),
        *ipaddress.collapse_addresses(n for n in wanted if isinstance(n, ipaddress.IPv6Network)),
    ]
    total = sum(network.num_addresses for network in merged)
    if total > ADDRESSES:
        raise UsageError(f"{total} addresses are more than the {ADDRESSES} of one run; name smaller ranges")
    return tuple(merged)


def addresses(networks: Sequence[Network]) -> list[Address]:
    """Every address a device can have in these networks."""
    return [address for network in networks for address in network.hosts()]


def is_private(address: Address) -> bool:
    return any(address in network for network in PRIVATE)


def _networks(target: str, resolve: Resolve) -> list[Network]:
    try:
        return [ipaddress.ip_network(target, strict=False)]
    except ValueError:
        pass
    if "/" in target or not target or target.startswith("-") or len(target) > 253:
        raise UsageError(f"{target!r} is neither an address, a range like 192.168.1.0/24, nor a name")
    try:
        found = resolve(target)
    except (OSError, UnicodeError) as error:
        raise UsageError(f"the name {target!r} leads to no address; name the address instead") from error
    return [ipaddress.ip_network(text.partition("%")[0]) for text in found]


def _permit(network: Network, settings: NetworkSettings) -> None:
    if _inside(network, PRIVATE):
        return
    first = network.network_address
    if first.is_multicast or first.is_unspecified or first.is_link_local or first.is_reserved:
        raise UsageError(f"{network} is not a network of devices; name a range like 192.168.1.0/24")
    declared = [ipaddress.ip_network(text, strict=False) for text in settings.ranges]
    if not _inside(network, declared):
        raise UsageError(
            f"{network} is on the internet and not declared as yours; if it is, add it to `ranges` in config.yaml"
        )
    confirmed = [ipaddress.ip_network(text, strict=False) for text in settings.confirmed_public]
    if not _inside(network, confirmed):
        raise UsageError(
            f"{network} is on the internet; looking at others' addresses is an offence in many countries. "
            "If it belongs to your firm, say so once: shieldwall network --yes-public"
        )


def _inside(network: Network, outer: Sequence[Network]) -> bool:
    for other in outer:
        if isinstance(network, ipaddress.IPv4Network) and isinstance(other, ipaddress.IPv4Network):
            if network.subnet_of(other):
                return True
        elif (
            isinstance(network, ipaddress.IPv6Network)
            and isinstance(other, ipaddress.IPv6Network)
            and network.subnet_of(other)
        ):
            return True
    return False
