"""DMARC: where the policy of a domain stands, and what it says (DMARCbis, the successor of RFC 7489)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from agent.looking.looked import UnreadableError
from agent.probes.dns.ask import Ask, Status
from shieldwall.checks.fact import NOT_THERE, unseen

WALK: Final = 8
"""Questions of one tree walk; longer names are cut to seven labels after the first."""
POLICIES: Final = ("none", "quarantine", "reject")
VERSION = re.compile(r"v\s*=\s*DMARC1\s*(;|\Z)")
MAILTO = re.compile(r"mailto:[^@\s,;!]+@([^@\s,;!]+)(![0-9]+[kmgt]?)?\Z", re.I)


@dataclass(frozen=True, slots=True)
class Record:
    """One record at `_dmarc.<at>`."""

    at: str
    text: str
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def policy(self) -> str:
        """p; `none` when p is wrong or missing and reports are asked for, "" when the record says nothing."""
        told = self.tags.get("p", "").lower()
        return told if told in POLICIES else "none" if self.tags.get("rua") else ""

    def inherited(self, *names: str) -> str:
        """The first valid policy of these tags, else p."""
        told = [self.tags.get(name, "").lower() for name in names]
        return next((policy for policy in told if policy in POLICIES), self.policy)


@dataclass(frozen=True, slots=True)
class Dmarc:
    domain: str
    found_at: Any
    """The domain whose record counts; absent when there is none."""
    record: Any
    valid: bool
    problem: str
    policy: Any
    """For mail from the domain itself: none | quarantine | reject; absent without a record."""
    subdomains: Any
    """For its subdomains."""
    nonexistent: Any
    """For subdomains that do not exist."""
    testing: bool
    """t=y: receivers apply the next weaker policy."""
    percent: int
    """pct of RFC 7489; DMARCbis dropped it, receivers may still follow it."""
    reports: int
    """Valid mailto: addresses in rua."""
    reports_authorised: Any
    """Every domain that shall get reports agreed to it; absent without any."""


def look(domain: str, ask: Ask) -> Dmarc:
    """Raises UnreadableError when a step of the discovery got no answer."""
    own, problem = record_at(domain, ask)
    record, organisation = own, ""
    if own is None:
        record, organisation = walked(domain, ask)
    if record is None:
        nothing = dict(NOT_THERE)
        return Dmarc(
            domain, nothing, nothing, False, problem or "no record", nothing, nothing, nothing, False, 100, 0, nothing
        )
    above = record.at != domain
    policy = record.inherited("sp") if above else record.policy
    targets = [match[1].lower() for uri in _uris(record.tags.get("rua", "")) if (match := MAILTO.match(uri))]
    return Dmarc(
        domain,
        record.at,
        record.text,
        bool(record.policy) and record.tags.get("p", "").lower() in POLICIES,
        problem or _problem(record),
        policy or dict(NOT_THERE),
        record.inherited("sp") or dict(NOT_THERE),
        record.inherited("np", "sp") or dict(NOT_THERE),
        record.tags.get("t", "n").lower() == "y",
        _percent(record.tags.get("pct", "100")),
        len(targets),
        _authorised(record.at, organisation, targets, ask) if targets else dict(NOT_THERE),
    )


def record_at(domain: str, ask: Ask) -> tuple[Record | None, str]:
    """The record there, None without exactly one; and what is wrong there."""
    texts = [text for text in ask(f"_dmarc.{domain}", "TXT").texts() if VERSION.match(text)]
    if len(texts) != 1:
        return None, f"{domain} has {len(texts)} DMARC records, so receivers use none" if texts else ""
    return Record(domain, texts[0], _tags(texts[0])), ""


def walked(domain: str, ask: Ask) -> tuple[Record | None, str]:
    """The tree walk: the record that counts for a domain without its own, and its organisational domain."""
    found: list[Record] = []
    for name in _path(domain):
        record, _ = record_at(name, ask)
        if record is None:
            continue
        psd = record.tags.get("psd", "u").lower()
        if psd == "n":
            return record, name
        if psd == "y" and name != domain:
            below = ".".join(domain.split(".")[-len(name.split(".")) - 1 :])
            own = next((r for r in found if r.at == below), record)
            return own, below
        found.append(record)
    return (found[-1], found[-1].at) if found else (None, domain)


def _path(domain: str) -> list[str]:
    labels = domain.split(".")
    starts = [0, *range(max(1, len(labels) - WALK + 1), len(labels))]
    return [".".join(labels[i:]) for i in starts]


def _tags(text: str) -> dict[str, str]:
    tags: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), value.strip())
    return tags


def _problem(record: Record) -> str:
    told = record.tags.get("p")
    if told is None:
        return "the tag p is missing"
    return "" if told.lower() in POLICIES else f"p={told[:40]} is no policy"


def _percent(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) and int(text) <= 100 else 100


def _uris(text: str) -> list[str]:
    return [uri.strip() for uri in text.split(",") if uri.strip()]


def _authorised(at: str, organisation: str, targets: list[str], ask: Ask) -> Any:
    """Whether each foreign domain has published that it takes these reports (section on external destinations)."""
    try:
        home = organisation or walked(at, ask)[1]
        for target in dict.fromkeys(targets):
            if target == home or target.endswith("." + home) or walked(target, ask)[1] == home:
                continue
            answer = ask(f"{at}._report._dmarc.{target}", "TXT")
            if answer.status is not Status.FOUND or not any(VERSION.match(text) for text in answer.texts()):
                return False
    except UnreadableError as error:
        return unseen(error.reason)
    return True
