"""A rotation: both keys or nothing, in one form."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shieldwall.encoding import canonical, envelope
from shieldwall.encoding.envelope import raw_public
from shieldwall.errors import IntegrityError, SchemaError
from shieldwall.messages.rotation import (
    ROTATION_TYPE,
    Rotation,
    open_rotation,
    parse_rotation,
    repeated_rotation,
    sign_rotation,
)

OLD, NEW, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
ROTATION = Rotation("cluster.example/c1/log1", "agt_" + "0" * 26, 2, raw_public(NEW.public_key()), 7, "ab" * 32)


def test_both_keys_open_it() -> None:
    sealed = sign_rotation(ROTATION, OLD, NEW)
    assert open_rotation(sealed, OLD.public_key()) == (ROTATION, ROTATION.encode())
    assert parse_rotation(ROTATION.encode()) == ROTATION


@pytest.mark.parametrize("keys", [[OLD], [NEW], [OLD, OLD], [OLD, STRANGER], [STRANGER, NEW], [STRANGER]])
def test_one_signature_less_or_another_is_refused(keys: list[Ed25519PrivateKey]) -> None:
    sealed = envelope.sign(ROTATION.encode(), keys, ROTATION_TYPE)
    with pytest.raises(IntegrityError):
        open_rotation(sealed, OLD.public_key())


def test_a_key_cannot_follow_itself() -> None:
    own = replace(ROTATION, pub=raw_public(OLD.public_key()))
    with pytest.raises(IntegrityError):
        open_rotation(envelope.sign(own.encode(), [OLD, OLD], ROTATION_TYPE), OLD.public_key())


def test_another_type_over_the_same_bytes_is_no_rotation() -> None:
    with pytest.raises(SchemaError):
        open_rotation(envelope.sign(ROTATION.encode(), [OLD, NEW]), OLD.public_key())


@pytest.mark.parametrize(
    "change",
    [
        {"epoch": 1},
        {"epoch": True},
        {"pub": "AA=="},
        {"last_seq": -1},
        {"agent": "x"},
        {"extra": 1},
        {"last_digest": ""},
    ],
)
def test_the_form_is_closed(change: dict[str, object]) -> None:
    payload = canonical.encode({**canonical.decode(ROTATION.encode()), **change})
    with pytest.raises(IntegrityError):
        open_rotation(envelope.sign(payload, [OLD, NEW], ROTATION_TYPE), OLD.public_key())


def test_a_repetition_is_known_by_the_new_key_alone() -> None:
    sealed = sign_rotation(ROTATION, OLD, NEW)
    assert repeated_rotation(sealed, NEW.public_key())[0] == ROTATION
    for key in (OLD, STRANGER):
        with pytest.raises(IntegrityError):
            repeated_rotation(sealed, key.public_key())
    with pytest.raises(SchemaError):
        repeated_rotation(envelope.sign(ROTATION.encode(), [OLD, NEW]), NEW.public_key())
