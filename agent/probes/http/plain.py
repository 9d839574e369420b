"""What port 80 does with a visitor who typed no https."""

from __future__ import annotations

from urllib.parse import urlsplit

from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.http.client import HOPS, Client, redirect_target
from shieldwall.checks.outcome import Reason

PERMANENT = (301, 308)


def look(client: Client, host: str) -> str:
    """closed | redirects | redirects-for-now | redirects-elsewhere | serves. Raises UnreadableError."""
    url = f"http://{host}/"
    for _ in range(HOPS + 1):
        try:
            page = client.get(url)
        except AbsentError:
            if url == f"http://{host}/":
                return "closed"
            raise UnreadableError(Reason.UNSUPPORTED, f"http://{host}/ leads to {url}, where nobody answers") from None
        if page.status >= 500:
            raise UnreadableError(Reason.UNSUPPORTED, f"{url}: the server answers with error {page.status}")
        target = redirect_target(page)
        if not target:
            return "serves"
        parts = urlsplit(target)
        if not client.covers((parts.hostname or "").lower()):
            return "redirects-elsewhere" if parts.scheme == "https" else "serves"
        if parts.scheme == "https":
            return "redirects" if page.status in PERMANENT else "redirects-for-now"
        url = target
    raise UnreadableError(Reason.UNSUPPORTED, f"http://{host}/: more than {HOPS} redirects")
