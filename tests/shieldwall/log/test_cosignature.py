"""A witness's line: what it signs, what it does not let pass, and OpenSSL's word on it."""

import base64
import hashlib
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shieldwall.errors import IntegrityError
from shieldwall.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint, vkey
from shieldwall.log.cosignature import Witness, cosign, cosigned, parse_witness

LOG = Ed25519PrivateKey.from_private_bytes(b"l" * 32)
KEY = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
SHOWN = Checkpoint("cluster.example/c1/log1", 7, b"r" * 32)
NAME = "other.example/c2/witness"
NOW = 1_800_000_000


def note(*lines: str) -> str:
    return sign_checkpoint(SHOWN, LOG) + "".join(lines)


def test_a_cosignature_names_witness_and_time_and_the_log_reads_on() -> None:
    text = note(cosign(SHOWN, NAME, KEY, NOW), cosign(SHOWN, "third.example/witness", OTHER, NOW))
    assert open_checkpoint(text, origin=SHOWN.origin, log_key=LOG.public_key()) == SHOWN
    (found,) = cosigned(text, SHOWN, [Witness(NAME, KEY.public_key())])
    assert (found.witness.name, found.time) == (NAME, NOW)
    assert cosigned(note(), SHOWN, [Witness(NAME, KEY.public_key())]) == []
    assert cosigned(text, SHOWN, [Witness(NAME, OTHER.public_key())]) == [], "another key under the same name"


def test_openssl_verifies_a_cosignature_made_of_the_published_form(tmp_path: Path) -> None:
    """The bytes are put together here once more, from the words of the specification."""
    body = base64.b64decode(cosign(SHOWN, NAME, KEY, NOW).split(" ")[2])
    raw = KEY.public_key().public_bytes_raw()
    assert body[:4] == hashlib.sha256(NAME.encode() + b"\n\x04" + raw).digest()[:4]
    assert body[4:12] == NOW.to_bytes(8, "big") and len(body) == 76
    root = base64.b64encode(b"r" * 32).decode()
    (tmp_path / "message").write_text(f"cosignature/v1\ntime {NOW}\ncluster.example/c1/log1\n7\n{root}\n")
    (tmp_path / "signature").write_bytes(body[12:])
    (tmp_path / "key").write_bytes(KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key", "-rawin", "-in", "message"]
    subprocess.run([*command, "-sigfile", "signature"], cwd=tmp_path, check=True, capture_output=True)


@pytest.mark.parametrize("place", [4, 11, 12, 75])
def test_a_changed_cosignature_is_refused(place: int) -> None:
    body = bytearray(base64.b64decode(cosign(SHOWN, NAME, KEY, NOW).split(" ")[2]))
    body[place] ^= 1
    line = f"\u2014 {NAME} {base64.b64encode(body).decode()}\n"
    with pytest.raises(IntegrityError, match="does not hold"):
        cosigned(note(line), SHOWN, [Witness(NAME, KEY.public_key())])


def test_a_cosignature_of_another_size_or_a_short_one_is_refused() -> None:
    mine = [Witness(NAME, KEY.public_key())]
    for line in (
        cosign(Checkpoint(SHOWN.origin, 8, SHOWN.root), NAME, KEY, NOW),
        f"\u2014 {NAME} {base64.b64encode(base64.b64decode(cosign(SHOWN, NAME, KEY, NOW).split(' ')[2])[:-1]).decode()}\n",
    ):
        with pytest.raises(IntegrityError):
            cosigned(note(line), SHOWN, mine)


def test_keys_of_witnesses_and_of_logs_are_not_mistaken_for_each_other() -> None:
    mine = Witness(NAME, KEY.public_key())
    assert parse_witness(mine.vkey()) == mine
    for text in (vkey(NAME, KEY.public_key()), mine.vkey().replace("other", "0ther"), "", NAME, f"{NAME}+00+AA=="):
        with pytest.raises(IntegrityError):
            parse_witness(text)


def test_a_witness_has_one_kind_of_key_and_a_name_of_one_line() -> None:
    mine, raw = Witness(NAME, KEY.public_key()), KEY.public_key().public_bytes_raw()
    for body in (b"\x01" + raw, b"\x04" + raw + b"\0", b"\x04" + raw[:-1]):
        number = hashlib.sha256(NAME.encode() + b"\n" + body).digest()[:4].hex()
        with pytest.raises(IntegrityError, match="not the key"):
            parse_witness(f"{NAME}+{number}+{base64.b64encode(body).decode()}")
    for name in ("", "two words", "two\nlines", "a+b"):
        with pytest.raises(ValueError, match="cannot be called"):
            cosign(SHOWN, name, KEY, NOW)
    assert parse_witness(mine.vkey()) == mine
