"""Passwords: argon2id, a few at a time, since each costs 64 MiB for a moment."""

from __future__ import annotations

import secrets
import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shieldwall.errors import UsageError
from shieldwall.language import gettext as _

LEAST: Final = 12
MOST: Final = 200
DIFFERENT: Final = 5
AT_ONCE: Final = 2
"""128 MiB: whoever floods the door waits in a queue instead of emptying the machine's memory."""


class Hasher:
    """Parameters are the library's, which follow RFC 9106's second recommended option."""

    def __init__(self) -> None:
        self._hasher, self._turn = PasswordHasher(), threading.BoundedSemaphore(AT_ONCE)
        self._nobody = self._hasher.hash(secrets.token_urlsafe(32))

    def hash(self, password: str) -> str:
        with self._turn:
            return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether it is the password; costs the same time for somebody who does not exist (None)."""
        with self._turn:
            try:
                return self._hasher.verify(stored or self._nobody, password[:MOST]) and stored is not None
            except (VerificationError, InvalidHashError):
                return False


def acceptable(password: str, name: str) -> str:
    """The password. Raises UsageError naming what is wrong with it (NIST SP 800-63B: length over composition)."""
    if not LEAST <= len(password) <= MOST:
        raise UsageError(
            _("A password has %(least)s to %(most)s characters; four or five random words are easy to keep.")
            % {"least": LEAST, "most": MOST}
        )
    if len(set(password.lower())) < DIFFERENT:
        raise UsageError(_("This password repeats few characters; four or five random words are easy to keep."))
    if name and name in password.lower():
        raise UsageError(_("A password must not hold your name."))
    return password
