"""The sites of a domain as a visitor meets them: one row a name. `http()`"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.domain.look import Look
from agent.probes.domain.rows import Row, blind, gathered, seen
from agent.probes.http import cms, files, headers, plain, security_txt
from agent.probes.http.client import Client, Page, landing, redirect_target
from agent.probes.tls.web import endpoints
from shieldwall.checks.fact import NOT_THERE, unseen
from shieldwall.checks.outcome import Reason


@dataclass(frozen=True, slots=True)
class Site:
    domain: str
    host: str
    plain: Any
    """closed | redirects | redirects-for-now | redirects-elsewhere | serves"""
    https: Any
    """Whether pages come over https."""
    serves: Any = None
    """Whether a page comes, not only a redirect to another domain."""
    hsts: Any = None
    """Seconds; absent without."""
    protections: Any = None
    count: Any = None
    """How many of the four protections are there."""
    leaks: Any = None
    cookies: Any = None
    cms: Any = None
    security_txt: Any = None
    exposed: Any = None
    """Paths of files that must not be public; unseen (refused) unless asked for."""


def look(domain: str, look: Look, client: Client, now: datetime) -> list[Row]:
    """Raises UnreadableError when the domain's own name could not be asked for."""
    rows: list[Row] = []
    for host in look.web_names(domain):
        try:
            there = bool(endpoints(host, look, client.resolver))
        except UnreadableError as error:
            if host == domain:
                raise
            rows.append(blind(Site, error, domain=domain, host=host))
            continue
        if there:
            rows += gathered(Site, partial(_sites, domain, host, look, client, now), domain=domain, host=host)
    return rows


def _sites(domain: str, host: str, look: Look, client: Client, now: datetime) -> list[Site]:
    return [_site(domain, host, look, client, now)]


def _site(domain: str, host: str, look: Look, client: Client, now: datetime) -> Site:
    open_text = seen(lambda: plain.look(client, host))
    try:
        first = client.get(f"https://{host}/")
        page = landing(client, f"https://{host}/")
    except AbsentError:
        # without https there are no pages that could carry a protection, and `plain` tells on port 80
        gone = dict(NOT_THERE)
        return Site(domain, host, open_text, False, *[gone] * 9)
    except UnreadableError as error:
        hidden = unseen(error.reason)
        return Site(domain, host, open_text, *[hidden] * 10)
    if page.status >= 500:
        raise UnreadableError(Reason.UNSUPPORTED, f"https://{host}/: the server answers with error {page.status}")
    return _described(domain, host, open_text, (first, page), look, client, now)


def _described(
    domain: str, host: str, open_text: Any, pages: tuple[Page, Page], look: Look, client: Client, now: datetime
) -> Site:
    first, page = pages
    found = headers.protections(page)
    system = cms.read(headers.generator_of(page), now.date())
    return Site(
        domain,
        host,
        open_text,
        True,
        not redirect_target(page),
        headers.hsts(first),
        asdict(found),
        sum(asdict(found).values()),
        [*dict.fromkeys([*headers.leaks(first), *headers.leaks(page)])],
        [asdict(cookie) for cookie in dict.fromkeys([*headers.cookies(first), *headers.cookies(page)])],
        system if isinstance(system, dict) else asdict(system),
        seen(lambda: asdict(security_txt.look(client, host, now))),
        seen(lambda: files.look(client, host)) if look.files else unseen(Reason.REFUSED),
    )
