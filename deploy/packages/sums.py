"""Checksums of everything in dist/, signed with an Ed25519 key that only the release manager has.

    sums.py key FILE       make a key; its public half is printed and belongs on the project's page
    sums.py sign FILE      write dist/SHA256SUMS and dist/SHA256SUMS.sig
    sums.py verify PUBLIC  check both; PUBLIC is the printed word
Anybody can also verify with OpenSSL: see docs/operator.md.
"""

from __future__ import annotations

import base64
import hashlib
import os
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

DIST = Path(__file__).resolve().parents[2] / "dist"
NAMES = ("SHA256SUMS", "SHA256SUMS.sig")


def main(arguments: list[str], dist: Path = DIST) -> int:
    match arguments:
        case ["key", file]:
            key = Ed25519PrivateKey.generate()
            pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(pem)
            print(base64.b64encode(key.public_key().public_bytes_raw()).decode())
        case ["sign", file]:
            found = load_pem_private_key(Path(file).read_bytes(), None)
            if not isinstance(found, Ed25519PrivateKey):
                sys.exit(f"{file} is not an Ed25519 key; make one with `sums.py key FILE`")
            text = listing(dist)
            (dist / NAMES[0]).write_bytes(text)
            (dist / NAMES[1]).write_bytes(found.sign(text))
            print(text.decode(), end="")
        case ["verify", public]:
            verify(dist, base64.b64decode(public))
            print("signature and checksums hold")
        case _:
            sys.exit(__doc__)
    return 0


def listing(dist: Path) -> bytes:
    """As sha256sum(1) writes it."""
    files = sorted(path for path in dist.iterdir() if path.is_file() and path.name not in NAMES)
    return b"".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n".encode() for p in files)


def verify(dist: Path, public: bytes) -> None:
    text = (dist / NAMES[0]).read_bytes()
    try:
        Ed25519PublicKey.from_public_bytes(public).verify((dist / NAMES[1]).read_bytes(), text)
    except InvalidSignature:
        sys.exit("SHA256SUMS was not signed with this key: do not use these files")
    for line in text.decode().splitlines():
        digest, _, name = line.partition("  ")
        if hashlib.sha256((dist / name).read_bytes()).hexdigest() != digest:
            sys.exit(f"{name} is not what was signed: do not use it")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
