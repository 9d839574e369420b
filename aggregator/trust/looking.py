"""Fetching another cluster's checkpoint and proofs; whatever comes is verified by whoever asked."""

from __future__ import annotations

import time
from typing import Final

from shieldwall.errors import DeliveryError
from shieldwall.limits import ANSWER_BYTES, RECEIPT_BYTES
from shieldwall.log.receipt import parse_consistency

SECONDS: Final = 30


def fetched_note(url: str) -> str:
    """Raises DeliveryError."""
    return _get(f"{url}/v1/log/checkpoint", RECEIPT_BYTES).decode("utf-8", "replace")


def fetched_proof(url: str, old: int, new: int) -> list[bytes]:
    """Raises DeliveryError, IntegrityError for what is no proof."""
    return parse_consistency(_get(f"{url}/v1/log/consistency?from={old}&to={new}", ANSWER_BYTES))


def _get(url: str, most: int) -> bytes:
    import requests

    end, body = time.monotonic() + SECONDS, bytearray()
    try:
        with requests.get(url, timeout=(10, SECONDS), stream=True, allow_redirects=False) as answer:
            if answer.status_code != 200:
                raise DeliveryError(f"{url} answered HTTP {answer.status_code}; nothing was signed, try again later")
            for piece in answer.iter_content(1024):
                body += piece
                if len(body) > most or time.monotonic() > end:
                    raise DeliveryError(f"{url} answered too much or too slowly; nothing was signed")
    except (requests.exceptions.RequestException, OSError) as error:
        raise DeliveryError(
            f"{url} could not be reached ({type(error).__name__}); nothing was signed, try again later"
        ) from error
    return bytes(body)
