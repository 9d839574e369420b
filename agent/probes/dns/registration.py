"""When a domain's registration ends and whether it is locked, from the registry's RDAP service (RFC 9083).

Asked only when the firm names the service: the registry is not one of the firm's own servers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from agent.looking.looked import UnreadableError
from agent.probes.domain.look import Budget, Look
from shieldwall.checks.fact import NOT_THERE
from shieldwall.checks.outcome import Reason

ANSWER_BYTES: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class Registration:
    domain: str
    asked: Any
    """Whether the firm named the registry's service."""
    days_left: Any
    """Whole days; absent when the registry does not say."""
    locked: Any
    """No transfer to another registrar without an unlock."""


def look(domain: str, look: Look, budget: Budget, now: datetime) -> Registration:
    """Raises UnreadableError."""
    if not look.rdap:
        return Registration(domain, False, dict(NOT_THERE), dict(NOT_THERE))
    return read(domain, _fetched(f"{look.rdap.rstrip('/')}/domain/{domain}", look, budget), now)


def _fetched(url: str, look: Look, budget: Budget) -> bytes:
    import requests

    try:
        with requests.get(
            url, timeout=budget.left(look.try_seconds), stream=True, allow_redirects=False,
            headers={"Accept": "application/rdap+json"}, verify=str(look.ca_file) if look.ca_file else True,
        ) as answer:  # fmt: skip
            if answer.status_code != 200:
                raise UnreadableError(Reason.UNSUPPORTED, f"{url} answers {answer.status_code}")
            return answer.raw.read(ANSWER_BYTES, decode_content=True) or b""
    except (requests.RequestException, OSError) as error:
        raise UnreadableError(Reason.TIMEOUT, f"{url} cannot be asked ({type(error).__name__})") from error


def read(domain: str, data: bytes, now: datetime) -> Registration:
    """Raises UnreadableError for what is no RDAP answer about this domain."""
    try:
        told = json.loads(data)
        if str(told["ldhName"]).lower().rstrip(".") != domain:
            raise ValueError("another domain")
        ends = [str(event["eventDate"]) for event in told.get("events", []) if event["eventAction"] == "expiration"]
        states = {str(state).lower() for state in told.get("status", [])}
        left: Any = (datetime.fromisoformat(ends[0]) - now).days if ends else dict(NOT_THERE)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableError(Reason.PARSE, f"the registry's answer about {domain} is not RDAP: {error}") from error
    locked = bool(states & {"client transfer prohibited", "server transfer prohibited"})
    return Registration(domain, True, left, locked)
