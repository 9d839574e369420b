"""DNSSEC validation from a trust anchor down, RFC 4035 section 5, on answers taken with the resolver's checks off.

Signed is only what we validated ourselves. A delegation without DS is taken as unsigned on the resolver's word: the
proof of absence would tell an attack from an unsigned zone, and both are no pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import dns.dnssec
import dns.exception
import dns.name
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from agent.looking.looked import UnreadableError
from agent.probes.dns.ask import Answer, Resolver, Status
from shieldwall.checks.outcome import Reason

ROOT: Final[Mapping[str, tuple[str, ...]]] = {
    ".": (
        "20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
        "38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
    )
}
"""The root zone's keys of 2017 and 2024, as IANA publishes them."""
DIGESTS: Final = (2, 4)
"""SHA-256 and SHA-384; SHA-1 is not to be relied on (RFC 8624)."""
ALGORITHMS: Final = (5, 7, 8, 10, 13, 14, 15, 16)
"""RSA, ECDSA and EdDSA by number (IANA); the others cannot be validated here."""
LABELS: Final = 16

Keys = dict[dns.name.Name, Any]


class BogusError(Exception):
    """A signature or digest that does not hold where one must."""


@dataclass(frozen=True, slots=True)
class Dnssec:
    domain: str
    state: str
    """secure | unsigned | bogus"""
    delegated: bool
    """The parent zone holds a DS record."""
    problem: str = ""


class Chain:
    """Validates names against the zones above them. One for a run."""

    def __init__(self, resolver: Resolver, anchors: Mapping[str, tuple[str, ...]] | None) -> None:
        self._resolver = resolver
        self._anchors = {
            dns.name.from_text(zone): dns.rrset.from_text_list(zone, 3600, "IN", "DS", list(records))
            for zone, records in (anchors or ROOT).items()
        }

    def look(self, domain: str) -> Dnssec:
        """Raises UnreadableError."""
        name = dns.name.from_text(domain)
        try:
            delegated = self._resolver.unchecked(domain, "DS").status is Status.FOUND
            zone = self._keys_above(name)
            if zone is None:
                return Dnssec(domain, "unsigned", delegated)
            seen = [self._resolver.unchecked(domain, kind) for kind in ("SOA", "DNSKEY", "MX", "A", "AAAA", "TXT")]
            # behind an alias stands another zone, which is judged where that name is declared
            found = [answer for answer in seen if answer.status is Status.FOUND and not answer.aliases]
            for answer in found:
                self._validate(answer, zone)
            if not found:
                raise UnreadableError(Reason.UNSUPPORTED, f"{domain} has no records that could be validated")
        except BogusError as error:
            return Dnssec(domain, "bogus", True, str(error))
        return Dnssec(domain, "secure", delegated)

    def secure(self, name: str, kind: str) -> Answer | None:
        """The validated answer, None when there is none or it is not signed. Raises UnreadableError, BogusError."""
        answer = self._resolver.unchecked(name, kind)
        zone = self._keys_above(dns.name.from_text(name))
        if answer.status is not Status.FOUND or answer.aliases or zone is None:
            return None
        self._validate(answer, zone)
        return answer

    def _keys_above(self, name: dns.name.Name) -> Keys | None:
        """Validated keys of the zone that holds the name, None when a delegation on the way is not signed."""
        starts = [zone for zone in self._anchors if name.is_subdomain(zone)]
        if not starts:
            return None
        zone = max(starts, key=len)
        keys = self._anchor_keys(zone)
        labels = len(name) - len(zone)
        if labels > LABELS:
            raise UnreadableError(Reason.REFUSED, f"{name}: more than {LABELS} labels")
        for depth in range(len(zone) + 1, len(name) + 1):
            below = name.split(depth)[1]
            ds = self._resolver.unchecked(below.to_text(), "DS")
            if ds.status is Status.FOUND:
                self._validate(ds, keys)
                if not any(record.digest_type in DIGESTS for record in ds.records):
                    return None
                keys = self._zone_keys(below, ds.rrset)
            elif self._is_cut(below):
                return None
        return keys

    def _anchor_keys(self, zone: dns.name.Name) -> Keys:
        """Raises UnreadableError when even these do not hold: then the resolver hides signatures, not the domain."""
        try:
            return self._zone_keys(zone, self._anchors[zone])
        except BogusError as error:
            raise UnreadableError(
                Reason.UNSUPPORTED,
                f"the resolver gives no signatures that could be checked ({error}); name another one with --resolver",
            ) from error

    def _is_cut(self, name: dns.name.Name) -> bool:
        answer = self._resolver.unchecked(name.to_text(), "NS")
        return answer.status is Status.FOUND and not answer.aliases

    def _zone_keys(self, zone: dns.name.Name, ds: Any) -> Keys:
        answer = self._resolver.unchecked(zone.to_text(), "DNSKEY")
        if answer.status is not Status.FOUND:
            raise BogusError(f"{zone}: the parent promises keys and there are none")
        trusted = [key for key in answer.records if any(self._fits(zone, key, record) for record in ds)]
        if not trusted:
            raise BogusError(f"{zone}: no key fits the digest in the parent zone")
        if not any(key.algorithm in ALGORITHMS for key in trusted):
            raise UnreadableError(Reason.UNSUPPORTED, f"{zone} is signed in a way this program cannot check")
        anchor = dns.rrset.from_rdata_list(zone, 3600, trusted)
        self._validate(answer, {zone: anchor})
        return {zone: answer.rrset}

    @staticmethod
    def _fits(zone: dns.name.Name, key: Any, record: Any) -> bool:
        if record.digest_type not in DIGESTS or dns.dnssec.key_id(key) != record.key_tag:
            return False
        try:
            made = dns.dnssec.make_ds(zone, key, record.digest_type)
        except (dns.exception.DNSException, ValueError):
            return False
        return bool(made.digest == record.digest)

    @staticmethod
    def _validate(answer: Answer, keys: Keys) -> None:
        """Every record set of the answer that stands in the keys' zone. Raises BogusError."""
        zone = next(iter(keys))
        message, wanted = answer.message, answer.rrset
        signatures = message.get_rrset(
            message.answer, wanted.name, dns.rdataclass.IN, dns.rdatatype.RRSIG, covers=wanted.rdtype
        )
        what = f"{wanted.name} {dns.rdatatype.to_text(wanted.rdtype)}"
        if signatures is None:
            raise BogusError(f"{what}: not signed, in a signed zone")
        try:
            dns.dnssec.validate(wanted, signatures, keys)
        except dns.exception.UnsupportedAlgorithm as error:
            raise UnreadableError(Reason.UNSUPPORTED, f"{what}: {error}") from error
        except dns.exception.DNSException as error:
            raise BogusError(f"{what}: {error or type(error).__name__} (zone {zone})") from error
