"""check_host() of RFC 7208 section 4, with the limits of section 4.6.4."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from agent.looking.looked import UnreadableError
from agent.probes.dns.ask import Answer, Ask, Status
from agent.probes.dns.spf.macro import Mail, expand
from agent.probes.dns.spf.record import ASKING, Record, RecordError, Term, parse, spf_texts

LOOKUPS: Final = 10
VOIDS: Final = 2
NAMES: Final = 10
"""Of one mx or ptr."""


class Result(StrEnum):
    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


QUALIFIED: Final = {"+": Result.PASS, "-": Result.FAIL, "~": Result.SOFTFAIL, "?": Result.NEUTRAL}


class _Stop(Exception):
    def __init__(self, result: Result, why: str, error: UnreadableError | None = None) -> None:
        self.result, self.why, self.error = result, why, error
        super().__init__(why)


@dataclass(slots=True)
class Evaluation:
    """One check_host() and what it cost."""

    ask: Ask
    mail: Mail
    lookups: int = 0
    voids: int = 0
    why: str = ""
    """Of an error: what is wrong."""
    error: UnreadableError | None = None
    """Of a temperror: why there was no answer."""

    def run(self, domain: str) -> Result:
        try:
            return self._host(domain)
        except _Stop as stop:
            self.why, self.error = stop.why, stop.error
            return stop.result

    def _host(self, domain: str) -> Result:
        labels = domain.rstrip(".").split(".")
        if len(labels) < 2 or any(not 0 < len(label) <= 63 for label in labels):
            return Result.NONE
        texts = spf_texts(self._question(domain, "TXT", counts=False).texts())
        if not texts:
            return Result.NONE
        if len(texts) > 1:
            raise _Stop(Result.PERMERROR, f"{domain} has {len(texts)} SPF records")
        try:
            record = parse(texts[0])
        except RecordError as error:
            raise _Stop(Result.PERMERROR, f"{domain}: {error}") from error
        return self._record(record, domain)

    def _record(self, record: Record, domain: str) -> Result:
        for term in record.terms:
            if self._matches(term, domain):
                return QUALIFIED[term.qualifier]
        if not record.redirect:
            return Result.NEUTRAL
        self._count("redirect")
        target = self._expand(record.redirect, domain)
        result = self._host(target)
        if result is Result.NONE:
            raise _Stop(Result.PERMERROR, f"redirect to {target}, which has no SPF record")
        return result

    def _matches(self, term: Term, domain: str) -> bool:
        self._count(term.name)
        target = self._expand(term.domain, domain) if term.domain else domain
        match term.name:
            case "all":
                return True
            case "ip4" | "ip6":
                return term.network is not None and self.mail.ip in term.network
            case "include":
                return self._include(target)
            case "a":
                return self._address(target, term)
            case "mx":
                return self._mx(target, term)
            case "exists":
                return self._question(target, "A").status is Status.FOUND
            case _:
                names = [name for name in self._names_of_ip() if name == target or name.endswith("." + target)]
                return bool(names)

    def _include(self, target: str) -> bool:
        result = self._host(target)
        if result is Result.NONE:
            raise _Stop(Result.PERMERROR, f"include of {target}, which has no SPF record")
        return result is Result.PASS

    def _address(self, name: str, term: Term, *, counts: bool = True) -> bool:
        found = self._question(name, "A" if self.mail.ip.version == 4 else "AAAA", counts=counts)
        prefix = term.prefix4 if self.mail.ip.version == 4 else term.prefix6
        return any(self.mail.ip in ipaddress.ip_network(f"{r.address}/{prefix}", strict=False) for r in found.records)

    def _mx(self, name: str, term: Term) -> bool:
        found = self._question(name, "MX")
        if len(found.records) > NAMES:
            raise _Stop(Result.PERMERROR, f"mx of {name}: more than {NAMES} mail servers")
        hosts = [record.exchange.to_text(omit_final_dot=True) for record in found.records]
        return any(self._address(host, term, counts=False) for host in hosts if host not in ("", "."))

    def _names_of_ip(self) -> list[str]:
        """Validated names of the sender's address (section 5.5); errors of DNS end in no name."""
        kind = "A" if self.mail.ip.version == 4 else "AAAA"
        try:
            found = self._question(self.mail.ip.reverse_pointer, "PTR")
            names = [r.target.to_text(omit_final_dot=True).lower() for r in found.records[:NAMES]]
        except _Stop as stop:
            if stop.result is Result.PERMERROR:
                raise
            return []
        valid = []
        for name in names:
            try:
                addresses = self._question(name, kind, counts=False).records
            except _Stop:
                continue
            if any(ipaddress.ip_address(record.address) == self.mail.ip for record in addresses):
                valid.append(name)
        return valid

    def _expand(self, text: str, domain: str) -> str:
        name = "unknown"
        if "%{p" in text.lower():
            names = self._names_of_ip()
            name = next((n for n in names if n == domain or n.endswith("." + domain)), names[0] if names else "unknown")
        return expand(text, self.mail, domain, name).lower()

    def _count(self, name: str) -> None:
        if name not in ASKING:
            return
        self.lookups += 1
        if self.lookups > LOOKUPS:
            raise _Stop(Result.PERMERROR, f"needs more than {LOOKUPS} lookups; receivers stop there")

    def _question(self, name: str, kind: str, *, counts: bool = True) -> Answer:
        try:
            found = self.ask(name, kind)
        except UnreadableError as error:
            raise _Stop(Result.TEMPERROR, error.detail, error) from error
        if counts and found.status is not Status.FOUND:
            self.voids += 1
            if self.voids > VOIDS:
                raise _Stop(Result.PERMERROR, f"more than {VOIDS} names that do not exist, the last {name}")
        return found
