"""The log's tree against RFC 6962's own definition, written a second time below, published roots and code of others."""

import hashlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from shieldwall.errors import IntegrityError
from shieldwall.log import merkle

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


def test_the_examples_of_the_standard() -> None:
    """Seven leaves, nodes named as in RFC 6962 section 2.1.3."""
    data = [bytes([n]) for n in range(7)]
    tree = grown(data)
    a, b, c, d, e, f, j = (merkle.leaf_hash(item) for item in data)
    g, h, i = merkle.node_hash(a, b), merkle.node_hash(c, d), merkle.node_hash(e, f)
    k, l = merkle.node_hash(g, h), merkle.node_hash(i, j)  # noqa: E741
    assert tree.root() == merkle.node_hash(k, l)
    assert [tree.inclusion(n) for n in (0, 3, 4, 6)] == [[b, h, l], [c, g, l], [f, j, k], [i, k]]
    assert [tree.consistency(n) for n in (3, 4, 6)] == [[c, d, g, l], [l], [i, j, k]]


def test_a_tree_of_others_has_the_same_roots_and_proofs() -> None:
    data = [bytes([n]) * n for n in range(50)]
    ours, theirs = grown(data), InmemoryTree(algorithm="sha256")
    for item in data:
        theirs.append_entry(item)
    for size in range(1, 51):
        assert ours.root(size) == theirs.get_root(size)
        for index in range(size):
            assert ours.inclusion(index, size) == theirs.prove_inclusion(index + 1, size).path[1:]


Hashes = list[bytes]


def damaged(proof: Hashes, *roots: bytes) -> Iterator[Hashes]:
    """A proof cut, lengthened with junk or with what it proves, with a hash more, a hash less and each hash spoilt."""
    yield from ([*proof, junk] for junk in (b"", bytes(32), *roots))
    yield from ([junk, *proof] for junk in (b"", bytes(32), *proof[:1], *roots))
    for place, item in enumerate(proof):
        yield proof[:place] + proof[place + 1 :]
        yield [*proof[:place], bytes(32), *proof[place:]]
        yield from (
            [*proof[:place], spoilt, *proof[place + 1 :]] for spoilt in (item[:-1], bytes([item[0] ^ 8]) + item[1:])
        )
    if proof:
        yield []


def hostile_inclusions(tree: merkle.Tree, index: int, size: int) -> Iterator[tuple[bytes, int, int, Hashes, bytes]]:
    leaf, root, proof = tree.node(0, index), tree.root(size), tree.inclusion(index, size)
    yield from ((leaf, index, size, wrong, root) for wrong in damaged(proof, root, leaf))
    yield from ((leaf, place, size, proof, root) for place in (index - 1, index + 1, index ^ 2))
    yield from ((leaf, index, other, proof, root) for other in (size * 2, size // 2, 0, -size))
    yield from ((leaf, index, size, proof, wrong) for wrong in (b"", bytes(32), merkle.node_hash(root, root)))
    yield merkle.leaf_hash(b"another"), index, size, proof, root


def hostile_consistencies(tree: merkle.Tree, old: int, new: int) -> Iterator[tuple[int, bytes, int, bytes, Hashes]]:
    before, after, proof = tree.root(old), tree.root(new), tree.consistency(old, new)
    yield from ((old, before, new, after, wrong) for wrong in damaged(proof, before, after))
    yield from ((other, before, new, after, proof) for other in (old - 1, old + 1, old ^ 2, -old))
    yield from ((old, before, other, after, proof) for other in (new * 2, new // 2, 0))
    yield from ((old, wrong, new, after, proof) for wrong in (b"", bytes(32)))
    yield from ((old, before, new, wrong, proof) for wrong in (b"", bytes(32)))
    yield old, after, new, before, proof


def test_every_kind_of_damage_that_published_proofs_try() -> None:
    """The kinds of transparency-dev's test data, made here for every proof of trees of up to 17 leaves."""
    tree = grown([bytes([n]) for n in range(17)])
    inclusions = [wrong for size in range(1, 18) for n in range(size) for wrong in hostile_inclusions(tree, n, size)]
    consistencies = [
        wrong for new in range(2, 18) for n in range(1, new) for wrong in hostile_consistencies(tree, n, new)
    ]
    assert len(inclusions) > 3_000 and len(consistencies) > 3_000
    for wrong in inclusions:
        with pytest.raises(IntegrityError):
            merkle.verify_inclusion(*wrong)
    for told in consistencies:
        with pytest.raises(IntegrityError):
            merkle.verify_consistency(*told)


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
