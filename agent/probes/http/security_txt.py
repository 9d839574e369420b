"""security.txt, RFC 9116."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from agent.looking.looked import AbsentError
from agent.probes.http.client import Client, Page, landing

FIELD = re.compile(r"(?m)^([A-Za-z][A-Za-z-]*):[ \t]*(\S.*?)[ \t]*\r?$")


@dataclass(frozen=True, slots=True)
class SecurityTxt:
    found: bool
    contact: bool
    current: bool
    """Expires stands there exactly once and lies ahead."""


def look(client: Client, host: str, now: datetime) -> SecurityTxt:
    """Raises UnreadableError."""
    try:
        page = landing(client, f"https://{host}/.well-known/security.txt")
    except AbsentError:
        return SecurityTxt(False, False, False)
    return read(page, now)


def read(page: Page, now: datetime) -> SecurityTxt:
    kind = page.first("content-type").lower()
    if page.status != 200 or (kind and not kind.startswith("text/plain")) or b"<html" in page.body[:512].lower():
        return SecurityTxt(False, False, False)
    fields = [(name.lower(), value) for name, value in FIELD.findall(page.body.decode("utf-8", "replace"))]
    contacts = [v for name, v in fields if name == "contact" and v.lower().startswith(("mailto:", "https:", "tel:"))]
    expires = [value for name, value in fields if name == "expires"]
    return SecurityTxt(True, bool(contacts), len(expires) == 1 and _ahead(expires[0], now))


def _ahead(text: str, now: datetime) -> bool:
    try:
        then = datetime.fromisoformat(text.replace("z", "Z"))
    except ValueError:
        return False
    return then.tzinfo is not None and then > now
