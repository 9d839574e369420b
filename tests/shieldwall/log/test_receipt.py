"""Checkpoints and receipts: the note format's published key and note, and refusal of whatever was altered."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from shieldwall.encoding import canonical
from shieldwall.errors import IntegrityError, SchemaError
from shieldwall.limits import RECEIPT_BYTES
from shieldwall.log import checkpoint, merkle, receipt

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUB = KEY.public_key()
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
ORIGIN = "cluster.example/cluster-7/log1"
DIGESTS = [canonical.digest(bytes([n])) for n in range(11)]


def issue(index: int, size: int = 11, kind: receipt.Kind = receipt.Kind.STATEMENT) -> receipt.Receipt:
    tree = merkle.Tree(receipt.leaf_hash(d, 1_700_000_000, kind) for d in DIGESTS)
    note = checkpoint.sign_checkpoint(checkpoint.Checkpoint(ORIGIN, size, tree.root(size)), KEY)
    proof = receipt.format_proof(index, tree.inclusion(index, size), note)
    return receipt.Receipt(index, 1_700_000_000, DIGESTS[index], kind, proof)


def test_the_note_format_of_others() -> None:
    """Key and note of the documentation of golang.org/x/mod/sumdb/note."""
    name, key = checkpoint.parse_vkey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = canonical.unb64(
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    assert line[:4] == checkpoint.key_hash(name, key)
    key.verify(line[4:], text.encode())
    assert checkpoint.vkey(name, key).startswith("PeterNeumann+c74f20a3+")


@given(st.integers(1, 2**53), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_comes_back(size: int, root: bytes) -> None:
    made = checkpoint.Checkpoint(ORIGIN, size, root)
    note = checkpoint.sign_checkpoint(made, KEY)
    assert checkpoint.open_checkpoint(note, origin=ORIGIN, log_key=PUB) == made
    witnessed = note + "— witness.example/w1 " + canonical.b64(bytes(72)) + "\n"
    assert checkpoint.open_checkpoint(witnessed, origin=ORIGIN, log_key=PUB) == made


def test_a_checkpoint_of_another_log_or_key() -> None:
    note = checkpoint.sign_checkpoint(checkpoint.Checkpoint(ORIGIN, 3, bytes(32)), KEY)
    with pytest.raises(IntegrityError):
        checkpoint.open_checkpoint(note, origin="cluster.example/cluster-8/log1", log_key=PUB)
    with pytest.raises(IntegrityError):
        checkpoint.open_checkpoint(note, origin=ORIGIN, log_key=OTHER.public_key())


def test_one_key_of_two_logs_does_not_mix_them() -> None:
    other = checkpoint.Checkpoint("cluster.example/cluster-8/log1", 3, bytes(32))
    line = canonical.b64(checkpoint.key_hash(ORIGIN, PUB) + KEY.sign(other.text().encode()))
    with pytest.raises(IntegrityError, match="another log"):
        checkpoint.open_checkpoint(f"{other.text()}\n— {ORIGIN} {line}\n", origin=ORIGIN, log_key=PUB)


def test_a_line_by_another_key_of_the_same_name_is_passed_over() -> None:
    made = checkpoint.Checkpoint(ORIGIN, 3, bytes(32))
    text, _, lines = checkpoint.sign_checkpoint(made, KEY).rpartition("\n\n")
    older = canonical.b64(checkpoint.key_hash(ORIGIN, OTHER.public_key()) + OTHER.sign(made.text().encode()))
    note = f"{text}\n\n— {ORIGIN} {older}\n{lines}"
    assert checkpoint.open_checkpoint(note, origin=ORIGIN, log_key=PUB) == made


@pytest.mark.parametrize("index", range(11))
def test_a_receipt_proves_digest_time_and_kind(index: int) -> None:
    made = receipt.parse_receipt(issue(index).encode())
    found = receipt.verify_receipt(made, digest=DIGESTS[index], origin=ORIGIN, log_key=PUB)
    assert (found.size, made.at().year) == (11, 2023)
    for altered in (
        replace(made, received=made.received + 1),
        replace(made, kind=receipt.Kind.GAP),
        replace(made, index=(made.index + 1) % 11),
        replace(made, proof=issue((index + 1) % 11).proof),
        replace(made, digest=DIGESTS[(index + 1) % 11]),
    ):
        with pytest.raises(IntegrityError):
            receipt.verify_receipt(altered, digest=DIGESTS[index], origin=ORIGIN, log_key=PUB)


def test_a_true_receipt_of_another_message_is_not_for_this_one() -> None:
    """An operator that kept another message of the same agent could answer with that one's receipt."""
    with pytest.raises(IntegrityError, match="another message"):
        receipt.verify_receipt(issue(4), digest=DIGESTS[5], origin=ORIGIN, log_key=PUB)


def test_a_receipt_is_short() -> None:
    value = canonical.decode(issue(2).encode())
    for size, believed in ((1_000, True), (2 * RECEIPT_BYTES, False)):
        long = canonical.encode({**value, "later": "x" * size})
        if believed:
            assert receipt.parse_receipt(long) == issue(2)
            continue
        with pytest.raises(IntegrityError, match="bytes"):
            receipt.parse_receipt(long)
    with pytest.raises(SchemaError, match="too many"):
        receipt.encode_consistency([bytes(32)] * 65)


@given(st.data())
def test_any_changed_character_of_the_proof_is_refused(data: st.DataObject) -> None:
    made = issue(4)
    place = data.draw(st.integers(0, len(made.proof) - 1))
    character = data.draw(st.characters(codec="utf-8").filter(lambda c: c != made.proof[place]))
    altered = replace(made, proof=made.proof[:place] + character + made.proof[place + 1 :])
    with pytest.raises(IntegrityError):
        receipt.verify_receipt(altered, digest=DIGESTS[4], origin=ORIGIN, log_key=PUB)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["index", "received", "digest", "kind", "proof", "x"]), inner)
        ),
        max_leaves=8,
    )
)
def test_hostile_json_is_refused(value: object) -> None:
    with pytest.raises(IntegrityError):
        receipt.parse_receipt(canonical.encode(value))


def test_a_newer_server_may_say_more() -> None:
    value = canonical.decode(issue(2).encode())
    assert receipt.parse_receipt(canonical.encode({**value, "later": [1]})) == issue(2)


def test_consistency_answer() -> None:
    hashes = [bytes([n]) * 32 for n in range(5)]
    assert receipt.parse_consistency(receipt.encode_consistency(hashes)) == hashes
    for bad in (b"{}", b'{"proof":["AA=="]}', canonical.encode({"proof": [canonical.b64(bytes(32))] * 65})):
        with pytest.raises(IntegrityError):
            receipt.parse_consistency(bad)
