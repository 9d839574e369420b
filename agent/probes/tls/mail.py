"""STARTTLS of the firm's mail servers, RFC 3207: one row for each MX. `tls(service=mail)`"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.dns import mail_hosts
from agent.probes.dns.ask import Resolver
from agent.probes.domain.look import Budget, Look
from agent.probes.domain.rows import Row, blind, row, seen
from agent.probes.domain.wire import Endpoint, Wire, connected
from agent.probes.tls import certificate
from agent.probes.tls.web import endpoints
from shieldwall.checks.fact import NOT_THERE
from shieldwall.checks.outcome import Reason

GREETING_TRIES: Final = 6.0
"""Mail servers make strangers wait up to thirty seconds before they greet."""
LINES: Final = 128
LINE_BYTES: Final = 2048
MAIL_HOSTS: Final = 10


@dataclass(frozen=True, slots=True)
class MailTls:
    domain: str
    host: str
    address: Any
    starttls: Any
    modern: Any = None
    """TLS 1.2 or 1.3 was agreed on; absent without STARTTLS."""
    certificate: Any = None


def look(domain: str, look: Look, resolver: Resolver, budget: Budget, now: datetime) -> list[Row]:
    """Raises UnreadableError when the MX could not be asked for."""
    rows: list[Row] = []
    for host in mail_hosts.look(domain, resolver).hosts[:MAIL_HOSTS]:
        try:
            places = endpoints(host, look, resolver, look.ports.smtp)
            if not places:
                raise UnreadableError(Reason.UNSUPPORTED, f"{host} has no address")
            rows.append(row(_one(domain, places[0], look, budget, now)))
        except UnreadableError as error:
            rows.append(blind(MailTls, error, domain=domain, host=host))
    return rows


def _one(domain: str, end: Endpoint, look: Look, budget: Budget, now: datetime) -> MailTls:
    nothing = dict(NOT_THERE)
    try:
        with _greeted(end, look, budget) as (_, offered):
            pass
    except AbsentError as error:
        raise UnreadableError(Reason.TIMEOUT, f"{end} is closed from here; many providers block port 25") from error
    except OSError as error:
        raise UnreadableError(Reason.TIMEOUT, f"{end} hung up ({error.strerror})") from error
    if not offered:
        return MailTls(domain, end.name, end.address, False, nothing, nothing)
    modern = seen(lambda: _modern(end, look, budget))
    shown = seen(lambda: asdict(certificate.look(end, lambda: _ready(end, look, budget), end.name, now, look.ca_file)))
    return MailTls(domain, end.name, end.address, True, modern, shown)


def _modern(end: Endpoint, look: Look, budget: Budget) -> bool:
    with certificate.handshake_errors(end), _ready(end, look, budget) as wire:
        return wire.secure(certificate.context(verify=False), end.name).version() in ("TLSv1.2", "TLSv1.3")


@contextlib.contextmanager
def _ready(end: Endpoint, look: Look, budget: Budget) -> Iterator[Wire]:
    """A connection on which TLS may begin. Raises UnreadableError when the server offers it and then does not."""
    with _greeted(end, look, budget) as (wire, _):
        if not _reply(wire, end, b"STARTTLS\r\n")[0].startswith("220"):
            raise UnreadableError(Reason.REFUSED, f"{end} offers STARTTLS and refuses it")
        yield wire


@contextlib.contextmanager
def _greeted(end: Endpoint, look: Look, budget: Budget) -> Iterator[tuple[Wire, bool]]:
    """(connection after EHLO, whether STARTTLS is offered)"""
    with connected(end, look, budget, GREETING_TRIES) as wire:
        if not _reply(wire, end, b"")[0].startswith("220"):
            raise UnreadableError(Reason.REFUSED, f"{end} wants no mail from here")
        lines = _reply(wire, end, b"EHLO audit.invalid\r\n")
        if not lines[0].startswith("250"):
            raise UnreadableError(Reason.REFUSED, f"{end} refuses to talk: {lines[0][:80]}")
        yield wire, any(line[4:].strip().upper() == "STARTTLS" for line in lines[1:])


def _reply(wire: Wire, end: Endpoint, command: bytes) -> list[str]:
    """The lines of one reply. Raises UnreadableError for what is none."""
    if command:
        wire.send(command)
    data = b""
    while True:
        lines = data.split(b"\r\n")
        whole, rest = lines[:-1], lines[-1]
        if whole and whole[-1][3:4] != b"-":
            return [line.decode("ascii", "replace") for line in whole]
        if len(whole) > LINES or len(rest) > LINE_BYTES:
            raise UnreadableError(Reason.REFUSED, f"{end} talks too much to be a mail server")
        chunk = wire.receive(LINE_BYTES)
        if not chunk:
            raise UnreadableError(Reason.TIMEOUT, f"{end} hung up")
        data += chunk
