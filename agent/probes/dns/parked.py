"""Domains declared to send no mail: whether they say so to the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agent.probes.dns import dmarc, mail_hosts
from agent.probes.dns.ask import Ask
from agent.probes.dns.spf.record import spf_texts


@dataclass(frozen=True, slots=True)
class Parked:
    domain: str
    spf_locked: bool
    """`v=spf1 -all` and nothing else."""
    dmarc: Any
    """Policy for the domain; absent without one."""
    takes_no_mail: bool
    """A null MX, or no address that mail could fall back to."""


def look(domain: str, ask: Ask) -> Parked:
    """Raises UnreadableError."""
    texts = spf_texts(ask(domain, "TXT").texts())
    hosts = mail_hosts.look(domain, ask)
    locked = len(texts) == 1 and texts[0].lower().split() == ["v=spf1", "-all"]
    return Parked(domain, locked, dmarc.look(domain, ask).policy, hosts.null or not (hosts.hosts or hosts.implicit))
