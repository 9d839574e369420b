"""Joining: what is proven by whom, invitations as people mangle them, words for a key."""

import hashlib
import hmac
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from shieldwall.encoding import canonical
from shieldwall.encoding.envelope import raw_public
from shieldwall.errors import IntegrityError, UsageError
from shieldwall.log import checkpoint, merkle, receipt
from shieldwall.membership import enrolment
from shieldwall.membership.fingerprint import WORDS, six_words
from shieldwall.membership.invitation import Invitation, parse_invitation

AGENT = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LOG = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
LOG_PUB = raw_public(LOG.public_key())
AUD = "cluster.example/cluster-7/log1"
NAME = "agt_" + "7" * 26
INVITATION = Invitation("https://cluster.example", hashlib.sha256(LOG_PUB).digest(), b"i" * 10, b"s" * 32, b"r" * 32)
ASKED = enrolment.request(INVITATION, AGENT, b"n" * 32)


def answer(
    kind: receipt.Kind = receipt.Kind.KEY, epoch: int = 1, log: Ed25519PrivateKey = LOG
) -> enrolment.EnrolmentAnswer:
    event = enrolment.KeyEvent(AUD, NAME, epoch, enrolment.KeyChange.ADD, ASKED.pub)
    tree = merkle.Tree([receipt.leaf_hash(event.digest(), 5, kind)])
    note = checkpoint.sign_checkpoint(checkpoint.Checkpoint(AUD, 1, tree.root()), log)
    proof = receipt.Receipt(0, 5, event.digest(), kind, receipt.format_proof(0, [], note))
    server = raw_public(log.public_key())
    mac = enrolment.server_mac(INVITATION.secret, server, ASKED.pub, ASKED.nonce, NAME)
    return enrolment.EnrolmentAnswer(NAME, AUD, epoch, server, mac, proof)


def test_both_sides_prove_themselves() -> None:
    asked = enrolment.parse_request(ASKED.encode())
    assert enrolment.verify_request(asked, INVITATION.secret) == AGENT.public_key()
    got = enrolment.parse_answer(answer().encode())
    assert got == answer()
    assert enrolment.verify_answer(got, ASKED, INVITATION).size == 1
    assert got.head == hashlib.sha256(answer().receipt.encode()).hexdigest()


def test_the_mac_is_what_the_protocol_says() -> None:
    message = b"".join(len(f).to_bytes(4, "big") + f for f in (b"sw-enroll-v1 agent", ASKED.pub, ASKED.nonce))
    assert hmac.new(INVITATION.secret, message, "sha256").digest() == ASKED.mac


@given(st.lists(st.binary(max_size=5), max_size=4), st.lists(st.binary(max_size=5), max_size=4))
def test_fields_are_injective(one: list[bytes], two: list[bytes]) -> None:
    assert (enrolment.fields(*one) == enrolment.fields(*two)) == (one == two)


@pytest.mark.parametrize("name", ["id", "pub", "nonce", "mac", "pop"])
def test_an_altered_request_is_refused(name: str) -> None:
    value = bytearray(getattr(ASKED, name))
    value[0] ^= 1
    with pytest.raises(IntegrityError):
        enrolment.verify_request(replace(ASKED, **{name: bytes(value)}), INVITATION.secret)


def test_another_secret_is_refused() -> None:
    with pytest.raises(IntegrityError, match="secret"):
        enrolment.verify_request(ASKED, b"x" * 32)


def test_somebody_in_between_is_noticed() -> None:
    good = answer()
    other = raw_public(Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key())
    for altered in (
        replace(good, server=other),
        replace(good, mac=bytes(32)),
        replace(good, agent="agt_" + "8" * 26),
        replace(good, aud="cluster.example/cluster-8/log1"),
        replace(good, epoch=2),
        replace(good, receipt=replace(good.receipt, received=6)),
        answer(receipt.Kind.STATEMENT),
    ):
        with pytest.raises(IntegrityError):
            enrolment.verify_answer(altered, ASKED, INVITATION)


def test_a_server_that_knows_the_secret_but_has_another_key_is_refused() -> None:
    elsewhere = answer(log=Ed25519PrivateKey.from_private_bytes(bytes(32)))
    with pytest.raises(IntegrityError, match="not the one this invitation names"):
        enrolment.verify_answer(elsewhere, ASKED, INVITATION)


@given(st.binary(min_size=32, max_size=32), st.booleans())
def test_an_invitation_comes_back_from_a_mail(secret: bytes, pinned: bool) -> None:
    made = replace(INVITATION, secret=secret, root=INVITATION.root if pinned else None)
    text = made.encode()
    assert parse_invitation(f"  {text[:76]}\r\n{text[76:]}\n") == made


@pytest.mark.parametrize(
    ("mangled", "says"),
    [
        ("", "empty"),
        ("Dear colleague, here is your invitation", "damaged|not an invitation"),
        ("<" + INVITATION.encode() + ">", "not an invitation"),
        (INVITATION.encode()[:-7], "damaged|cut off"),
        (INVITATION.encode() * 20, "not an invitation"),
        ("eyJ2IjoyfQ", "newer version"),
        ("e30", "not an invitation"),
    ],
)
def test_a_mangled_invitation_says_what_to_do(mangled: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse_invitation(mangled)


@pytest.mark.parametrize(
    "url", ["http://cluster.example", "file:///etc/passwd", "https://a@b.example", "https://x/../..\n", "http://127.0.0.1.evil.example"]
)  # fmt: skip
def test_an_invitation_to_nowhere_safe_is_refused(url: str) -> None:
    import base64

    value = canonical.decode(base64.urlsafe_b64decode(INVITATION.encode() + "=="))
    packed = base64.urlsafe_b64encode(canonical.encode({**value, "url": url})).rstrip(b"=").decode()
    with pytest.raises(UsageError, match="address"):
        parse_invitation(packed)


def test_words_for_a_key() -> None:
    assert len(set(WORDS)) == 256
    assert six_words(AGENT.public_key()) != six_words(LOG.public_key())
    assert len(six_words(LOG.public_key()).split()) == 6
