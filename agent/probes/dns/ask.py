"""Questions to a resolver, and the ways in which there is no answer: these are never an empty answer."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset

from agent.looking.looked import UnreadableError
from agent.probes.domain.look import Budget, Look
from shieldwall.checks.outcome import Reason

RECORDS: Final = 256
"""A larger set of records is no configuration; the whole message cannot pass 64 KiB."""
PAYLOAD: Final = 1232
"""Bytes of a UDP answer that pass everywhere (DNS flag day 2020); a larger one comes by TCP."""
TRIES: Final = 2


class Status(StrEnum):
    FOUND = "found"
    EMPTY = "empty"
    """The name is there, such a record is not."""
    NOWHERE = "nowhere"
    """The name is not there (NXDOMAIN)."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: Status
    records: tuple[Any, ...] = ()
    """dnspython rdata."""
    owner: str = ""
    """The name at the end of the aliases, without final dot."""
    aliases: tuple[str, ...] = ()
    """Targets of CNAMEs on the way."""
    rrset: Any = None
    message: Any = None

    def texts(self) -> list[str]:
        """TXT records as text: the strings of each joined."""
        return [b"".join(record.strings).decode("utf-8", "replace") for record in self.records]


class Ask(Protocol):
    """Raises UnreadableError when there is no answer."""

    def __call__(self, name: str, kind: str) -> Answer: ...


class Resolver:
    """Asks with a cache for one run. Safe to share between threads."""

    def __init__(self, look: Look, budget: Budget) -> None:
        self._look, self._budget = look, budget
        self.servers = look.resolver or system_resolvers()
        self._cache: dict[tuple[str, str, bool], Answer | UnreadableError] = {}
        self._lock = threading.Lock()

    def __call__(self, name: str, kind: str) -> Answer:
        return self._cached(name, kind, unchecked=False)

    def unchecked(self, name: str, kind: str) -> Answer:
        """With signatures, and without the resolver's own validation: for those who validate themselves."""
        return self._cached(name, kind, unchecked=True)

    def addresses(self, name: str) -> list[str]:
        """IPv4 first."""
        return [record.address for kind in ("A", "AAAA") for record in self(name, kind).records]

    def _cached(self, name: str, kind: str, *, unchecked: bool) -> Answer:
        key = (name.lower().rstrip("."), kind, unchecked)
        with self._lock:
            known = self._cache.get(key)
        if known is None:
            try:
                known = self._ask(key[0], kind, unchecked)
            except UnreadableError as error:
                known = error
            with self._lock:
                self._cache[key] = known
        if isinstance(known, UnreadableError):
            raise UnreadableError(known.reason, known.detail)
        return known

    def _ask(self, name: str, kind: str, unchecked: bool) -> Answer:
        try:
            question = dns.message.make_query(name or ".", kind, want_dnssec=True, payload=PAYLOAD)
        except (dns.exception.DNSException, UnicodeError) as error:
            raise UnreadableError(Reason.PARSE, f"{name[:80]} is no name that can be asked for: {error}") from error
        question.flags |= dns.flags.AD | (dns.flags.CD if unchecked else 0)
        trouble = UnreadableError(Reason.UNSUPPORTED, "no resolver is configured; name one with --resolver")
        for _ in range(TRIES):
            for address, port in self.servers:
                try:
                    return read(question, exchange(question, address, port, self._budget.left(self._look.try_seconds)))
                except UnreadableError as error:
                    trouble = error
                    if error.reason is Reason.PARSE:
                        raise
        raise trouble


def exchange(question: Any, address: str, port: int, seconds: float) -> Any:
    """One message there and back, by TCP when it does not fit. Raises UnreadableError."""
    what = f"{question.question[0].name} {dns.rdatatype.to_text(question.question[0].rdtype)}"
    try:
        answer, _ = dns.query.udp_with_fallback(
            question, address, timeout=seconds, port=port, ignore_unexpected=True, ignore_errors=True
        )
    except dns.exception.Timeout as error:
        raise UnreadableError(Reason.TIMEOUT, f"{what}: no answer from {address} within {seconds:.1f} s") from error
    except (dns.exception.DNSException, EOFError, ValueError) as error:
        raise UnreadableError(Reason.PARSE, f"{what}: {address} answered nonsense ({type(error).__name__})") from error
    except OSError as error:
        raise UnreadableError(Reason.TIMEOUT, f"{what}: {address} cannot be reached ({error.strerror})") from error
    if answer.rcode() == dns.rcode.FORMERR and question.edns >= 0:
        # a server of before 1999 (RFC 6891 section 7): ask as it understands
        question.use_edns(False)
        return exchange(question, address, port, seconds)
    return answer


def read(question: Any, message: Any) -> Answer:
    """A message as an answer. Raises UnreadableError for every rcode that is no answer, and for circles."""
    asked = question.question[0]
    what = f"{asked.name} {dns.rdatatype.to_text(asked.rdtype)}"
    code = message.rcode()
    if code not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        raise UnreadableError(
            Reason.REFUSED, f"{what}: the resolver got no answer ({dns.rcode.to_text(code)}), look at the name servers"
        )
    if sum(len(rrset) for rrset in message.answer) > RECORDS:
        raise UnreadableError(Reason.REFUSED, f"{what}: more than {RECORDS} records are no configuration")
    try:
        chain = message.resolve_chaining()
    except dns.exception.DNSException as error:
        raise UnreadableError(Reason.PARSE, f"{what}: {error or type(error).__name__}") from error
    aliases = tuple(_text(record.target) for rrset in chain.cnames for record in rrset)
    owner = _text(chain.canonical_name)
    if chain.answer is not None:
        return Answer(Status.FOUND, tuple(chain.answer), owner, aliases, chain.answer, message)
    status = Status.NOWHERE if code == dns.rcode.NXDOMAIN else Status.EMPTY
    return Answer(status, (), owner, aliases, None, message)


def system_resolvers() -> tuple[tuple[str, int], ...]:
    """From resolv.conf; () when there is none."""
    import dns.resolver

    try:
        return tuple((str(address), 53) for address in dns.resolver.Resolver().nameservers)
    except dns.resolver.NoResolverConfiguration:
        return ()


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
