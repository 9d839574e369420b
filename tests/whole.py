"""Whether a cluster's database is whole: what was receipted is there once, and the log is what its root says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aggregator.config import Config
from aggregator.database import log, notary
from aggregator.database.engine import connect, reading
from aggregator.database.schema import agent as agents
from aggregator.database.schema import log_leaf
from aggregator.database.schema import statement as statements
from shieldwall.log import merkle
from shieldwall.log.merkle import Tree
from shieldwall.log.receipt import Kind, Receipt, leaf_hash, verify_receipt


def assert_whole(config: Config, receipted: Mapping[str, Sequence[tuple[str, Receipt]]]) -> int:
    """Answers the leaves.

    receipted   by agent: digest and receipt of every message the agent was told is kept, in its order
    """
    log_key = notary.load(config).key.public_key()
    engine = connect(config.database_url)
    with reading(engine) as connection:
        leaves = connection.execute(log_leaf.select().order_by(log_leaf.c.log_index)).all()
        heads = {row.agent: row for row in connection.execute(agents.select())}
        rows = connection.execute(statements.select()).all()
        size = log.size(connection, config.cluster)
        root = merkle.root(size, log.Nodes(connection, config.cluster))
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    engine.dispose()
    assert [leaf.log_index for leaf in leaves] == list(range(size)), "the log has gaps"
    tree = Tree(leaf_hash(leaf.digest, leaf.received_at, Kind(leaf.kind)) for leaf in leaves)
    assert tree.root() == root
    assert len({leaf.digest for leaf in leaves}) == len(leaves), "something stands in the log twice"
    stored = [row.digest for row in rows]
    assert len(set(stored)) == len(stored)
    assert set(stored) <= {leaf.digest for leaf in leaves}
    for agent, mine in receipted.items():
        for digest, receipt in mine:
            assert leaves[receipt.index].digest == digest
            seen = verify_receipt(receipt, digest=digest, origin=config.origin, log_key=log_key)
            assert tree.root(seen.size) == seen.root, "a receipted checkpoint is a beginning of today's log"
        assert len({receipt.index for _, receipt in mine}) == len(mine)
        if mine:
            assert (heads[agent].last_seq, heads[agent].last_digest) == (len(mine), mine[-1][0])
    return size
