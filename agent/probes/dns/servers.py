"""The domain's name servers, asked directly: whether they know it, hand out the whole zone or serve strangers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode

from agent.looking.looked import UnreadableError
from agent.probes.dns.ask import PAYLOAD, Resolver, Status, exchange
from agent.probes.domain.look import ADDRESSES, Budget, Look, permitted
from agent.probes.domain.rows import Row, blind, row, seen
from shieldwall.checks.outcome import Reason

SERVERS: Final = 8
STRANGE: Final = "example.com"
"""A name that no firm's server is responsible for (RFC 2606)."""
TRANSFER_MESSAGES: Final = 1
"""The first message of a transfer tells that it is allowed; the zone itself is nobody's business."""


@dataclass(frozen=True, slots=True)
class NameServer:
    domain: str
    server: str
    address: str
    answers: Any
    """Speaks for the domain with authority; false is a lame delegation."""
    transfers: Any
    """Hands the whole zone to a stranger."""
    recurses: Any
    """Looks up foreign names for a stranger."""


def look(domain: str, look: Look, resolver: Resolver, budget: Budget) -> list[Row]:
    """Raises UnreadableError when the servers' names could not be asked for; [] for a name that is no zone."""
    rows: list[Row] = []
    found = resolver(domain, "NS")
    if found.status is not Status.FOUND:
        return []
    for server in sorted(record.target.to_text(omit_final_dot=True).lower() for record in found.records)[:SERVERS]:
        try:
            for address in resolver.addresses(server)[:ADDRESSES]:
                rows.append(_one(domain, server, address, look, budget))
        except UnreadableError as error:
            rows.append(blind(NameServer, error, domain=domain, server=server))
    reached = [r for r in rows if r.get("answers") != {"?": Reason.UNSUPPORTED.value}]
    return reached or rows


def _one(domain: str, server: str, address: str, look: Look, budget: Budget) -> Row:
    try:
        permitted(address, look)
    except UnreadableError as error:
        return blind(NameServer, error, domain=domain, server=server, address=address)
    return row(
        NameServer(
            domain, server, address,
            seen(lambda: _answers(domain, address, look, budget)),
            seen(lambda: _transfers(domain, address, look, budget)),
            seen(lambda: _recurses(address, look, budget)),
        )
    )  # fmt: skip


def _answers(domain: str, address: str, look: Look, budget: Budget) -> bool:
    question = dns.message.make_query(domain, "SOA", payload=PAYLOAD)
    question.flags &= ~dns.flags.RD
    answer = exchange(question, address, look.ports.dns, budget.left(look.try_seconds))
    return bool(answer.flags & dns.flags.AA) and answer.rcode() == dns.rcode.NOERROR and bool(answer.answer)


def _recurses(address: str, look: Look, budget: Budget) -> bool:
    question = dns.message.make_query(STRANGE, "A", payload=PAYLOAD)
    answer = exchange(question, address, look.ports.dns, budget.left(look.try_seconds))
    return bool(answer.flags & dns.flags.RA) and answer.rcode() == dns.rcode.NOERROR and bool(answer.answer)


def _transfers(domain: str, address: str, look: Look, budget: Budget) -> bool:
    """One question by TCP. Any record of the zone in the answer is a transfer."""
    question = dns.message.make_query(domain, "AXFR")
    seconds = budget.left(look.try_seconds)
    try:
        answer = dns.query.tcp(question, address, timeout=seconds, port=look.ports.dns)
    except ConnectionError:
        # hanging up on a transfer is a refusal; a server without TCP cannot transfer
        return False
    except dns.exception.Timeout as error:
        raise UnreadableError(Reason.TIMEOUT, f"{address}: no answer about a transfer") from error
    except EOFError:
        return False
    except (dns.exception.DNSException, ValueError) as error:
        raise UnreadableError(Reason.PARSE, f"{address} answered nonsense ({type(error).__name__})") from error
    except OSError as error:
        raise UnreadableError(Reason.TIMEOUT, f"{address} cannot be reached ({error.strerror})") from error
    return answer.rcode() == dns.rcode.NOERROR and bool(answer.answer)
