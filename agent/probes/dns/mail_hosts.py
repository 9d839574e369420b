"""Mail servers of a domain: MX, null MX (RFC 7505), and what points to nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.probes.dns.ask import Ask, Status


@dataclass(frozen=True, slots=True)
class MailHosts:
    domain: str
    null: bool
    """A null MX: the domain takes no mail."""
    hosts: list[str] = field(default_factory=list)
    """By preference."""
    implicit: bool = False
    """No MX, and an address that mail falls back to (RFC 5321)."""


def look(domain: str, ask: Ask) -> MailHosts:
    """Raises UnreadableError."""
    found = ask(domain, "MX")
    rows = sorted((record.preference, record.exchange.to_text(omit_final_dot=True).lower()) for record in found.records)
    if rows:
        hosts = [host for _, host in rows if host not in ("", ".")]
        return MailHosts(domain, not hosts, hosts)
    if found.status is not Status.NOWHERE and any(ask(domain, kind).records for kind in ("A", "AAAA")):
        return MailHosts(domain, False, implicit=True)
    return MailHosts(domain, False)
