"""MTA-STS, RFC 8461, and TLS reports, RFC 8460."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.dns import mail_hosts
from agent.probes.dns.ask import Ask
from agent.probes.http.client import Client, Page
from agent.probes.tls.certificate import matches
from shieldwall.checks.fact import NOT_THERE, unseen

RECORD = re.compile(r"v=STSv1\s*;\s*id=([A-Za-z0-9]{1,32})\s*;?\s*\Z")
REPORT = re.compile(r"v=TLSRPTv1\s*;(.*)\Z", re.S)
RUA = re.compile(r"\s*rua\s*=\s*((mailto:|https:)\S.*)\Z", re.S)
MODES: Final = ("enforce", "testing", "none")
MAX_AGE: Final = 31_557_600


@dataclass(frozen=True, slots=True)
class MtaSts:
    domain: str
    receives: Any
    """Whether the domain takes mail at all."""
    record: bool
    """Exactly one valid TXT record."""
    policy_mode: Any
    """enforce | testing | none; absent without a valid policy."""
    max_age: Any
    covers: Any
    """Every MX matches the policy."""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    mode: str
    max_age: int
    mx: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TlsReports:
    domain: str
    receives: bool
    valid: bool


def look(domain: str, ask: Ask, client: Client) -> MtaSts:
    """Raises UnreadableError when a record could not be asked for; a policy that could not be fetched is a part."""
    hosts = mail_hosts.look(domain, ask)
    texts = [text for text in ask(f"_mta-sts.{domain}", "TXT").texts() if text.startswith("v=STSv1")]
    gone = dict(NOT_THERE)
    if len(texts) != 1 or not RECORD.match(texts[0]):
        problem = "" if not texts else "the record is not valid" if len(texts) == 1 else "more than one record"
        return MtaSts(domain, bool(hosts.hosts), False, gone, gone, gone, problem)
    try:
        policy = read_policy(client.get(f"https://mta-sts.{domain}/.well-known/mta-sts.txt", verified=True))
    except AbsentError:
        return MtaSts(domain, bool(hosts.hosts), True, gone, gone, gone, "the policy is not served")
    except UnreadableError as error:
        hidden = unseen(error.reason)
        return MtaSts(domain, bool(hosts.hosts), True, hidden, hidden, hidden, error.detail)
    if policy is None:
        return MtaSts(domain, bool(hosts.hosts), True, gone, gone, gone, "the policy is not valid")
    covered = all(any(matches(pattern, host) for pattern in policy.mx) for host in hosts.hosts)
    return MtaSts(domain, bool(hosts.hosts), True, policy.mode, policy.max_age, covered)


def read_policy(page: Page) -> Policy | None:
    """None for what is no valid policy."""
    if page.status != 200:
        return None
    pairs = [
        (name.strip(), value.strip())
        for name, colon, value in (line.partition(":") for line in page.body.decode("utf-8", "replace").splitlines())
        if colon
    ]
    fields = dict(reversed(pairs))
    mx = tuple(value.lower() for name, value in pairs if name == "mx")
    age = fields.get("max_age", "")
    valid = fields.get("version") == "STSv1" and fields.get("mode") in MODES and age.isdigit() and int(age) <= MAX_AGE
    if not valid or (fields["mode"] != "none" and not mx):
        return None
    return Policy(fields["mode"], int(age), mx)


def reports(domain: str, ask: Ask) -> TlsReports:
    """Raises UnreadableError."""
    receives = bool(mail_hosts.look(domain, ask).hosts)
    texts = [text for text in ask(f"_smtp._tls.{domain}", "TXT").texts() if text.startswith("v=TLSRPTv1")]
    match = REPORT.match(texts[0]) if len(texts) == 1 else None
    valid = match is not None and any(RUA.match(part) for part in match[1].split(";"))
    return TlsReports(domain, receives, valid)
