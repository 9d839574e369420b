"""A closer look at open doors: what their TLS is worth, and what the page behind a web port calls itself.

One connection to a device at a time. A page is asked for once, at `/`; nothing is signed in to, sent or followed.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.domain.look import Budget, Look
from agent.probes.domain.rows import Row, blind, reason_of
from agent.probes.domain.wire import Endpoint, connected
from agent.probes.netscan.page import Seen, read
from agent.probes.netscan.ports import INDUSTRIAL, PRINTERS, TLS_USUAL, WEB
from agent.probes.netscan.report import Report, Service
from agent.probes.tls import certificate, offer
from shieldwall.checks.fact import unseen
from shieldwall.checks.outcome import Reason

TRY_SECONDS: Final = 4.0
DOOR_SECONDS: Final = 25.0
DEVICES: Final = 8
"""Asked at the same time."""
OLD: Final = ("ssl2", "ssl3", "tls1", "tls1_1")
NEVER: Final = frozenset({*INDUSTRIAL, *(port for port in PRINTERS if port != 631)})
"""What arrives at these is printed, or moves something."""


@dataclass(frozen=True, slots=True)
class DoorTls:
    host: str
    port: int
    versions: Any = None
    """Version -> taken or not."""
    outdated: Any = None
    """Whether TLS 1.1 or something older is taken."""
    self_signed: Any = None
    expired: Any = None
    certificate: Any = None
    """As in `tls(service=web)`, without what only a name could tell."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DoorPage:
    host: str
    port: int
    tls: Any
    page: Any = None
    detail: str = ""


def closer(report: Report, now: datetime, look: Look | None = None) -> Report:
    """The report with `tls` and `pages` of every device in it. Never raises for a device's sake."""
    how = look or Look((), private=True, try_seconds=TRY_SECONDS, domain_seconds=DOOR_SECONDS)
    doors: dict[str, list[Service]] = {}
    for service in report.services:
        if service.proto == "tcp" and service.port not in NEVER:
            doors.setdefault(service.host, []).append(service)
    with ThreadPoolExecutor(DEVICES, thread_name_prefix="network") as pool:
        found = list(pool.map(lambda services: _device(services, how, now), doors.values()))
    tls = tuple(row for rows, _ in found for row in rows)
    return replace(report, tls=tls, pages=tuple(row for _, rows in found for row in rows))


def _device(services: Sequence[Service], look: Look, now: datetime) -> tuple[list[Row], list[Row]]:
    tls, pages = list[Row](), list[Row]()
    for service in services:
        end = Endpoint(service.host, service.host, service.port)
        secured = _tls(end, service.tls, look, now) if _may_be_tls(service) else None
        tls += [secured] if secured else []
        if service.port in WEB or service.service.startswith(("http", "ipp")):
            trouble = reason_of(secured["versions"]) if secured else None
            if secured and trouble:
                # who hung once is not asked again
                pages.append(blind(DoorPage, UnreadableError(trouble, secured["detail"]), host=end.name, port=end.port))
            else:
                pages.append(_page(end, secured is not None, look))
    return tls, pages


def _may_be_tls(service: Service) -> bool:
    if service.service == "http" and service.product and not service.tls:
        return False  # nmap has spoken with it in plain words
    return service.tls or service.port in TLS_USUAL or service.service in ("https", "https-alt", "ssl", "wsmans")


def _tls(end: Endpoint, certain: bool, look: Look, now: datetime) -> Row | None:
    """None when no TLS is spoken there after all."""
    try:
        return asdict(_one(end, look, Budget(look.domain_seconds), now))
    except AbsentError:
        return blind(DoorTls, UnreadableError(Reason.TIMEOUT, f"{end} closed meanwhile"), host=end.name, port=end.port)
    except UnreadableError as error:
        if error.reason is Reason.PARSE and not certain:
            return None
        return blind(DoorTls, error, host=end.name, port=end.port)


def _one(end: Endpoint, look: Look, budget: Budget, now: datetime) -> DoorTls:
    shown: Any
    own: Any
    late: Any
    try:
        der = _certificate(end, look, budget)
        described = certificate.describe(der, end.name, now, "")
        own, late = _signs_itself(der), described.days_left < 0
        shown = {k: v for k, v in asdict(described).items() if k not in ("trusted", "problem", "matches", "names")}
    except UnreadableError as error:
        if error.reason is Reason.TIMEOUT:
            raise
        own = late = shown = unseen(error.reason)
    taken = offer.versions(end, look, budget)
    return DoorTls(end.name, end.port, taken, _outdated(taken), own, late, shown)


def _outdated(taken: Row) -> Any:
    old = [taken[name] for name in OLD]
    return True if True in old else next((value for value in old if value is not False), False)


def _certificate(end: Endpoint, look: Look, budget: Budget) -> bytes:
    with certificate.handshake_errors(end), connected(end, look, budget) as wire:
        der: bytes | None = wire.secure(certificate.context(verify=False), end.name).getpeercert(binary_form=True)
    if not der:
        raise UnreadableError(Reason.UNSUPPORTED, f"{end} shows no certificate")
    return der


def _signs_itself(der: bytes) -> bool:
    from cryptography import x509

    try:
        made = x509.load_der_x509_certificate(der)
        return made.issuer == made.subject
    except ValueError as error:
        raise UnreadableError(Reason.PARSE, "a certificate whose names cannot be read") from error


def _page(end: Endpoint, secure: bool, look: Look) -> Row:
    from agent.probes.http.client import ask, parse

    where = f"[{end.name}]" if ":" in end.name else end.name
    host = where if end.port in (80, 443) else f"{where}:{end.port}"

    def fetch() -> Seen:
        raw = ask(end, look, Budget(look.domain_seconds), host, secure=secure)
        return read(parse(f"{'https' if secure else 'http'}://{host}/", raw))

    try:
        return asdict(DoorPage(end.name, end.port, secure, asdict(fetch())))
    except AbsentError:
        error = UnreadableError(Reason.TIMEOUT, f"{end} closed meanwhile")
    except UnreadableError as trouble:
        error = trouble
    return blind(DoorPage, error, host=end.name, port=end.port, tls=secure)
