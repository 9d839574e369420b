"""TLS of the firm's web servers: one row for each name and address. `tls(service=web)`"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.dns.ask import Resolver, Status
from agent.probes.domain.look import ADDRESSES, Budget, Look
from agent.probes.domain.rows import Row, blind, row, seen
from agent.probes.domain.wire import Endpoint, connected
from agent.probes.tls import certificate
from agent.probes.tls.offer import suites, versions
from shieldwall.checks.fact import NOT_THERE
from shieldwall.checks.outcome import Reason


@dataclass(frozen=True, slots=True)
class WebTls:
    domain: str
    host: str
    address: str
    open: Any
    """Whether anybody answers on port 443."""
    versions: Any = None
    weak_suites: Any = None
    """Taken with TLS 1.2: without forward secrecy, authentication or AEAD; [] without TLS 1.2."""
    strong_suites: Any = None
    certificate: Any = None


def look(domain: str, look: Look, resolver: Resolver, budget: Budget, now: datetime) -> list[Row]:
    """Raises UnreadableError when the domain's own name could not be asked for."""
    rows: list[Row] = []
    for host in look.web_names(domain):
        try:
            places = endpoints(host, look, resolver)
        except UnreadableError as error:
            if host == domain:
                raise
            rows.append(blind(WebTls, error, domain=domain, host=host))
            continue
        rows += list(_rows(domain, places, look, budget, now))
    return rows


def endpoints(host: str, look: Look, resolver: Resolver, port: int | None = None) -> list[Endpoint]:
    """Where the name is served; [] when it has no address. Raises UnreadableError."""
    places: list[Endpoint] = []
    for kind in ("A", "AAAA"):
        found = resolver(host, kind)
        if found.status is Status.FOUND:
            addresses = [record.address for record in found.records[:ADDRESSES]]
            places += [Endpoint(host, address, port or look.ports.https) for address in addresses]
    return places


def _rows(domain: str, places: list[Endpoint], look: Look, budget: Budget, now: datetime) -> Iterator[Row]:
    rows = []
    for end in places:
        try:
            rows.append(row(_one(domain, end, look, budget, now)))
        except UnreadableError as error:
            rows.append(blind(WebTls, error, domain=domain, host=end.name, address=end.address))
    # a whole family of addresses that this host cannot reach says nothing about the server
    reached = [r for r in rows if r.get("open") != {"?": Reason.UNSUPPORTED.value}]
    yield from reached or rows


def _one(domain: str, end: Endpoint, look: Look, budget: Budget, now: datetime) -> WebTls:
    nothing = dict(NOT_THERE)
    try:
        with connected(end, look, budget):
            pass
    except AbsentError:
        return WebTls(domain, end.name, end.address, False, nothing, nothing, nothing, nothing)
    taken = seen(lambda: versions(end, look, budget))
    listed: Any = ([], [])
    if taken.get("tls1_2") is not False:
        listed = seen(lambda: suites(end, "tls1_2", look, budget))
    weak, strong = listed if isinstance(listed, tuple) else (listed, listed)
    shown = seen(
        lambda: asdict(certificate.look(end, lambda: connected(end, look, budget), end.name, now, look.ca_file))
    )
    return WebTls(domain, end.name, end.address, True, taken, weak, strong, shown)
