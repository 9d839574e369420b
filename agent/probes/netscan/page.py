"""What a device's first page calls itself: title and family of the server, nothing else of it is kept."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final

from agent.probes.http.client import Page
from agent.probes.netscan.report import NAME_CHARS

TITLE: Final = re.compile(r"<title[^>]{0,200}>([^<]{0,400})", re.IGNORECASE)
PASSWORD: Final = re.compile(r"<input[^>]{0,400}type\s*=\s*[\"']?password", re.IGNORECASE)
DEFAULTS: Final = (
    "apache http server test page", "apache tomcat", "apache2 debian default page", "apache2 default page",
    "apache2 ubuntu default page", "default web site page", "iis windows", "it works!", "test page for",
    "web server's default page", "welcome to caddy", "welcome to centos", "welcome to nginx", "welcome to openresty",
)  # fmt: skip
"""Beginnings of the titles of pages that servers show before anybody set them up. Written from memory."""


@dataclass(frozen=True, slots=True)
class Seen:
    status: int
    title: str
    server: str
    """Family only, without a version."""
    default: bool
    """The page that the server came with."""
    sign_in: bool
    """It asks for a password, so something is administered or kept behind it."""


def read(page: Page) -> Seen:
    text = page.body.decode("utf-8", "replace")
    found = TITLE.search(text)
    title = _clean(html.unescape(found[1])) if found else ""
    words = re.split(r"[/\s(]", page.first("server").strip(), maxsplit=1)
    asked = page.status == 401 or bool(PASSWORD.search(text))
    return Seen(page.status, title, _clean(words[0]), title.lower().startswith(DEFAULTS), asked)


def _clean(text: str) -> str:
    return "".join(c for c in " ".join(text.split())[:NAME_CHARS] if c.isprintable())
