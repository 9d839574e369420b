"""Macros in SPF domains, RFC 7208 section 7: `%{ir}.%{v}._spf.%{d2}`."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

NAME_CHARS: Final = 253
TOKEN = re.compile(r"%(?:\{([A-Za-z])([0-9]{0,3})(r?)([.\-+,/_=]*)\}|([%_\-]))|(%)|([^%]+)", re.I)
PLAIN = re.compile(r"[!-$&-~]*\Z")
TOP_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\Z", re.I)
ESCAPES: Final = {"%": "%", "_": " ", "-": "%20"}
LETTERS: Final = "slodiphv"
"""c, r and t are for explanations only."""


class MacroError(ValueError):
    """Not a macro string as the standard writes them."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What a message's envelope says."""

    ip: ipaddress.IPv4Address | ipaddress.IPv6Address
    sender: str
    """local@domain"""
    helo: str

    @property
    def local(self) -> str:
        return self.sender.rpartition("@")[0] or "postmaster"

    @property
    def sender_domain(self) -> str:
        return self.sender.rpartition("@")[2]


def check_domain_spec(text: str) -> None:
    """Raises MacroError unless the text is a domain-spec: a macro string that ends in a macro or a top label."""
    check_string(text)
    if not text:
        raise MacroError("a domain is missing")
    if re.search(r"%(\{[^{}]*\}|[%_\-])\Z", text):
        return
    labels = text.removesuffix(".").split(".")
    top = labels[-1]
    if len(labels) < 2 or not TOP_LABEL.match(top) or top.isdigit():
        raise MacroError(f"'{text[:80]}' is no domain")


def check_string(text: str) -> None:
    """Raises MacroError unless every % begins a macro or an escape and every other character is visible ASCII."""
    for letter, digits, _, _, escape, stray, plain in TOKEN.findall(text):
        if stray:
            raise MacroError(f"'{text[:80]}': a % that begins no macro")
        if letter and (letter.lower() not in LETTERS or (digits and int(digits) == 0)):
            raise MacroError(f"'{text[:80]}': there is no macro %{{{letter}{digits}}} here")
        if plain and not PLAIN.match(plain):
            raise MacroError(f"'{text[:80]!a}': characters that no domain has")
        del escape


def expand(text: str, mail: Mail, domain: str, name_of_ip: str = "unknown") -> str:
    """The text with macros filled in, shortened from the left to what a name may hold."""
    out = []
    for letter, digits, back, delimiters, escape, _, plain in TOKEN.findall(text):
        if letter:
            value = _transform(_value(letter.lower(), mail, domain, name_of_ip), digits, bool(back), delimiters)
            out.append(quote(value, safe="-._~") if letter.isupper() else value)
        else:
            out.append(ESCAPES[escape] if escape else plain)
    name = "".join(out).removesuffix(".")
    while len(name) > NAME_CHARS and "." in name:
        name = name.partition(".")[2]
    return name


def _value(letter: str, mail: Mail, domain: str, name_of_ip: str) -> str:
    return {
        "s": f"{mail.local}@{mail.sender_domain}",
        "l": mail.local,
        "o": mail.sender_domain,
        "d": domain,
        "i": _dotted(mail.ip),
        "p": name_of_ip,
        "h": mail.helo,
        "v": "in-addr" if mail.ip.version == 4 else "ip6",
    }[letter]


def _dotted(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    return str(ip) if ip.version == 4 else ".".join(ip.exploded.replace(":", ""))


def _transform(value: str, digits: str, back: bool, delimiters: str) -> str:
    parts = re.split(f"[{re.escape(delimiters or '.')}]", value)
    if back:
        parts.reverse()
    if digits:
        parts = parts[-int(digits) :]
    return ".".join(parts)
