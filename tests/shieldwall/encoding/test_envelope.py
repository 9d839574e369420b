"""The wrapping of everything signed: the DSSE vector, two independent openers, and tampering with every part."""

import json
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from shieldwall.encoding import canonical, envelope
from shieldwall.errors import IntegrityError
from shieldwall.limits import INFLATED_BYTES

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
PUB, OTHER_PUB = KEY.public_key(), OTHER.public_key()


def test_pae_of_the_dsse_specification() -> None:
    assert envelope.pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


@given(st.binary(min_size=1, max_size=500))
def test_what_was_signed_comes_back(payload: bytes) -> None:
    sealed = envelope.sign(payload, [KEY])
    assert envelope.open_envelope(sealed, [OTHER_PUB, PUB]) == envelope.Opened(
        envelope.PAYLOAD_TYPE, payload, (envelope.key_id(PUB),)
    )
    assert envelope.peek(sealed).payload == payload


@given(st.lists(st.tuples(st.binary(max_size=6).map(lambda b: b.hex()), st.binary(max_size=6)), min_size=2, max_size=2))
def test_pae_is_injective(pairs: list[tuple[str, bytes]]) -> None:
    one, two = pairs
    assert (envelope.pae(*one) == envelope.pae(*two)) == (one == two)


def test_securesystemslib_opens_ours() -> None:
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import SSlibKey

    sealed = envelope.sign(b'{"a":1}', [KEY])
    key = SSlibKey.from_crypto(PUB, keyid=envelope.key_id(PUB))
    verified = Envelope.from_dict(json.loads(sealed)).verify([key], 1)
    assert list(verified) == [envelope.key_id(PUB)]


def test_we_open_what_securesystemslib_signs() -> None:
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import CryptoSigner

    made = Envelope(b"payload", "application/vnd.in-toto+json", {})
    made.sign(CryptoSigner(KEY))
    assert envelope.open_envelope(json.dumps(made.to_dict()).encode(), [PUB]).payload == b"payload"


def test_openssl_verifies_ours(tmp_path: Path) -> None:
    sealed = json.loads(envelope.sign(b"payload", [KEY]))
    pem = PUB.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "pub.pem").write_bytes(pem)
    (tmp_path / "message").write_bytes(envelope.pae(sealed["payloadType"], b"payload"))
    (tmp_path / "sig").write_bytes(canonical.unb64(sealed["signatures"][0]["sig"]))
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "pub.pem", "-rawin"]
    done = subprocess.run(
        [*command, "-in", "message", "-sigfile", "sig"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_threshold_counts_different_keys() -> None:
    both = envelope.sign(b"new key", [KEY, OTHER])
    assert len(envelope.open_envelope(both, [PUB, OTHER_PUB], threshold=2).signers) == 2
    twice = envelope.sign(b"new key", [KEY, KEY])
    with pytest.raises(IntegrityError, match="signed by 1"):
        envelope.open_envelope(twice, [PUB, OTHER_PUB], threshold=2)
    with pytest.raises(IntegrityError, match="signed by 1"):
        envelope.open_envelope(envelope.sign(b"new key", [OTHER]), [PUB, OTHER_PUB], threshold=2)


def test_a_signature_nobody_can_check_is_refused() -> None:
    with pytest.raises(IntegrityError, match="does not hold"):
        envelope.open_envelope(envelope.sign(b"x", [KEY, OTHER]), [PUB])


@given(st.data())
def test_any_changed_byte_is_refused(data: st.DataObject) -> None:
    sealed = bytearray(envelope.sign(b'{"outcome":"fail"}', [KEY]))
    place = data.draw(st.integers(0, len(sealed) - 1))
    if b'"keyid":"' in sealed[:place] and place < sealed.index(b'","sig"'):
        return  # the key id is a hint, nothing hangs on it
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(IntegrityError):
        envelope.open_envelope(bytes(sealed), [PUB])


GOOD = json.loads(envelope.sign(b"x", [KEY]))


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"payload":"eA==","payload":"eQ==","payloadType":"a/b","signatures":[]}',
        json.dumps({**GOOD, "extra": 1}).encode(),
        json.dumps({**GOOD, "signatures": []}).encode(),
        json.dumps({**GOOD, "signatures": GOOD["signatures"] * 3}).encode(),
        json.dumps({**GOOD, "signatures": {"0": GOOD["signatures"][0]}}).encode(),
        json.dumps({**GOOD, "payload": GOOD["payload"].rstrip("=")}).encode(),
        json.dumps({**GOOD, "payload": GOOD["payload"] + "\n"}).encode(),
        json.dumps({**GOOD, "payload": "eB=="}).encode(),
        json.dumps({**GOOD, "payload": 7}).encode(),
        json.dumps({**GOOD, "payloadType": "text/plain"}).encode(),
        json.dumps({**GOOD, "payloadType": "é" * 200}).encode(),
        json.dumps({**GOOD, "signatures": [{"sig": GOOD["signatures"][0]["sig"], "keyid": "", "cert": ""}]}).encode(),
        json.dumps({**GOOD, "payload": "A" * (2 << 20)}).encode(),
        b'{"payload":1e999}',
        b'{"payload":NaN}',
    ],
    ids=range(20),
)
def test_hostile_wrappings_are_refused(hostile: bytes) -> None:
    with pytest.raises(IntegrityError):
        envelope.open_envelope(hostile, [PUB])


def test_an_envelope_is_short_before_it_is_parsed() -> None:
    sealed = envelope.sign(b"x", [KEY])
    assert envelope.open_envelope(sealed + b" ", [PUB]).payload == b"x"
    for opening in (lambda data: envelope.open_envelope(data, [PUB]), lambda data: envelope.opened_by_one(data, PUB)):
        with pytest.raises(IntegrityError, match="limit"):
            opening(sealed + b" " * INFLATED_BYTES)


@pytest.mark.parametrize(("keys", "threshold"), [([], 1), ([PUB], 2), ([PUB], 0)])
def test_a_threshold_no_key_can_meet_is_our_own_mistake(keys: list[Ed25519PublicKey], threshold: int) -> None:
    with pytest.raises(ValueError, match="threshold"):
        envelope.open_envelope(envelope.sign(b"x", [KEY]), keys, threshold=threshold)


def test_no_third_signature() -> None:
    with pytest.raises(ValueError, match="1 to 2"):
        envelope.sign(b"x", [KEY] * 3)
