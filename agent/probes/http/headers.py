"""What headers and the beginning of a page promise and give away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from agent.probes.http.client import Page
from shieldwall.checks.fact import NOT_THERE

TELLING: Final = ("server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator")
VERSION = re.compile(r"\d+\.\d+|/\d+|^\d+(\.\d+)*$")
META = re.compile(rb"<meta\s[^>]{0,400}", re.I)
GENERATOR = re.compile(rb"""\bname\s*=\s*["']?generator\b""", re.I)
CONTENT = re.compile(rb"""content\s*=\s*(?:"([^"]{0,200})|'([^']{0,200})|([^\s>"']{1,200}))""", re.I)
SESSION = re.compile(r"sess|sid$|^sid|auth|token|login|remember|jwt|wordpress_", re.I)
STRICT_REFERRERS: Final = (
    "no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin", "no-referrer-when-downgrade",
    "origin", "origin-when-cross-origin",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cookie:
    name: str
    session: bool
    """Its name looks like a session's."""
    secure: bool
    httponly: bool
    samesite: bool
    """Lax or Strict, or None together with Secure."""


@dataclass(frozen=True, slots=True)
class Protections:
    csp: bool
    nosniff: bool
    referrer: bool
    framing: bool
    """frame-ancestors or X-Frame-Options."""


def hsts(page: Page) -> Any:
    """Seconds of Strict-Transport-Security (RFC 6797: the first header counts); absent without a valid one."""
    for directive in page.first("strict-transport-security").split(";"):
        name, _, value = directive.partition("=")
        digits = value.strip().strip('"')
        if name.strip().lower() == "max-age" and digits.isdigit():
            return min(int(digits), 10**10)
    return dict(NOT_THERE)


def protections(page: Page) -> Protections:
    policy = ";".join(page.all("content-security-policy")).lower()
    referrers = [word.strip().lower() for word in ",".join(page.all("referrer-policy")).split(",")]
    return Protections(
        bool(policy.strip(" ;")),
        page.first("x-content-type-options").lower() == "nosniff",
        any(word in STRICT_REFERRERS for word in referrers),
        "frame-ancestors" in policy or page.first("x-frame-options").upper() in ("DENY", "SAMEORIGIN"),
    )


def cookies(page: Page) -> list[Cookie]:
    return [_cookie(line) for line in page.all("set-cookie")[:50]]


def leaks(page: Page) -> list[str]:
    """Headers and generator that name a version."""
    told = [f"{name}: {value[:100]}" for name in TELLING for value in page.all(name) if VERSION.search(value)]
    generator = generator_of(page)
    return [*told, *([f"generator: {generator}"] if re.search(r"\d+\.\d+", generator) else [])]


def generator_of(page: Page) -> str:
    """The generator a page names, "" when none."""
    tag = next((tag for tag in META.findall(page.body) if GENERATOR.search(tag)), b"")
    content = CONTENT.search(tag)
    if content is None:
        return ""
    return next(group for group in content.groups() if group is not None).decode("utf-8", "replace")[:100].strip()


def _cookie(line: str) -> Cookie:
    first, *rest = line.split(";")
    name = first.partition("=")[0].strip()
    flags = {key.strip().lower(): value.strip().lower() for key, _, value in (part.partition("=") for part in rest)}
    same = flags.get("samesite", "")
    secure = "secure" in flags
    return Cookie(
        name[:100], bool(SESSION.search(name)), secure, "httponly" in flags,
        same in ("lax", "strict") or (same == "none" and secure),
    )  # fmt: skip
