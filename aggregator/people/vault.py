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


def derived(key: Ed25519PrivateKey, purpose: str) -> bytes:
    """32 bytes that every server with this log key derives alike."""
    return HKDF(SHA256(), 32, None, f"shieldwall aggregator: {purpose}".encode()).derive(key.private_bytes_raw())


class Vault:
    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._cipher = AESGCM(derived(key, "secrets of people"))

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
