"""Notes of a log whose form is not the published one, though the log's own key signed them: none is believed."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shieldwall.encoding import canonical
from shieldwall.errors import IntegrityError
from shieldwall.limits import RECEIPT_BYTES, TREE_LEAVES
from shieldwall.log.checkpoint import Checkpoint, key_hash, open_checkpoint, parse_vkey, sign_checkpoint, vkey

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUB = KEY.public_key()
ORIGIN = "cluster.example/cluster-7/log1"
ROOT = canonical.b64(bytes(32))
GOOD = f"{ORIGIN}\n3\n{ROOT}\n"


def note(text: str) -> str:
    """Signed as it stands, whatever it says."""
    return f"{text}\n— {ORIGIN} {canonical.b64(key_hash(ORIGIN, PUB) + KEY.sign(text.encode()))}\n"


def read(text: str) -> Checkpoint:
    return open_checkpoint(text, origin=ORIGIN, log_key=PUB)


def test_the_published_form_is_read() -> None:
    assert read(note(GOOD)) == Checkpoint(ORIGIN, 3, bytes(32))
    assert read(note(f"{ORIGIN}\n{TREE_LEAVES}\n{ROOT}\n")).size == TREE_LEAVES


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n3\n{ROOT}\nan extension\n", f"{ORIGIN}\n3\n", f"{ORIGIN}\n", f"{ORIGIN}\n03\n{ROOT}\n",
        f"{ORIGIN}\n+3\n{ROOT}\n", f"{ORIGIN}\n-3\n{ROOT}\n", f"{ORIGIN}\n3.0\n{ROOT}\n", f"{ORIGIN}\n٣\n{ROOT}\n",
        f"{ORIGIN}\n \n{ROOT}\n", f"{ORIGIN}\n{TREE_LEAVES + 1}\n{ROOT}\n", f"{ORIGIN}\n3\n{canonical.b64(bytes(31))}\n",
        f"{ORIGIN}\n3\n{canonical.b64(bytes(33))}\n", f"{ORIGIN}\n3\n\n", f"{ORIGIN} \n3\n{ROOT}\n",
    ],
)  # fmt: skip
def test_another_form_is_refused_though_signed(text: str) -> None:
    with pytest.raises(IntegrityError):
        read(note(text))


@pytest.mark.parametrize(
    "spoilt",
    [
        "", GOOD, note(GOOD)[:-1], note(GOOD) + "no dash\n", note(GOOD) + "\n", note(GOOD) + "— x AA==\n" * 100,
        note(GOOD) + "— x " + "A" * RECEIPT_BYTES + "\n", note(GOOD).replace("\n\n", "\n"),
    ],
)  # fmt: skip
def test_lines_of_signatures_have_one_form_and_are_few(spoilt: str) -> None:
    with pytest.raises(IntegrityError):
        read(spoilt)


def test_a_note_key_names_its_own_hash_and_kind() -> None:
    good = vkey(ORIGIN, PUB)
    assert parse_vkey(good) == (ORIGIN, PUB)
    number, raw = good.split("+")[1], PUB.public_bytes_raw()
    wrong_bodies = [b"\x04" + raw, b"\x01" + raw[:-1], b"\x01" + raw + b"\0", b""]
    wrong_keys = [f"{ORIGIN}+{number}+{canonical.b64(body)}" for body in wrong_bodies]
    for wrong in (*wrong_keys, good.replace(number, "00000000"), f"other{good}", good[len(ORIGIN) :], ORIGIN, ""):
        with pytest.raises(IntegrityError):
            parse_vkey(wrong)


@pytest.mark.parametrize(("origin", "root"), [("two\nlines", bytes(32)), ("", bytes(32)), (ORIGIN, bytes(31))])
def test_a_checkpoint_that_nobody_could_read_is_not_signed(origin: str, root: bytes) -> None:
    with pytest.raises(ValueError, match="cannot carry"):
        sign_checkpoint(Checkpoint(origin, 3, root), KEY)
