"""Sealing what the database keeps but must be readable again: a backup of it then holds no app's secret.

The key is derived from the log's key, whose file every restore needs anyway.
"""

from __future__ import annotations

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shieldwall.errors import IntegrityError

NONCE_BYTES: Final = 12


class Vault:
    def __init__(self, key: Ed25519PrivateKey) -> None:
        derived = HKDF(SHA256(), 32, None, b"shieldwall aggregator: secrets of people").derive(key.private_bytes_raw())
        self._cipher = AESGCM(derived)

    def seal(self, secret: bytes, about: str) -> bytes:
        """about   whose it is, or what for; opened only with the same words"""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Raises IntegrityError when it was sealed by another key, for something else, or changed."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode())
        except (InvalidTag, ValueError) as error:
            raise IntegrityError(
                "a sealed secret cannot be opened: it was changed, or sealed by another key"
            ) from error
