"""TLSA records of the mail servers, RFC 7672: `dns(record=dane)`."""

from __future__ import annotations

from dataclasses import dataclass

from agent.probes.dns import mail_hosts
from agent.probes.dns.ask import Resolver
from agent.probes.dns.trust import BogusError, Chain

USAGES = (2, 3)
"""DANE-TA and DANE-EE; the others are not for mail."""


@dataclass(frozen=True, slots=True)
class Dane:
    domain: str
    host: str
    records: int
    secure: bool
    """The records validate by DNSSEC."""


def look(domain: str, resolver: Resolver, chain: Chain) -> list[Dane]:
    """Raises UnreadableError."""
    rows = []
    for host in mail_hosts.look(domain, resolver).hosts:
        name = f"_25._tcp.{host}"
        found = [record for record in resolver.unchecked(name, "TLSA").records if record.usage in USAGES]
        try:
            secure = bool(found) and chain.secure(name, "TLSA") is not None
        except BogusError:
            secure = False
        rows.append(Dane(domain, host, len(found), secure))
    return rows
