"""The names of a small internet: a root, a top-level domain and firms that did well, badly and strangely."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import dns.dnssec
import dns.name
import dns.rdatatype
import dns.versioned
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec

NS, RESOLVER, ODD, SILENT = "127.55.0.1", "127.55.0.2", "127.55.0.3", "127.55.0.4"
GOOD, PLAIN, OLD, EXPIRED, FOREIGN, SELF = (f"127.55.1.{i}" for i in range(1, 7))
MAIL_GOOD, MAIL_PLAIN, MAIL_WRONG, MAIL_SILENT, MAIL_LIES = (f"127.55.2.{i}" for i in range(1, 6))
CLOSED = "127.55.3.1"
SOA = "@ 300 IN SOA ns1.test. admin.test. 1 3600 600 86400 300\n@ 300 IN NS ns1.test.\n"


@dataclass(frozen=True)
class Zone:
    name: str
    text: str
    state: str = "secure"
    """secure | unsigned | wrong-ds | expired | stripped"""
    transfer: bool = False


def firms(rsa2048: str, rsa1024: str, tlsa: str) -> list[Zone]:
    half = len(rsa2048) // 2
    return [
        Zone("good.test", f"""
@ A {GOOD}
@ CAA 0 issue "ca.test"
@ MX 10 mx1
@ TXT "v=spf1 mx include:_spf.good.test -all"
@ TXT "other=1"
www A {GOOD}
mx1 A {MAIL_GOOD}
_25._tcp.mx1 TLSA 3 1 1 {tlsa}
_spf TXT "v=spf1 ip4:192.0.2.0/24 ?all"
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:agg@good.test"
_mta-sts TXT "v=STSv1; id=1;"
mta-sts A {GOOD}
allowed.dmarc.test._report._dmarc TXT "v=DMARC1"
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@good.test"
google._domainkey TXT "v=DKIM1; k=rsa; p={rsa2048[:half]}" "{rsa2048[half:]}"
blog CNAME www
"""),
        Zone("plain.test", f"@ A {PLAIN}\n", "unsigned"),
        Zone("old.test", f"""
@ A {OLD}
@ MX 10 mx
mx A {MAIL_PLAIN}
@ TXT "v=spf1 +all"
_dmarc TXT "v=DMARC1; p=none"
default._domainkey TXT "k=rsa; p={rsa1024}"
shop CNAME shop.gone.test.
@ NS ns.gone.test.
""", "unsigned", transfer=True),
        Zone("late.test", f"@ A {EXPIRED}\n@ MX 10 mx\nmx A {MAIL_WRONG}\n@ MX 20 mx.gone.test.\n", "unsigned"),
        Zone("named.test", f"@ A {FOREIGN}\n@ MX 5 mx\nmx A {MAIL_SILENT}\n", "unsigned"),
        Zone("self.test", f"@ A {SELF}\n@ MX 5 mx\nmx A {MAIL_LIES}\n", "unsigned"),
        Zone("sig-expired.test", f"@ A {GOOD}\n", "expired"),
        Zone("sig-wrong.test", f"@ A {GOOD}\n", "wrong-ds"),
        Zone("sig-stripped.test", f"@ A {GOOD}\n", "stripped"),
        Zone("parked.test", """
@ MX 0 .
@ TXT "v=spf1 -all"
_dmarc TXT "v=DMARC1; p=reject; sp=reject"
"""),
        Zone("half-parked.test", """
@ TXT "v=spf1 ~all"
_dmarc TXT "v=DMARC1; p=quarantine"
""", "unsigned"),
        Zone("lame.test", "@ NS nowhere.test.\n", "unsigned"),
        Zone("open.test", f"@ NS ns.open.test.\nns A {RESOLVER}\n", "unsigned"),
        Zone("spf.test", SPF, "unsigned"),
        Zone("dmarc.test", DMARC, "unsigned"),
        Zone("dkim.test", DKIM.format(rsa2048=f'{rsa2048[:half]}" "{rsa2048[half:]}', rsa1024=rsa1024), "unsigned"),
        Zone("circle.test", "a CNAME b\nb CNAME a\n@ TXT \"v=spf1 include:a.circle.test -all\"\n", "unsigned"),
    ]  # fmt: skip


SPF = """
ok TXT "v=spf1 ip4:192.0.2.1 ip6:2001:db9::/32 a:host.spf.test/24 mx:ok.spf.test -all"
ok MX 10 host
host A 192.0.2.9
soft TXT "v=spf1 ip4:192.0.2.1 ~all"
neutral TXT "v=spf1 ip4:192.0.2.1 ?all"
open TXT "v=spf1 ip4:192.0.2.1 +all"
wide TXT "v=spf1 ip4:0.0.0.0/0 -all"
wide6 TXT "v=spf1 ip6:::/0 -all"
endless TXT "v=spf1 ip4:192.0.2.1"
two TXT "v=spf1 -all"
two TXT "v=spf1 ~all"
typo TXT "v=spf1 ipv4:192.0.2.1 -all"
badnet TXT "v=spf1 ip4:192.0.2.300 -all"
almost TXT "v=spf10 -all"
upper TXT "V=SPF1 IP4:192.0.2.1 -ALL"
redirect TXT "v=spf1 redirect=soft.spf.test"
redirect-nowhere TXT "v=spf1 redirect=none.spf.test"
redirect-unused TXT "v=spf1 -all redirect=none.spf.test"
include-none TXT "v=spf1 include:host.spf.test -all"
include-open TXT "v=spf1 include:open.spf.test -all"
self TXT "v=spf1 include:self.spf.test -all"
ten TXT "v=spf1 a:host.spf.test a:host.spf.test a:host.spf.test a:host.spf.test a:host.spf.test a:host.spf.test a:host.spf.test a:host.spf.test a:host.spf.test a:host.spf.test -all"
eleven TXT "v=spf1 a:host.spf.test a:host.spf.test a:host.spf.test a:host.spf.test a:host.spf.test a:host.spf.test a:host.spf.test a:host.spf.test a:host.spf.test a:host.spf.test a:host.spf.test -all"
void2 TXT "v=spf1 a:no1.spf.test a:no2.spf.test -all"
void3 TXT "v=spf1 a:no1.spf.test a:no2.spf.test a:no3.spf.test -all"
macro TXT "v=spf1 exists:%{ir}.%{v}._x.%{d2} -all"
1.2.0.192.in-addr._x A 127.0.0.2
badmacro TXT "v=spf1 exists:%{z}.spf.test -all"
silent TXT "v=spf1 include:silent.test -all"
ptr TXT "v=spf1 ptr -all"
many-mx TXT "v=spf1 mx:many.spf.test -all"
long TXT "v=spf1 ip4:192.0.2.1 " "ip4:192.0.2.2 -all"
""" + "".join(f"many MX {i} m{i}\n" for i in range(11))

DMARC = """
reject.dmarc.test. A 192.0.2.1
_dmarc.reject TXT "v=DMARC1; p=reject; rua=mailto:a@reject.dmarc.test"
_dmarc.none TXT "v=DMARC1; p=none"
_dmarc.quarantine TXT "v=DMARC1; p=quarantine; sp=none"
_dmarc.np TXT "v=DMARC1; p=reject; np=quarantine"
_dmarc.testing TXT "v=DMARC1; p=reject; t=y"
_dmarc.half TXT "v=DMARC1; p=reject; pct=50"
_dmarc.two TXT "v=DMARC1; p=reject"
_dmarc.two TXT "v=DMARC1; p=none"
_dmarc.lower TXT "v=dmarc1; p=reject"
_dmarc.typo TXT "v=DMARC1; p=rejected; rua=mailto:a@typo.dmarc.test"
_dmarc.nothing TXT "v=DMARC1; rua=x"
_dmarc.nop TXT "v=DMARC1; sp=reject"
_dmarc.order TXT "p=reject; v=DMARC1"
_dmarc.away TXT "v=DMARC1; p=reject; rua=mailto:a@agreed.dmarc-reports.test, mailto:b@good.test"
_dmarc.allowed TXT "v=DMARC1; p=reject; rua=mailto:a@good.test!10m"
_dmarc.org TXT "v=DMARC1; p=reject; sp=quarantine; psd=n"
_dmarc.suffix TXT "v=DMARC1; p=none; np=reject; psd=y"
_dmarc.firm.suffix TXT "v=DMARC1; p=quarantine; sp=reject"
"""

DKIM = """
s1._domainkey.strong TXT "v=DKIM1; p={rsa2048}"
s1._domainkey.weak TXT "v=DKIM1; p={rsa1024}"
s1._domainkey.both TXT "v=DKIM1; p={rsa1024}"
s2._domainkey.both TXT "v=DKIM1; p={rsa2048}"
own._domainkey.declared TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
mail._domainkey.revoked TXT "v=DKIM1; p="
mail._domainkey.testing TXT "v=DKIM1; t=y; p={rsa2048}"
mail._domainkey.broken TXT "v=DKIM1; p=AAAA"
*._domainkey.wild TXT "just a text"
"""


@dataclass
class Signed:
    zones: dict[str, str]
    anchor: str
    """DS of the root as text."""


def build(firms: list[Zone], now: datetime) -> Signed:
    """Every zone as text, signed where it shall be, from the leaves up so that parents hold the right DS."""
    made: dict[str, str] = {}
    top = f"ns1 A {NS}\nnowhere A {CLOSED}\n"
    for firm in firms:
        text, ds = _sign(firm.name, SOA + firm.text, firm.state, now)
        made[firm.name] = text
        label = firm.name.removesuffix(".test")
        top += f"{label} NS ns1.test.\n" + (f"{label} DS {ds}\n" if ds else "")
    for odd in ("silent", "refused", "nonsense", "huge", "failing"):
        top += f"{odd} NS ns1.test.\n"
    made["test"], test_ds = _sign("test", SOA + top, "secure", now)
    made["example.com"], _ = _sign("example.com", SOA + "@ A 192.0.2.80\n", "unsigned", now)
    root = f"test NS ns1.test.\nns1.test A {NS}\ntest DS {test_ds}\ncom NS ns1.test.\nexample.com NS ns1.test.\n"
    made["."], anchor = _sign(".", SOA + root, "secure", now)
    return Signed(made, anchor)


def _sign(name: str, text: str, state: str, now: datetime) -> tuple[str, str]:
    """(zone as text, DS for the parent or "")"""
    origin = dns.name.from_text(name)
    zone = dns.zone.from_text(
        "$TTL 300\n" + text, origin, zone_factory=dns.versioned.Zone, relativize=False, check_origin=True
    )
    if state == "unsigned":
        return zone.to_text(relativize=False), ""
    key = ec.generate_private_key(ec.SECP256R1())
    public = dns.dnssec.make_dnskey(key.public_key(), dns.dnssec.Algorithm.ECDSAP256SHA256, flags=257)
    begin, end = (now - timedelta(days=2), now + timedelta(days=20))
    if state == "expired":
        begin, end = now - timedelta(days=40), now - timedelta(days=10)
    with zone.writer() as txn:
        dns.dnssec.sign_zone(zone, txn, keys=[(key, public)], inception=begin, expiration=end, add_dnskey=True)
    shown = public
    if state == "wrong-ds":
        other = ec.generate_private_key(ec.SECP256R1())
        shown = dns.dnssec.make_dnskey(other.public_key(), dns.dnssec.Algorithm.ECDSAP256SHA256, flags=257)
    if state == "stripped":
        with zone.writer() as txn:
            for owner, rdataset in list(zone.iterate_rdatasets()):
                if rdataset.covers in (dns.rdatatype.A, dns.rdatatype.SOA):
                    txn.delete(owner, rdataset.rdtype, rdataset.covers)
    return zone.to_text(relativize=False), dns.dnssec.make_ds(origin, shown, "SHA256").to_text()
