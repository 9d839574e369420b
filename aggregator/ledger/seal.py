"""A period's data key: it seals every row of an open period, lives in a file outside the database and every backup,
and is destroyed at the freeze, after which the rows cannot be read by anyone, from any copy.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from aggregator.config import sync_folder, write_private
from shieldwall.errors import IntegrityError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Seal:
    """Authenticated encryption bound to where a row stands, so that ciphertext cannot be moved to another row."""

    cipher: ChaCha20Poly1305

    def close(self, plain: bytes, *place: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self.cipher.encrypt(nonce, plain, _context(place))

    def open(self, sealed: bytes, *place: str) -> bytes:
        """Raises IntegrityError for a row that was changed, moved, or sealed under another key."""
        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            raise IntegrityError(f"the sealed row {'/'.join(place)} is cut short: restore it from the backup.")
        try:
            return self.cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _context(place))
        except InvalidTag:
            raise IntegrityError(f"the sealed row {'/'.join(place)} does not open under its period's key.") from None


class KeyRing:
    """The files `NAME.key` in one folder. Read anew each time: another process may have destroyed one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def exists(self, period: str) -> bool:
        return self._file(period).exists()

    def create(self, period: str) -> None:
        """Keeps a key that is there already: one left by a crash before its period was committed is unused."""
        if not self.exists(period):
            write_private(self._file(period), os.urandom(KEY_BYTES))

    def seal(self, period: str) -> Seal:
        """Raises IntegrityError when the period's key is gone."""
        try:
            key = self._file(period).read_bytes()
        except FileNotFoundError:
            raise IntegrityError(
                f"the data key of period {period} is gone: its rows can be read by nobody. "
                "Freeze the period; firms' next statements count in the following one."
            ) from None
        if len(key) != KEY_BYTES:
            raise IntegrityError(f"{self._file(period)} is not a data key.")
        return Seal(ChaCha20Poly1305(key))

    def destroy(self, period: str) -> None:
        """Overwrite, unlink, and make both durable. A key that is gone already is no error."""
        file = self._file(period)
        try:
            handle = os.open(file, os.O_WRONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return
        with os.fdopen(handle, "wb", buffering=0) as stream:
            for filler in (os.urandom(KEY_BYTES), bytes(KEY_BYTES)):
                stream.seek(0)
                stream.write(filler)
                os.fsync(stream.fileno())
        file.unlink()
        sync_folder(self._folder)

    def periods(self) -> tuple[str, ...]:
        """Names of the periods that have a key."""
        return tuple(sorted(file.stem for file in self._folder.glob("*.key")))

    def _file(self, period: str) -> Path:
        return self._folder / f"{period}.key"


def _context(place: tuple[str, ...]) -> bytes:
    # Lengths first: ("a", "bc") and ("ab", "c") are different places.
    return b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in place)
