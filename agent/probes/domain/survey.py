"""One look at all declared domains: every fact of the probes dns, tls and http."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from agent.probes.dns import (
    caa,
    dane,
    dangling,
    dkim,
    dmarc,
    mail_hosts,
    mta_sts,
    parked,
    registration,
    servers,
    trust,
)
from agent.probes.dns.ask import Resolver
from agent.probes.dns.spf import view as spf
from agent.probes.domain.look import WORKERS, Budget, Look
from agent.probes.domain.rows import Row, gathered
from agent.probes.http import web as sites
from agent.probes.http.client import Client
from agent.probes.tls import mail, web
from shieldwall.checks.fact import Fact, FactKey

ORIGIN_CHARS: Final = 160
"""Of a record in a finding; the whole stands in the fact."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Work:
    """What the looks at one domain share."""

    domain: str
    look: Look
    resolver: Resolver
    chain: trust.Chain
    budget: Budget
    client: Client
    now: datetime


def _sends(w: Work) -> bool:
    return w.domain not in w.look.parked


Part = tuple[FactKey, type, Callable[[Work], Iterable[Any]]]


def _dns(record: str) -> FactKey:
    return FactKey.of("dns", {"record": record})


PARTS: Final[tuple[Part, ...]] = (
    (_dns("spf"), spf.Spf, lambda w: [spf.look(w.domain, w.resolver)]),
    (_dns("dmarc"), dmarc.Dmarc, lambda w: [dmarc.look(w.domain, w.resolver)]),
    (_dns("dkim"), dkim.Dkim, lambda w: [dkim.look(w.domain, w.look.selectors, w.resolver)] if _sends(w) else []),
    (_dns("mx"), mail_hosts.MailHosts, lambda w: [mail_hosts.look(w.domain, w.resolver)]),
    (_dns("mta_sts"), mta_sts.MtaSts, lambda w: [mta_sts.look(w.domain, w.resolver, w.client)]),
    (_dns("tls_rpt"), mta_sts.TlsReports, lambda w: [mta_sts.reports(w.domain, w.resolver)]),
    (_dns("dnssec"), trust.Dnssec, lambda w: [w.chain.look(w.domain)]),
    (_dns("caa"), caa.Caa, lambda w: [caa.look(w.domain, w.resolver)]),
    (_dns("dane"), dane.Dane, lambda w: dane.look(w.domain, w.resolver, w.chain)),
    (_dns("servers"), servers.NameServer, lambda w: servers.look(w.domain, w.look, w.resolver, w.budget)),
    (_dns("dangling"), dangling.Pointer, lambda w: dangling.look(w.domain, w.look, w.resolver)),
    (_dns("parked"), parked.Parked, lambda w: [] if _sends(w) else [parked.look(w.domain, w.resolver)]),
    (
        _dns("registration"),
        registration.Registration,
        lambda w: [registration.look(w.domain, w.look, w.budget, w.now)],
    ),
    (
        FactKey.of("tls", {"service": "web"}),
        web.WebTls,
        lambda w: web.look(w.domain, w.look, w.resolver, w.budget, w.now),
    ),
    (
        FactKey.of("tls", {"service": "mail"}),
        mail.MailTls,
        lambda w: mail.look(w.domain, w.look, w.resolver, w.budget, w.now),
    ),
    (FactKey.of("http", {}), sites.Site, lambda w: sites.look(w.domain, w.look, w.client, w.now)),
)
"""Fact -> the dataclass of its rows, and the look at one domain."""


def survey(look: Look, now: datetime, progress: Progress = lambda name, done, of: None) -> Mapping[FactKey, Fact]:
    """Every fact, its rows in the order of the domains. Bounded by Look.domain_seconds for each domain."""
    if not look.all_domains:
        raise ValueError("no domain to look at")
    rows: dict[tuple[FactKey, str], list[Row]] = {}
    jobs = [(domain, part) for domain in look.all_domains for part in PARTS]
    shared = _Shared(look, now)
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="domain") as pool:
        waiting = {pool.submit(shared.take, domain, part): (part[0], domain) for domain, part in jobs}
        for done, future in enumerate(as_completed(waiting), start=1):
            key, domain = waiting[future]
            rows[key, domain] = future.result()
            progress(domain, done, len(jobs))
    return {key: _fact(key, [r for domain in look.all_domains for r in rows[key, domain]]) for key, _, _ in PARTS}


class _Shared:
    """The work of each domain, made when its first look begins, so that its time counts from there."""

    def __init__(self, look: Look, now: datetime) -> None:
        import threading

        self._look, self._now = look, now
        self._lock = threading.Lock()
        self._made: dict[str, Work] = {}

    def take(self, domain: str, part: Part) -> list[Row]:
        work = self._work(domain)
        return gathered(part[1], lambda: part[2](work), domain=domain)

    def _work(self, domain: str) -> Work:
        with self._lock:
            if domain not in self._made:
                budget = Budget(self._look.domain_seconds)
                resolver = Resolver(self._look, budget)
                chain = trust.Chain(resolver, self._look.anchors)
                client = Client(self._look, resolver, budget, domain)
                self._made[domain] = Work(domain, self._look, resolver, chain, budget, client, self._now)
            return self._made[domain]


def _fact(key: FactKey, rows: list[Row]) -> Fact:
    """Every row with where it was seen, so that a finding names the server and shows the record."""
    source = {"dns": "DNS", "tls": "TLS handshakes"}.get(key.probe, "HTTP")
    return Fact.known(rows, source=source, origins={str(i): _origin(row) for i, row in enumerate(rows)})


def _origin(row: Row) -> str:
    name = next(row[key] for key in ("host", "server", "name", "domain") if isinstance(row.get(key), str))
    more = [row[key] for key in ("address", "record", "detail") if isinstance(row.get(key), str)]
    return ", ".join([name, *(text[:ORIGIN_CHARS] for text in more)])
