"""Challenges for passkeys, none kept for those who only look: each is signed, bound to its visitor, and used once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from typing import Final

SECONDS: Final = 300
TIME_BYTES: Final = 8
NONCE_BYTES: Final = 16


class Challenges:
    def __init__(self, key: bytes) -> None:
        """key   the same for every server of the cluster, so that one takes what another made"""
        self._key, self._lock = key, threading.Lock()
        self._used: dict[bytes, int] = {}

    def make(self, visitor: str, now: int) -> bytes:
        """visitor   the cookie's value"""
        head = now.to_bytes(TIME_BYTES, "big") + secrets.token_bytes(NONCE_BYTES)
        return head + self._mac(head, visitor)

    def use(self, challenge: bytes, visitor: str, now: int) -> bool:
        """Whether it was made for this visitor within the last minutes and not used before; now it is."""
        head, mac = challenge[: TIME_BYTES + NONCE_BYTES], challenge[TIME_BYTES + NONCE_BYTES :]
        if not hmac.compare_digest(self._mac(head, visitor), mac):
            return False
        if not 0 <= now - int.from_bytes(head[:TIME_BYTES], "big") < SECONDS:
            return False
        with self._lock:
            self._used = {used: at for used, at in self._used.items() if now - at < SECONDS}
            if challenge in self._used:
                return False
            self._used[challenge] = now
            return True

    def _mac(self, head: bytes, visitor: str) -> bytes:
        return hmac.digest(self._key, head + visitor.encode(), hashlib.sha256)
