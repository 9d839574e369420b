"""Who may issue certificates: CAA, RFC 8659."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agent.probes.dns.ask import Ask
from shieldwall.checks.fact import NOT_THERE


@dataclass(frozen=True, slots=True)
class Caa:
    domain: str
    found_at: Any
    """The domain or the nearest one above it that has the record; absent when none has."""
    issuers: list[str]
    """Of issue and issuewild; `;` for nobody."""
    limits: bool
    """True when a record says who may issue; iodef alone does not."""


def look(domain: str, ask: Ask) -> Caa:
    """Raises UnreadableError."""
    labels = domain.split(".")
    for start in range(len(labels)):
        name = ".".join(labels[start:])
        records = ask(name, "CAA").records
        if records:
            rules = [(r.tag.decode("ascii", "replace").lower(), r.value.decode("ascii", "replace")) for r in records]
            issuers = sorted({value.strip() for tag, value in rules if tag in ("issue", "issuewild")})
            return Caa(domain, name, issuers, any(tag == "issue" for tag, _ in rules))
    return Caa(domain, dict(NOT_THERE), [], False)
