"""Codes of an authenticator app: RFC 6238 with SHA-1, six digits and steps of 30 seconds, which every app knows."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final
from urllib.parse import quote

SECRET_BYTES: Final = 20
"""The length of SHA-1's output, as RFC 4226 recommends."""
STEP_SECONDS: Final = 30
DIGITS: Final = 6
DRIFT: Final = 1
"""Steps a telephone's clock may be off, either way."""


def code(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """RFC 4226, section 5.3."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    start = mac[-1] & 15
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


def step_of(secret: bytes, typed: str, now: int) -> int | None:
    """The time step whose code was typed, None for a wrong one."""
    wanted = typed.replace(" ", "")
    if len(wanted) != DIGITS or not wanted.isascii() or not wanted.isdecimal():
        return None
    present = now // STEP_SECONDS
    found = None
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(code(secret, step), wanted):
            found = step
    return found


def base32(secret: bytes) -> str:
    """As people type it into an app."""
    return base64.b32encode(secret).decode().rstrip("=")


def address(secret: bytes, name: str, issuer: str) -> str:
    """What the QR code says (otpauth)."""
    label = f"{quote(issuer, safe='')}:{quote(name, safe='')}"
    return f"otpauth://totp/{label}?secret={base32(secret)}&issuer={quote(issuer, safe='')}"
