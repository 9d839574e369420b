"""One GET at a time, without cookies, without following anything, and never more than what a header page needs."""

from __future__ import annotations

import http.client
import io
import ssl
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urljoin, urlsplit

from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.dns.ask import Resolver
from agent.probes.domain.look import Budget, Look
from agent.probes.domain.wire import Endpoint, Wire, connected
from agent.probes.tls import certificate
from agent.probes.tls.web import endpoints
from shieldwall.checks.outcome import Reason

HEAD_BYTES: Final = 1 << 16
BODY_BYTES: Final = 1 << 16
"""What identifies a page stands at its beginning; the rest is left where it is."""
AGENT: Final = "shieldwall-domain-audit"
HOPS: Final = 5


@dataclass(frozen=True, slots=True)
class Page:
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    """Names in small letters, in the order of the answer."""
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")


@dataclass(frozen=True, slots=True)
class Client:
    look: Look
    resolver: Resolver
    budget: Budget
    domain: str
    """Nothing outside it is ever asked."""

    def get(self, url: str, *, verified: bool = False) -> Page:
        """Raises AbsentError when no address takes connections there, UnreadableError when there is no answer."""
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if parts.scheme not in ("http", "https") or not self.covers(host):
            raise UnreadableError(Reason.REFUSED, f"{url[:200]} is not below {self.domain}")
        secure = parts.scheme == "https"
        port = parts.port or (self.look.ports.https if secure else self.look.ports.http)
        places = endpoints(host, self.look, self.resolver, port)
        if not places:
            raise AbsentError(f"{host} has no address")
        trouble: Exception | None = None
        for end in places:
            try:
                return self._fetch(end, url, parts.path or "/", parts.query, secure, verified)
            except (AbsentError, UnreadableError) as error:
                # a place that timed out is the better reason, since a closed one may be the other family
                trouble = error if trouble is None or isinstance(error, UnreadableError) else trouble
        raise cast(Exception, trouble)

    def covers(self, host: str) -> bool:
        return host == self.domain or host.endswith("." + self.domain)

    def _fetch(self, end: Endpoint, url: str, path: str, query: str, secure: bool, verified: bool) -> Page:
        usual = self.look.ports.https if secure else self.look.ports.http
        host = end.name if end.port == usual else f"{end.name}:{end.port}"
        target = path + (f"?{query}" if query else "")
        if any(ord(char) < 33 or ord(char) > 126 for char in target):
            raise UnreadableError(Reason.REFUSED, f"{url[:200]!a} is no address to ask for")
        return parse(url, ask(end, self.look, self.budget, host, target, secure=secure, verified=verified))


def ask(
    end: Endpoint, look: Look, budget: Budget, host: str, target: str = "/", *, secure: bool, verified: bool = False
) -> bytes:
    """What this very server answers to one GET. Raises AbsentError, UnreadableError."""
    request = (
        f"GET {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {AGENT}\r\nAccept: */*\r\n"
        "Accept-Encoding: identity\r\nConnection: close\r\n\r\n"
    )
    try:
        with connected(end, look, budget) as wire:
            if secure:
                wire.secure(certificate.context(verify=verified, ca_file=look.ca_file), end.name)
                _check_name(wire, end, verified)
            wire.send(request.encode("ascii"))
            return _received(wire)
    except ssl.SSLError as error:
        raise UnreadableError(Reason.UNSUPPORTED, f"{end}: TLS failed ({error.reason or error})") from error
    except OSError as error:
        raise UnreadableError(Reason.TIMEOUT, f"{end} hung up ({error.strerror or error})") from error


def _check_name(wire: Wire, end: Endpoint, verified: bool) -> None:
    from datetime import UTC, datetime

    if not verified:
        return
    der = cast(ssl.SSLSocket, wire.socket).getpeercert(binary_form=True) or b""
    if not certificate.describe(der, end.name, datetime.now(UTC), "").matches:
        raise UnreadableError(Reason.UNSUPPORTED, f"{end}: the certificate is for another name")


def _received(wire: Wire) -> bytes:
    """The bytes of the answer until it ends or enough has come. Raises UnreadableError when it is too large a head."""
    raw = bytearray()
    while True:
        try:
            chunk = wire.receive()
        except ssl.SSLEOFError:
            chunk = b""
        raw += chunk
        head, gap, body = bytes(raw[: HEAD_BYTES + 4]).partition(b"\r\n\r\n")
        if not chunk:
            return bytes(raw)
        if not gap and len(raw) > HEAD_BYTES:
            raise UnreadableError(Reason.REFUSED, f"headers of more than {HEAD_BYTES} bytes")
        if gap and (len(raw) - len(head) >= BODY_BYTES or _whole(head, bytes(raw[len(head) + 4 :]))):
            return bytes(raw)
        del body


def _whole(head: bytes, body: bytes) -> bool:
    """Whether the body is complete, for servers that keep the connection open all the same."""
    low = head.lower()
    status = head.split(b" ", 2)[1:2]
    if status and (status[0] in (b"204", b"304") or status[0].startswith(b"1")):
        return True
    if b"transfer-encoding: chunked" in low:
        return body.endswith(b"0\r\n\r\n")
    mark = low.find(b"content-length:")
    if mark < 0:
        return False
    size = low[mark + 15 :].split(b"\r\n", 1)[0].strip()
    return size.isdigit() and len(body) >= int(size)


class _Received:
    """As much of a socket as http.client wants to read an answer."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def makefile(self, *_: Any, **__: Any) -> io.BytesIO:
        return io.BytesIO(self._raw)


def parse(url: str, raw: bytes) -> Page:
    """Raises UnreadableError for what is no HTTP answer."""
    response = http.client.HTTPResponse(cast(Any, _Received(raw)))
    try:
        response.begin()
    except (http.client.HTTPException, ValueError, OSError) as error:
        raise UnreadableError(Reason.PARSE, f"{url}: the answer is no HTTP ({type(error).__name__})") from error
    try:
        body = response.read(BODY_BYTES)
    except http.client.IncompleteRead as error:
        body = error.partial
    except (http.client.HTTPException, ValueError, OSError):
        body = b""
    headers = tuple((name.lower(), value.strip()) for name, value in response.getheaders())
    return Page(url, response.status, headers, body)


def redirect_target(page: Page) -> str:
    """The absolute address a redirect leads to, "" when the page is none."""
    location = page.first("location")
    return urljoin(page.url, location) if page.status in (301, 302, 303, 307, 308) and location else ""


def landing(client: Client, url: str) -> Page:
    """The page behind at most HOPS redirects; the last one that could be asked when they leave the domain.

    Raises AbsentError, UnreadableError; a circle is UnreadableError too.
    """
    page = client.get(url)
    for _ in range(HOPS):
        target = redirect_target(page)
        if not target or not client.covers((urlsplit(target).hostname or "").lower()):
            return page
        if urlsplit(target).scheme != "https" and urlsplit(url).scheme == "https":
            return page
        page = client.get(target)
    raise UnreadableError(Reason.UNSUPPORTED, f"{url}: more than {HOPS} redirects")
