"""The keys of people: three files on three places, any two of which sign; made and used on a machine without a network.

Each is a PEM file, encrypted under a passphrase when one is given. `public-keys.json` lies beside every one of them
and holds the public halves of all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from aggregator.config import write_private
from shieldwall.encoding import canonical
from shieldwall.encoding.closed import read
from shieldwall.encoding.envelope import public_key
from shieldwall.errors import ConfigError, IntegrityError, UsageError

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner, SSlibKey

KEYS: Final = 3
THRESHOLD: Final = 2
PUBLIC_FILE: Final = "public-keys.json"
_NAME: Final = "shieldwall-key-{}.pem"
_KEY_BYTES: Final = 32


def make_keys(folders: Sequence[Path], passphrase: str) -> list[Path]:
    """A key in each folder and all public halves beside it. Raises UsageError, and ConfigError when one is there."""
    if len(folders) != KEYS or len({folder.resolve() for folder in folders}) != KEYS:
        raise UsageError(f"three different folders are needed, on two sticks and in one more place: {KEYS} keys.")
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"{folder} is not a folder; is the stick plugged in?")
    for folder in folders:
        if list(folder.glob(_NAME.format("*"))) or (folder / PUBLIC_FILE).exists():
            raise ConfigError(f"{folder} holds keys already; they are never overwritten.")
    keys = [Ed25519PrivateKey.generate() for _ in folders]
    listed = encode_public([key.public_key().public_bytes_raw() for key in keys])
    written = []
    for number, (folder, key) in enumerate(zip(folders, keys, strict=True), start=1):
        written.append(_write(folder / _NAME.format(number), key, passphrase))
        write_private(folder / PUBLIC_FILE, listed)
    return written


def replace_key(public: Path, number: int, folder: Path, passphrase: str) -> tuple[Path, Path]:
    """A fresh key in the place of key `number` (from 1) of a list; answers the key's file and the new list beside it.

    Counts once a root signed by two of the others names it. Raises UsageError, ConfigError.
    """
    listed = read_public(public)
    if not 1 <= number <= len(listed):
        raise UsageError(f"{public} lists {len(listed)} keys; which one is to be replaced?")
    key = Ed25519PrivateKey.generate()
    listed[number - 1] = key.public_key().public_bytes_raw()
    file = _write(folder / _NAME.format(number), key, passphrase)
    beside = folder / PUBLIC_FILE
    write_private(beside, encode_public(listed))
    return file, beside


def encode_public(keys: Sequence[bytes]) -> bytes:
    return json.dumps({"keys": [canonical.b64(key) for key in keys], "threshold": THRESHOLD}, indent=1).encode() + b"\n"


def read_public(file: Path) -> list[bytes]:
    """Raw public keys. Raises ConfigError."""
    try:
        (keys,) = read(file.read_bytes()).known("keys")
        return [item.bytes64(_KEY_BYTES, _KEY_BYTES) for item in keys.elements(KEYS)]
    except (OSError, IntegrityError) as error:
        raise ConfigError(f"{file} is no list of public keys: {error}") from error


def load_signer(file: Path, passphrase: str) -> CryptoSigner:
    """Raises ConfigError for a file that is no such key, or another passphrase than it was made with."""
    from securesystemslib.signer import CryptoSigner

    try:
        pem = file.read_bytes()
        key = load_pem_private_key(pem, password=passphrase.encode() if b"ENCRYPTED" in pem else None)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(f"{file} cannot be used as a key: {error}. Is the passphrase the right one?") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(f"{file} is not an Ed25519 key.")
    return CryptoSigner(key, as_key(key.public_key().public_bytes_raw()))


def as_key(raw: bytes) -> SSlibKey:
    """A raw Ed25519 key as TUF names it."""
    from securesystemslib.signer import SSlibKey

    return SSlibKey.from_crypto(public_key(raw))


def _write(file: Path, key: Ed25519PrivateKey, passphrase: str) -> Path:
    how: KeySerializationEncryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    write_private(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how))
    return file
