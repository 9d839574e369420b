"""The stored log is the tree of RFC 6962, however its leaves arrived."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from aggregating import empty_url
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from aggregator.database import log
from aggregator.database.engine import connect, reading, writing
from aggregator.database.log import Leaf, Nodes
from aggregator.database.notary import Notary
from aggregator.database.schema import metadata
from shieldwall.encoding import canonical
from shieldwall.errors import IntegrityError
from shieldwall.log import merkle
from shieldwall.log.receipt import Kind, leaf_hash, verify_receipt


def leaves(count: int, start: int = 0) -> list[Leaf]:
    return [Leaf(canonical.digest(b"%d" % n), 1_790_000_000 + n, Kind.STATEMENT) for n in range(start, start + count)]


@pytest.fixture(scope="module")
def engine(either_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = connect(empty_url(tmp_path_factory.mktemp("log")))
    with writing(made) as connection:
        metadata.create_all(connection)
    yield made
    made.dispose()


@settings(max_examples=25, deadline=None)
@given(batches=st.lists(st.integers(0, 40), min_size=1, max_size=6), data=st.data())
def test_any_batches_give_the_same_tree_and_proofs(engine: Engine, batches: list[int], data: st.DataObject) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    notary = Notary("cluster.example/c/log1", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    # A log of its own in the same tables.
    c = secrets.token_hex(8)
    with writing(engine) as connection:
        log.create(connection, c)
    size = 0
    for batch in batches:
        with writing(engine) as connection:
            placed = log.append(connection, c, leaves(batch, size), Nodes(connection, c))
        assert [item.index for item in placed] == list(range(size, size + batch))
        size += batch
    tree = merkle.Tree(leaf_hash(leaf.digest, leaf.received, leaf.kind) for leaf in leaves(size))
    with reading(engine) as connection:
        nodes = Nodes(connection, c)
        assert log.size(connection, c) == size
        assert merkle.root(size, nodes) == tree.root()
        old = data.draw(st.integers(0, size))
        assert merkle.consistency_proof(old, size, nodes) == tree.consistency(old)
        if size:
            index = data.draw(st.integers(0, size - 1))
            placed_at = log.at(connection, c, index)
            assert log.find(connection, c, placed_at.leaf.digest) == placed_at
            receipt = notary.receipt(placed_at, size, nodes, notary.checkpoint(size, nodes))
            seen = verify_receipt(
                receipt, digest=placed_at.leaf.digest, origin=notary.origin, log_key=notary.key.public_key()
            )
            assert (seen.size, seen.root) == (size, tree.root())
            first = notary.first_receipt(placed_at, nodes)
            assert first == notary.first_receipt(placed_at, Nodes(connection, c))


def test_a_rolled_back_append_leaves_no_leaf(engine: Engine) -> None:
    with writing(engine) as connection:
        log.create(connection, "c")
    with pytest.raises(ZeroDivisionError), writing(engine) as connection:
        log.append(connection, "c", leaves(3), Nodes(connection, "c"))
        raise ZeroDivisionError
    with reading(engine) as connection:
        assert log.size(connection, "c") == 0
        assert log.find(connection, "c", leaves(1)[0].digest) is None
        with pytest.raises(IntegrityError, match="no leaf 0"):
            log.at(connection, "c", 0)
        with pytest.raises(IntegrityError, match="lacks node"):
            Nodes(connection, "c")(0, 0)
        with pytest.raises(IntegrityError, match="init"):
            log.size(connection, "another")
