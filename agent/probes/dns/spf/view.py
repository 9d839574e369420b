"""What a domain's SPF record makes of a stranger's mail: the row of `dns(record=spf)`."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any, Final

from agent.probes.dns.ask import Ask
from agent.probes.dns.spf.evaluate import Evaluation, Result
from agent.probes.dns.spf.macro import Mail
from agent.probes.dns.spf.record import RecordError, parse, spf_texts
from shieldwall.checks.fact import NOT_THERE

STRANGER: Final = ipaddress.ip_address("203.0.113.77")
STRANGER_6: Final = ipaddress.ip_address("2001:db8::77")
"""Addresses for documentation (RFC 5737, RFC 3849): no sender's record names them, so every term is evaluated."""


@dataclass(frozen=True, slots=True)
class Spf:
    domain: str
    records: int
    record: Any
    """The text that was seen; absent when there is none."""
    all: Any
    """Qualifier of its `all`: + - ? ~; absent when it has none."""
    strangers: str
    """What a receiver makes of mail from an address the record does not name."""
    lookups: int
    voids: int
    problem: str


def look(domain: str, ask: Ask) -> Spf:
    """Raises UnreadableError when any name of the record could not be asked for."""
    texts = spf_texts(ask(domain, "TXT").texts())
    old, new = (Evaluation(ask, Mail(ip, f"postmaster@{domain}", domain)) for ip in (STRANGER, STRANGER_6))
    result = old.run(domain)
    # names without IPv6 are void for such a sender, which breaks no mail that exists; only a welcome counts
    if new.run(domain) is Result.PASS and result is not Result.PERMERROR:
        result = Result.PASS
    if old.error is not None:
        raise old.error
    return Spf(
        domain,
        len(texts),
        texts[0] if texts else dict(NOT_THERE),
        _all(texts),
        result.value,
        old.lookups,
        old.voids,
        old.why,
    )


def _all(texts: list[str]) -> Any:
    if len(texts) != 1:
        return dict(NOT_THERE)
    try:
        return parse(texts[0]).all or dict(NOT_THERE)
    except RecordError:
        return dict(NOT_THERE)
