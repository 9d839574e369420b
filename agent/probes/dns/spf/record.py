"""An SPF record as terms, RFC 7208 sections 4.5 to 6."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from agent.probes.dns.spf.macro import MacroError, check_domain_spec, check_string

VERSION = re.compile(r"v=spf1(?: |\Z)", re.I)
MODIFIER = re.compile(r"([a-z][a-z0-9_.\-]*)=(.*)\Z", re.I | re.S)
MECHANISM = re.compile(r"([+\-?~]?)([a-z][a-z0-9_.\-]*)(.*)\Z", re.I | re.S)
DUAL = re.compile(r"(.*?)(?:/(0|[1-9][0-9]?))?(?://(0|[1-9][0-9]{0,2}))?\Z", re.S)
NAMES: Final = ("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists")
ASKING: Final = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})
"""Terms that cost a lookup (section 4.6.4)."""

Net = ipaddress.IPv4Network | ipaddress.IPv6Network


class RecordError(ValueError):
    """The record has an error in its text: permerror."""


@dataclass(frozen=True, slots=True)
class Term:
    qualifier: str
    """+ - ? ~"""
    name: str
    domain: str = ""
    """Macros not yet filled in; "" for the domain that is checked."""
    prefix4: int = 32
    prefix6: int = 128
    network: Net | None = None
    """Of ip4 and ip6."""


@dataclass(frozen=True, slots=True)
class Record:
    terms: tuple[Term, ...]
    redirect: str = ""

    @property
    def all(self) -> str:
        """Qualifier of `all`, "" when the record has none."""
        return next((term.qualifier for term in self.terms if term.name == "all"), "")


def spf_texts(texts: Sequence[str]) -> list[str]:
    """Those of a name's TXT records that are SPF version 1."""
    return [text for text in texts if VERSION.match(text)]


def parse(text: str) -> Record:
    """Raises RecordError for what the standard calls a syntax error."""
    terms: list[Term] = []
    modifiers: dict[str, str] = {}
    for word in text.split(" ")[1:]:
        if not word:
            continue
        modifier = MODIFIER.match(word)
        try:
            if modifier:
                _modifier(modifier[1].lower(), modifier[2], modifiers)
            else:
                terms.append(_term(word))
        except MacroError as error:
            raise RecordError(str(error)) from error
    return Record(tuple(terms), modifiers.get("redirect", ""))


def _modifier(name: str, value: str, modifiers: dict[str, str]) -> None:
    if name not in ("redirect", "exp"):
        check_string(value)
        return
    if name in modifiers:
        raise RecordError(f"{name}= twice")
    check_domain_spec(value)
    modifiers[name] = value


def _term(word: str) -> Term:
    match = MECHANISM.match(word)
    name = match[2].lower() if match else ""
    if match is None or name not in NAMES:
        raise RecordError(f"there is no mechanism '{word[:80]}'")
    qualifier, rest = match[1] or "+", match[3]
    if name == "all":
        if rest:
            raise RecordError(f"'{word[:80]}': all takes nothing")
        return Term(qualifier, name)
    if name in ("ip4", "ip6"):
        return Term(qualifier, name, network=_network(name, rest, word))
    prefix4, prefix6 = 32, 128
    if name in ("a", "mx"):
        rest, prefix4, prefix6 = _dual(rest, word)
    if name in ("include", "exists") or rest:
        if not rest.startswith(":"):
            raise RecordError(f"'{word[:80]}': a colon and a domain are missing")
        check_domain_spec(rest[1:])
    return Term(qualifier, name, rest[1:], prefix4, prefix6)


def _dual(rest: str, word: str) -> tuple[str, int, int]:
    match = DUAL.match(rest)
    if match is None or "/" in re.sub(r"%\{[^}]*\}", "", match[1]):
        raise RecordError(f"'{word[:80]}': wrong prefix length")
    prefix4, prefix6 = int(match[2] or 32), int(match[3] or 128)
    if prefix4 > 32 or prefix6 > 128:
        raise RecordError(f"'{word[:80]}': wrong prefix length")
    return match[1], prefix4, prefix6


def _network(name: str, rest: str, word: str) -> Net:
    text, slash, prefix = rest[1:].partition("/")
    try:
        if not rest.startswith(":") or (slash and not re.fullmatch(r"0|[1-9][0-9]{0,2}", prefix)):
            raise ValueError
        if name == "ip4":
            return ipaddress.IPv4Network((ipaddress.IPv4Address(text), int(prefix or 32)), strict=False)
        return ipaddress.IPv6Network((ipaddress.IPv6Address(text), int(prefix or 128)), strict=False)
    except ValueError as error:
        raise RecordError(f"'{word[:80]}' is no network") from error
