"""The log's tree against RFC 6962's own definition, written a second time below, and against published roots."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shieldwall import merkle
from shieldwall.errors import IntegrityError

# The eight leaves and nine roots of Certificate Transparency's reference tests.
LEAVES = [bytes.fromhex(h) for h in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
)]  # fmt: skip
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def mth(data: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not data:
        return hashlib.sha256(b"").digest()
    if len(data) == 1:
        return hashlib.sha256(b"\0" + data[0]).digest()
    k = 1
    while k * 2 < len(data):
        k *= 2
    return hashlib.sha256(b"\1" + mth(data[:k]) + mth(data[k:])).digest()


def path(m: int, data: list[bytes]) -> list[bytes]:
    if len(data) == 1:
        return []
    k = 1
    while k * 2 < len(data):
        k *= 2
    return [*path(m, data[:k]), mth(data[k:])] if m < k else [*path(m - k, data[k:]), mth(data[:k])]


def subproof(m: int, data: list[bytes], whole: bool) -> list[bytes]:
    if m == len(data):
        return [] if whole else [mth(data)]
    k = 1
    while k * 2 < len(data):
        k *= 2
    if m <= k:
        return [*subproof(m, data[:k], whole), mth(data[k:])]
    return [*subproof(m - k, data[k:], False), mth(data[:k])]


def grown(data: list[bytes]) -> merkle.Tree:
    return merkle.Tree(merkle.leaf_hash(item) for item in data)


def test_published_roots() -> None:
    tree = grown(LEAVES)
    assert tuple(tree.root(size).hex() for size in range(9)) == ROOTS


@pytest.mark.parametrize("size", range(1, 40))
def test_every_proof_of_small_trees(size: int) -> None:
    data = [bytes([n]) * n for n in range(size)]
    tree = grown(data)
    assert tree.root() == mth(data)
    for index in range(size):
        proof = tree.inclusion(index)
        assert proof == path(index, data)
        merkle.verify_inclusion(merkle.leaf_hash(data[index]), index, size, proof, tree.root())
    for old in range(size + 1):
        proof = tree.consistency(old)
        assert proof == ([] if old in (0, size) else subproof(old, data, True))
        merkle.verify_consistency(old, tree.root(old), size, tree.root(), proof)


@given(st.integers(1, 300), st.data())
def test_a_proof_proves_one_thing_only(size: int, data: st.DataObject) -> None:
    tree = grown([n.to_bytes(2, "big") for n in range(size)])
    index = data.draw(st.integers(0, size - 1))
    leaf, proof = merkle.leaf_hash(index.to_bytes(2, "big")), tree.inclusion(index)
    merkle.verify_inclusion(leaf, index, size, proof, tree.root())
    other_index = data.draw(st.integers(0, size + 3).filter(lambda n: n != index))
    other_leaf = data.draw(st.binary(min_size=32, max_size=32))
    wrong = [
        (other_leaf, index, size, proof),
        (leaf, other_index, size, proof),
        (leaf, index, size, [*proof, other_leaf]),
        (leaf, index, size, [other_leaf, *proof[1:]] if proof else [other_leaf]),
    ]
    if proof:
        wrong.append((leaf, index, size, proof[:-1]))
    for arguments in wrong:
        with pytest.raises(IntegrityError):
            merkle.verify_inclusion(*arguments, tree.root())


@given(st.integers(2, 200), st.data())
def test_a_changed_past_is_not_consistent(size: int, data: st.DataObject) -> None:
    leaves = [n.to_bytes(2, "big") for n in range(size)]
    old = data.draw(st.integers(1, size - 1))
    before = grown(leaves[:old]).root()
    place = data.draw(st.integers(0, old - 1))
    forged = grown([b"forged" if n == place else leaf for n, leaf in enumerate(leaves)])
    with pytest.raises(IntegrityError):
        merkle.verify_consistency(old, before, size, forged.root(), forged.consistency(old))
    honest = grown(leaves)
    proof = honest.consistency(old)
    for broken in ([], proof[:-1], [*proof, before], [bytes(32), *proof[1:]]):
        with pytest.raises(IntegrityError):
            merkle.verify_consistency(old, before, size, honest.root(), broken)
    with pytest.raises(IntegrityError, match="went back"):
        merkle.verify_consistency(size, honest.root(), old, before, [])


def test_same_size_other_root_is_a_split_view() -> None:
    with pytest.raises(IntegrityError, match="two roots"):
        merkle.verify_consistency(3, bytes(32), 3, bytes([1]) * 32, [])


def test_proofs_out_of_range() -> None:
    tree = grown(LEAVES)
    for ask in (lambda: tree.inclusion(8), lambda: tree.inclusion(0, 9), lambda: tree.consistency(5, 4)):
        with pytest.raises(IntegrityError):
            ask()
    with pytest.raises(IntegrityError, match="at most 64"):
        merkle.verify_inclusion(bytes(32), 0, 2, [bytes(32)] * 65, bytes(32))


def test_proofs_from_a_store_of_perfect_subtrees_only() -> None:
    """A server may keep the nodes anywhere: nothing else is asked for, and never an incomplete one."""
    data = [bytes([n]) for n in range(23)]
    kept = {
        (level, index): mth(data[index << level : (index + 1) << level])
        for level in range(5)
        for index in range(23 >> level)
    }
    look = lambda level, index: kept[level, index]  # noqa: E731
    assert merkle.root(23, look) == mth(data)
    assert all(merkle.inclusion_proof(n, 23, look) == path(n, data) for n in range(23))
    assert all(merkle.consistency_proof(n, 23, look) == subproof(n, data, True) for n in range(1, 23))
