"""Records that point to a name which is not there any more: whoever registers it speaks for the firm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from agent.looking.looked import UnreadableError
from agent.probes.dns import mail_hosts
from agent.probes.dns.ask import Ask, Status
from agent.probes.domain.look import Look
from agent.probes.domain.rows import Row, blind, row

USUAL: Final = ("autodiscover", "blog", "cdn", "dev", "ftp", "mail", "mta-sts", "shop", "staging", "test", "webmail")
"""Names below a domain that often outlive what they pointed to."""


@dataclass(frozen=True, slots=True)
class Pointer:
    domain: str
    name: str
    kind: str
    """cname | mx | ns"""
    target: str
    dangling: Any
    """The target does not exist."""


def look(domain: str, look: Look, ask: Ask) -> list[Row]:
    """Every alias, mail server and name server that was found, each with whether it leads somewhere.

    Raises UnreadableError when the domain itself could not be asked for.
    """
    names = dict.fromkeys((*look.web_names(domain), *(f"{word}.{domain}" for word in USUAL)))
    rows: list[Row] = []
    for name in names:
        try:
            rows += _alias(domain, name, ask)
        except UnreadableError as error:
            if name == domain:
                raise
            rows.append(blind(Pointer, error, domain=domain, name=name, kind="cname"))
    for kind in ("mx", "ns"):
        try:
            for target in _servers(domain, kind, ask):
                rows.append(_server(domain, kind, target, ask))
        except UnreadableError as error:
            rows.append(blind(Pointer, error, domain=domain, name=domain, kind=kind))
    return rows


def _alias(domain: str, name: str, ask: Ask) -> list[Row]:
    found = ask(name, "A")
    if not found.aliases:
        return []
    return [row(Pointer(domain, name, "cname", found.aliases[-1], found.status is Status.NOWHERE))]


def _servers(domain: str, kind: str, ask: Ask) -> list[str]:
    if kind == "mx":
        return mail_hosts.look(domain, ask).hosts
    return [record.target.to_text(omit_final_dot=True).lower() for record in ask(domain, "NS").records]


def _server(domain: str, kind: str, target: str, ask: Ask) -> Row:
    try:
        gone = ask(target, "A").status is Status.NOWHERE
    except UnreadableError as error:
        return blind(Pointer, error, domain=domain, name=domain, kind=kind, target=target)
    return row(Pointer(domain, domain, kind, target, gone))
