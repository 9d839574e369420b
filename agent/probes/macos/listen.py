"""Probe `listen` on macOS: which sockets wait for peers, and the program behind each. Only root may see them all.

Value: list of {proto, address, port, loopback, process, package}, sorted by port.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.looking.host import Host
from agent.looking.looked import UnreadableError, looked
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

SOURCE = "socket table"


@dataclass(frozen=True, slots=True)
class Socket:
    proto: str
    """tcp | udp"""
    address: str
    port: int
    process: str
    """"" when nobody could say."""


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return dict.fromkeys(keys, looked(lambda: _look(host), source=SOURCE))


def _look(host: Host) -> Fact:
    import psutil

    host.need_live("listening sockets")
    names = {p.pid: str(p.info["name"]) for p in psutil.process_iter(["name"])}
    try:
        table = psutil.net_connections(kind="inet")
    except psutil.AccessDenied as error:
        raise UnreadableError(Reason.PRIVILEGE, "only root may list all sockets; run as root to see them") from error
    found = [
        Socket("tcp" if c.type == 1 else "udp", c.laddr.ip, c.laddr.port, names.get(c.pid or -1, ""))
        for c in table
        if c.laddr and (c.status == psutil.CONN_LISTEN or (c.type == 2 and not c.raddr and c.laddr.port))
    ]
    return Fact.known(rows(found), source=SOURCE)


def rows(sockets: Iterable[Socket]) -> list[dict[str, Any]]:
    """As facts have them. An IPv4 address inside IPv6 is told as IPv4, an interface behind "%" is left out."""
    out: list[dict[str, Any]] = []
    for one in sorted(set(sockets), key=lambda s: (s.port, s.proto, s.address, s.process)):
        address: Any = ipaddress.ip_address((one.address or "::").partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        row = {
            "proto": one.proto, "address": str(address), "port": one.port, "loopback": address.is_loopback,
            "process": one.process or unseen(Reason.PRIVILEGE), "package": {MARK: ABSENT},
        }  # fmt: skip
        if row not in out:
            out.append(row)
    return out
