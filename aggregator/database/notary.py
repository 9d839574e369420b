"""Signing what the log holds: checkpoints and receipts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from aggregator.config import Config, write_private
from aggregator.database.log import Placed
from shieldwall.errors import ConfigError
from shieldwall.log import merkle
from shieldwall.log.checkpoint import Checkpoint, sign_checkpoint, vkey
from shieldwall.log.receipt import Receipt, format_proof


@dataclass(frozen=True, slots=True)
class Notary:
    origin: str
    key: Ed25519PrivateKey

    @property
    def vkey(self) -> str:
        return vkey(self.origin, self.key.public_key())

    def checkpoint(self, size: int, nodes: merkle.Nodes) -> str:
        """The signed note of the log's first `size` leaves."""
        return sign_checkpoint(Checkpoint(self.origin, size, merkle.root(size, nodes)), self.key)

    def receipt(self, placed: Placed, size: int, nodes: merkle.Nodes, note: str) -> Receipt:
        """note   the checkpoint of `size` leaves, shared by every receipt of a batch"""
        leaf = placed.leaf
        proof = format_proof(placed.index, merkle.inclusion_proof(placed.index, size, nodes), note)
        return Receipt(placed.index, leaf.received, leaf.digest, leaf.kind, proof)

    def first_receipt(self, placed: Placed, nodes: merkle.Nodes) -> Receipt:
        """The receipt as of the moment the leaf was appended: the same bytes whenever it is asked for."""
        size = placed.index + 1
        return self.receipt(placed, size, nodes, self.checkpoint(size, nodes))


def create_key(config: Config) -> None:
    """A new log key, 0600. Raises ConfigError when there is one."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(config.log_key, pem)


def load(config: Config) -> Notary:
    """Raises ConfigError when the key is missing, readable by others or not Ed25519."""
    file = config.log_key
    try:
        mode, pem = file.stat().st_mode, file.read_bytes()
    except FileNotFoundError:
        raise ConfigError(
            f"{file} is missing: restore it from your backup of the keys; no other key will do."
        ) from None
    except OSError as error:
        raise ConfigError(
            f"cannot read {file}: {error.strerror}. Run as the user the aggregator belongs to."
        ) from error
    if mode & 0o077:
        raise ConfigError(f"{file} can be read by others. Type `chmod 600 {file}`.")
    return Notary(config.origin, _read(file, pem))


def _read(file: Path, pem: bytes) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except ValueError as error:
        raise ConfigError(
            f"{file} is not a private key in PEM form: restore it from your backup of the keys."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(f"{file} is not an Ed25519 key: restore it from your backup of the keys.")
    return key
