"""The newest outcomes of each host in a period: written by ingest, read once for the sums, deleted at the freeze."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, delete, select

from aggregator.database import bulk
from aggregator.database.schema import host_period, statement
from aggregator.ledger.seal import Seal
from shieldwall.errors import IntegrityError
from shieldwall.messages.statement import AssetClass, Family

KINDS: Final = tuple(AssetClass)
FAMILIES: Final = tuple(Family)
HEADER_BYTES: Final = 3


@dataclass(frozen=True, slots=True)
class HostRow:
    """One host's newest statement of a period."""

    firm: str
    slot: str
    agent: str
    pack: str
    """Digest of the pack whose order the bits follow."""
    kind: AssetClass
    family: Family
    outcomes: bytes
    """Two bits a check (packing.Bits), ceil(checks / 4) bytes."""
    overlays: bytes
    """Two bits a check (packing.OverlayBits), as long as `outcomes`, or empty when there are none."""
    log_index: int
    """Leaf of the statement counted; the manifest names it."""
    received_at: int


@dataclass(frozen=True, slots=True)
class FirmRows:
    firm: str
    hosts: tuple[HostRow, ...]
    """By slot."""


@dataclass(frozen=True, slots=True)
class StatementRow:
    firm: str
    agent: str
    digest: str
    epoch: int
    seq: int
    """Of a gap: the first lost statement's."""
    log_index: int
    received_at: int
    squeezed: bytes
    """The signed envelope as it was received, through packing.squeeze."""


def put_hosts(connection: Connection, seal: Seal, cluster: str, period: str, hosts: list[HostRow]) -> None:
    """The newer row of a host takes the place of the older; one row a slot in `hosts`."""
    bulk.replace(connection, host_period, [_host_row(seal, cluster, period, host) for host in hosts])


def put_statements(connection: Connection, seal: Seal, cluster: str, period: str, rows: list[StatementRow]) -> None:
    bulk.insert(
        connection,
        statement,
        [
            (
                cluster, row.firm, period, row.digest, row.agent, row.epoch, row.seq, row.log_index, row.received_at,
                seal.close(row.squeezed, cluster, period, "statement", row.digest),
            )
            for row in rows
        ],
    )  # fmt: skip


def read_firms(connection: Connection, seal: Seal, cluster: str, period: str) -> Iterator[FirmRows]:
    """Every firm that reported in an open period, by firm id."""
    query = (
        select(host_period)
        .where(host_period.c.cluster == cluster, host_period.c.period == period)
        .order_by(host_period.c.firm, host_period.c.slot)
    )
    hosts = (
        _host(row.firm, row.slot, row.agent, row.pack, row.log_index, row.received_at,
              seal.open(row.sealed, cluster, period, "host", row.firm, row.slot))
        for row in connection.execute(query)
    )  # fmt: skip
    for firm, group in groupby(hosts, key=lambda host: host.firm):
        yield FirmRows(firm, tuple(group))


def read_statements(connection: Connection, seal: Seal, cluster: str, period: str) -> Iterator[StatementRow]:
    """Every statement of an open period, in the order of the log."""
    query = (
        select(statement)
        .where(statement.c.cluster == cluster, statement.c.period == period)
        .order_by(statement.c.log_index)
    )
    for row in connection.execute(query):
        yield StatementRow(
            row.firm, row.agent, row.digest, row.epoch, row.seq, row.log_index, row.received_at,
            seal.open(row.sealed, cluster, period, "statement", row.digest),
        )  # fmt: skip


def drop(connection: Connection, cluster: str, period: str) -> None:
    """Delete every row of a period."""
    for table in (statement, host_period):
        connection.execute(delete(table).where(table.c.cluster == cluster, table.c.period == period))


def drop_agent(connection: Connection, cluster: str, firm: str, agent: str) -> None:
    """Delete what an agent that withdraws said in every period still open."""
    for table in (statement, host_period):
        connection.execute(
            delete(table).where(table.c.cluster == cluster, table.c.firm == firm, table.c.agent == agent)
        )


def _host_row(seal: Seal, cluster: str, period: str, host: HostRow) -> bulk.Row:
    plain = bytes([KINDS.index(host.kind), FAMILIES.index(host.family), bool(host.overlays)])
    plain += host.outcomes + host.overlays
    sealed = seal.close(plain, cluster, period, "host", host.firm, host.slot)
    return cluster, period, host.firm, host.slot, host.agent, host.pack, host.log_index, host.received_at, sealed


def _host(firm: str, slot: str, agent: str, pack: str, log_index: int, received_at: int, plain: bytes) -> HostRow:
    body = plain[HEADER_BYTES:]
    if len(plain) < HEADER_BYTES or plain[0] >= len(KINDS) or plain[1] >= len(FAMILIES) or plain[2] > 1:
        raise IntegrityError(f"the row of host {slot} of {firm} is not one this program wrote.")
    half = len(body) // (1 + plain[2])
    return HostRow(
        firm=firm, slot=slot, agent=agent, pack=pack, kind=KINDS[plain[0]], family=FAMILIES[plain[1]],
        outcomes=body[:half], overlays=body[half:], log_index=log_index, received_at=received_at,
    )  # fmt: skip
