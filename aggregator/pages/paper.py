"""Templates, own files under hashed names, and the policy under which a page runs in a browser."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any, Final

from jinja2 import Environment, PackageLoader
from starlette.responses import HTMLResponse, Response

from aggregator.people.persons import Role
from aggregator.render import amounts, coded, retold, spoken, svg, wording
from shieldwall.language import LANGUAGES, gettext

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from elsewhere."""
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "Vary": "Accept-Language, Cookie",
    "X-Frame-Options": "DENY",
}
"""`no-referrer`, as the protocol's answers have it, would make browsers send `Origin: null` with our own forms."""
STATIC: Final[Mapping[str, str]] = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "passkey.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
"""Every file a page may ask for."""


@dataclass(frozen=True, slots=True)
class File:
    data: bytes
    media_type: str


def page_answer(template: str, status: int, **words: Any) -> Response:
    text = environment().get_template(template).render(**words)
    return HTMLResponse(text, status, headers=HEADERS)


@cache
def files() -> Mapping[str, File]:
    """By name with a hash in it: what was fetched once stays good for ever."""
    found = {}
    for name, media_type in STATIC.items():
        data = resources.files("aggregator.pages").joinpath("static", name).read_bytes()
        stem, _, ending = name.rpartition(".")
        found[f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}.{ending}"] = File(data, media_type)
    return found


def address(name: str) -> str:
    """Where a file of STATIC is served."""
    stem, _, ending = name.rpartition(".")
    found = next(known for known in files() if known.startswith(f"{stem}.") and known.endswith(f".{ending}"))
    return f"/manage/static/{found}"


@cache
def environment() -> Environment:
    made = spoken.environment(PackageLoader("aggregator.pages"), ending=False)
    made.globals |= {
        "static": address,
        "svg": svg,
        "say": wording,
        "amount": amounts,
        "Role": Role,
        "languages": LANGUAGES,
    }
    made.filters |= {"day": day, "minute": minute, "coded": coded.as_html, "spoken": gettext, "retold": retold.again}
    return made


def day(moment: int | str | None) -> str:
    """Of seconds since 1970, or of what a release says of its own day."""
    if isinstance(moment, str):
        moment = int(datetime.fromisoformat(moment).timestamp())
    return spoken.day(moment) if moment else gettext("never")


def minute(moment: int | None) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M") if moment else gettext("never")
