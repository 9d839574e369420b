"""Whether a database holds what its log says: everything is computed anew, nothing is believed.

Equal nodes make equal proofs, so the receipts of all leaves follow from the nodes; some are made and checked as an
agent checks them all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Engine, select

from aggregator.config import Config
from aggregator.database import agents, log
from aggregator.database.engine import reading
from aggregator.database.log import Nodes
from aggregator.database.notary import Notary
from aggregator.database.schema import host_period, key_event, log_leaf, log_node, statement
from aggregator.ledger import periods, rows
from aggregator.ledger.packing import unsqueeze
from aggregator.ledger.periods import PeriodState
from aggregator.ledger.rows import StatementRow
from aggregator.ledger.seal import KeyRing
from shieldwall.encoding import canonical
from shieldwall.encoding.envelope import open_envelope, peek, public_key
from shieldwall.errors import IntegrityError
from shieldwall.log import merkle
from shieldwall.log.receipt import Kind, leaf_hash, verify_receipt
from shieldwall.membership.enrolment import KeyChange

RECEIPTS: Final = 200
"""Made and checked, evenly spread over the log: half a second."""
STREAMED: Final = {"stream_results": True}
MEND: Final = "Restore the newest backup that verifies."


@dataclass(frozen=True, slots=True)
class Verified:
    leaves: int
    root: bytes
    receipts: int
    """Made anew and checked as an agent does."""
    statements: int
    """Rows of open periods whose content is that of their leaf."""
    unreadable: tuple[str, ...]
    """Open periods without a data key here, as in a copy on another machine: their rows could not be opened."""


def verify(engine: Engine, config: Config, notary: Notary, ring: KeyRing) -> Verified:
    """Raises IntegrityError naming the first thing that does not hold."""
    with reading(engine) as connection:
        return verify_within(connection, config, notary, ring)


def verify_within(connection: Connection, config: Config, notary: Notary, ring: KeyRing) -> Verified:
    """As verify, of what a transaction sees."""
    tree = _tree(connection, config.cluster)
    receipts = _receipts(connection, config.cluster, notary, tree)
    _key_events(connection, config.cluster)
    statements, unreadable = _rows(connection, config.cluster, ring)
    return Verified(tree.size, tree.root(), receipts, statements, unreadable)


def _tree(connection: Connection, cluster: str) -> merkle.Tree:
    """The tree over the stored leaves; every stored node must be one of it."""
    tree, size = merkle.Tree(), log.size(connection, cluster)
    leaves = select(log_leaf).where(log_leaf.c.cluster == cluster).order_by(log_leaf.c.log_index)
    with connection.execute(leaves, execution_options=STREAMED) as found:
        for row in found:
            if row.log_index != tree.size:
                raise _wrong(f"leaf {tree.size} is missing from the log")
            tree.append(leaf_hash(row.digest, row.received_at, Kind(row.kind)))
    if tree.size != size:
        raise _wrong(f"the log says it has {size} leaves, {tree.size} are stored")
    wanted = sum(size >> level for level in range(size.bit_length()))
    stored = 0
    nodes = select(log_node).where(log_node.c.cluster == cluster).order_by(log_node.c.level, log_node.c.position)
    with connection.execute(nodes, execution_options=STREAMED) as found:
        for row in found:
            stored += 1
            if row.position >= size >> row.level or tree.node(row.level, row.position) != row.hash:
                raise _wrong(f"node {row.level}/{row.position} of the log is not the hash of its leaves")
    if stored != wanted:
        raise _wrong(f"the log of {size} leaves has {stored} nodes and not {wanted}")
    return tree


def _receipts(connection: Connection, cluster: str, notary: Notary, tree: merkle.Tree) -> int:
    if not tree.size:
        return 0
    nodes = Nodes(connection, cluster)
    note = notary.checkpoint(tree.size, nodes)
    some = sorted({turn * (tree.size - 1) // max(1, RECEIPTS - 1) for turn in range(RECEIPTS)})
    for index in some:
        placed = log.at(connection, cluster, index)
        made = notary.receipt(placed, tree.size, nodes, note)
        seen = verify_receipt(
            made, digest=placed.leaf.digest, origin=notary.origin, log_key=notary.key.public_key()
        )  # fmt: skip
        if seen.root != tree.root():
            raise _wrong("the checkpoint is not over the stored leaves")
    return len(some)


def _key_events(connection: Connection, cluster: str) -> None:
    for row in connection.execute(select(key_event).where(key_event.c.cluster == cluster)):
        body = peek(row.event).payload if row.kind == KeyChange.ROTATE else row.event
        if log.at(connection, cluster, row.log_index).leaf.digest != canonical.digest(body):
            raise _wrong(f"the change of the key of {row.agent} is not the one in the log at {row.log_index}")


def _rows(connection: Connection, cluster: str, ring: KeyRing) -> tuple[int, tuple[str, ...]]:
    count, unreadable = 0, []
    for period in periods.every(connection, cluster):
        held = [
            connection.execute(select(table.c.firm).where(table.c.cluster == cluster, table.c.period == period.name))
            for table in (statement, host_period)
        ]
        if period.state is PeriodState.FROZEN:
            if any(found.first() is not None for found in held) or ring.exists(period.name):
                raise _wrong(f"the frozen period {period.name} still has rows or its key")
        elif not ring.exists(period.name):
            unreadable.append(period.name)
        else:
            seal = ring.seal(period.name)
            for row in rows.read_statements(connection, seal, cluster, period.name):
                _statement(connection, cluster, row)
                count += 1
            for firm in rows.read_firms(connection, seal, cluster, period.name):
                for host in firm.hosts:
                    if log.at(connection, cluster, host.log_index).leaf.kind is not Kind.STATEMENT:
                        raise _wrong(f"the outcomes of host {host.slot} of {firm.firm} belong to no statement")
    return count, tuple(unreadable)


def _statement(connection: Connection, cluster: str, row: StatementRow) -> None:
    place = f"the statement at {row.log_index} of the log"
    if log.at(connection, cluster, row.log_index).leaf.digest != row.digest:
        raise _wrong(f"{place} is stored under another digest")
    envelope = unsqueeze(row.squeezed)
    if canonical.digest(peek(envelope).payload) != row.digest:
        raise _wrong(f"{place} has another content than was received")
    agent = agents.by_id(connection, cluster, row.agent)
    if agent is None:
        raise _wrong(f"{place} is of an agent that is not there")
    if agent.epoch == row.epoch:
        open_envelope(envelope, [public_key(agent.public_key)])


def _wrong(what: str) -> IntegrityError:
    return IntegrityError(f"{what}. {MEND}")
