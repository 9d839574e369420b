"""HTTP as plain transport: requests out, bounded answers in. What an answer proves is decided elsewhere."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

from shieldwall import __version__
from shieldwall.errors import DeliveryError
from shieldwall.limits import ANSWER_BYTES

if TYPE_CHECKING:
    import requests

PROTOCOL: Final = 1
CONNECT_SECONDS: Final = 10
ANSWER_SECONDS: Final = 30
"""Silence after which an answer is given up, and the time for a whole small one."""
SLOWEST: Final = 8_192
"""Bytes a second at which a large answer must come."""
_PIECES: Final = 4_096
"""A piece is waited for as a whole, so large pieces would let a sender that drips hold an agent for hours."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    """At most ANSWER_BYTES, unless more was asked for."""
    retry_after: int | None = None
    """Seconds."""


class Transport(Protocol):
    def post(self, path: str, body: bytes, content_type: str) -> Answer:
        """Raises DeliveryError when no whole answer came back."""

    def get(self, path: str, most: int = ANSWER_BYTES) -> Answer:
        """An answer of more than `most` bytes is a DeliveryError."""


class HttpTransport:
    """One session to one aggregator. Follows no redirect, keeps no cookie, obeys the system's proxy settings."""

    def __init__(self, url: str, answer_seconds: float = ANSWER_SECONDS) -> None:
        import requests

        self._seconds = answer_seconds
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.headers.update(
            {
                "User-Agent": f"shieldwall/{__version__}",
                "Shieldwall-Protocol": str(PROTOCOL),
                "Accept": "application/json, text/plain",
                "Accept-Encoding": "identity",
            }
        )

    def __enter__(self) -> HttpTransport:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def post(self, path: str, body: bytes, content_type: str) -> Answer:
        return self._ask("POST", path, body, {"Content-Type": content_type})

    def get(self, path: str, most: int = ANSWER_BYTES) -> Answer:
        return self._ask("GET", path, None, {}, most)

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], most: int = ANSWER_BYTES
    ) -> Answer:
        import requests

        try:
            with self._session.request(
                method,
                self._url + path,
                data=body,
                headers=headers,
                timeout=(CONNECT_SECONDS, self._seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                self._session.cookies.clear()
                return Answer(response.status_code, _read(response, most, self._seconds), _retry_after(response))
        except requests.exceptions.SSLError as error:
            raise DeliveryError(
                f"no trusted connection to {self._url} (this machine's clock says {datetime.now(UTC):%Y-%m-%d %H:%M} "
                "UTC; a wrong clock is the usual cause): `shieldwall doctor` looks into it; nothing is lost"
            ) from error
        except (requests.exceptions.RequestException, OSError) as error:
            raise DeliveryError(
                f"no whole answer from {self._url} ({type(error).__name__}): what was to be sent is kept and goes out "
                "with the next `shieldwall submit`"
            ) from error


def _read(response: requests.Response, most: int, seconds: float) -> bytes:
    body, end = bytearray(), time.monotonic() + seconds
    for piece in response.iter_content(max(1, most // _PIECES)):
        body += piece
        if len(body) > most:
            raise DeliveryError(f"an answer longer than {most} bytes; something stands in between")
        if time.monotonic() > end + len(body) / SLOWEST:
            raise DeliveryError(f"no whole answer within {seconds:g} seconds; what was to be sent is kept")
    return bytes(body)


def _retry_after(response: requests.Response) -> int | None:
    """Delta seconds only: the date form would trust two clocks."""
    text = response.headers.get("Retry-After", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
