"""After the loss of a server: the manager brings the list of firms and hosts, the hosts bring their proofs.

The list names no result and no key that could sign; it is exported now and then and kept with the sticks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import Engine, insert

from aggregator.config import Config
from aggregator.database import agents, log
from aggregator.database.agents import Agent, AgentStatus
from aggregator.database.engine import reading, writing
from aggregator.database.log import Nodes
from aggregator.database.notary import Notary
from aggregator.database.schema import firm as firm_table
from aggregator.members import firms, keys
from aggregator.refusal import refuse
from shieldwall.encoding import canonical, record
from shieldwall.errors import IntegrityError, UsageError
from shieldwall.log.checkpoint import parse_vkey
from shieldwall.membership.enrolment import KeyChange, KeyEvent
from shieldwall.membership.readmission import Readmission, Readmitted, Standing, verify_readmission
from shieldwall.messages.problem import ProblemType

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SCHEMA: Final = "shieldwall-members/1"


@dataclass(frozen=True, slots=True)
class FirmEntry:
    id: str
    name: str
    sector: str
    size: str
    linked: str
    joined: int


@dataclass(frozen=True, slots=True)
class HostEntry:
    agent: str
    firm: str
    slot: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Members:
    schema: str
    cluster: str
    firms: tuple[FirmEntry, ...]
    hosts: tuple[HostEntry, ...]


def export(engine: Engine, cluster: str) -> bytes:
    """Present firms and their hosts that may speak."""
    with reading(engine) as connection:
        present = firms.roster(connection, cluster)
        hosts = [agent for firm in present for agent in agents.of_firm(connection, cluster, firm.id)]
    made = Members(
        SCHEMA,
        cluster,
        tuple(FirmEntry(f.id, f.name, f.sector, f.size_band.value, f.linked_group or "", f.joined_at) for f in present),
        tuple(HostEntry(a.id, a.firm, a.slot, a.epoch) for a in hosts if a.status is not AgentStatus.REVOKED),
    )
    return canonical.encode(record.to_value(made)) + b"\n"


def expect(engine: Engine, config: Config, data: bytes, now: int) -> Members:
    """Take the list into an empty cluster: its hosts are let in again as each shows its proof.

    Raises UsageError for a list of another cluster or a cluster that has members.
    """
    try:
        members = record.from_value(Members, canonical.decode(data))
    except IntegrityError as error:
        raise UsageError(f"this is no list that `firm export` made: {error}") from error
    if members.schema != SCHEMA or members.cluster != config.cluster:
        raise UsageError(f"this list is of cluster `{members.cluster}`, this is `{config.cluster}`.")
    with writing(engine) as connection:
        if firms.everyone(connection, config.cluster):
            raise UsageError("this cluster has members; a list is taken by a new one only.")
        for entry in members.firms:
            connection.execute(
                insert(firm_table).values(
                    cluster=config.cluster, firm=entry.id, name=entry.name, sector=entry.sector, size_band=entry.size,
                    linked_group=entry.linked or None, status=firms.FirmStatus.MEMBER.value, joined_at=entry.joined,
                )
            )  # fmt: skip
        for host in members.hosts:
            agents.add(connection, config.cluster, _expected(host, now))
    return members


def readmit(engine: Engine, notary: Notary, config: Config, asked: Readmission, now: int) -> Readmitted:
    """Let a host of the list in again under the key its receipt is for; asked again, the same answer.

    Raises Refusal: bad-signature, unknown-agent, agent-revoked, stale-epoch, token-already-bound.
    """
    try:
        said = verify_readmission(asked, lambda origin: _former_keys(config, origin))
    except IntegrityError as error:
        raise refuse(ProblemType.BAD_SIGNATURE) from error
    with writing(engine) as connection:
        agent = agents.by_id(connection, config.cluster, asked.agent)
        if agent is None:
            raise refuse(ProblemType.UNKNOWN_AGENT)
        if agent.status is not AgentStatus.LOST:
            return _again(Nodes(connection, config.cluster), agent, said, notary, config)
        if said.epoch < agent.epoch:
            raise refuse(ProblemType.STALE_EPOCH)
        agent = replace(agent, epoch=said.epoch + 1, public_key=said.pub, status=AgentStatus.ACTIVE)
        placed, nodes = keys.record(connection, config.cluster, notary.origin, agent, KeyChange.ADD, now)
        answer = Readmitted(agent.epoch, notary.first_receipt(placed, nodes))
        agents.save(connection, config.cluster, [replace(agent, last_digest=answer.head)])
        return answer


def _again(nodes: Nodes, agent: Agent, said: Standing, notary: Notary, config: Config) -> Readmitted:
    if agent.status is AgentStatus.REVOKED:
        raise refuse(ProblemType.AGENT_REVOKED)
    if agent.public_key != said.pub:
        raise refuse(ProblemType.TOKEN_ALREADY_BOUND)
    event = KeyEvent(notary.origin, agent.id, said.epoch + 1, KeyChange.ADD, said.pub)
    placed = log.find(nodes.connection, config.cluster, event.digest())
    if placed is None:
        raise refuse(ProblemType.STALE_EPOCH)
    return Readmitted(said.epoch + 1, notary.first_receipt(placed, nodes))


def _expected(host: HostEntry, now: int) -> Agent:
    return Agent(
        id=host.agent, firm=host.firm, slot=host.slot, epoch=host.epoch, public_key=bytes(32),
        status=AgentStatus.LOST, last_seq=0, last_digest="", enrolled_at=now, last_seen=None, clock_suspect=False,
    )  # fmt: skip


def _former_keys(config: Config, origin: str) -> Sequence[Ed25519PublicKey]:
    found = [parse_vkey(line.partition(" ")[0]) for line in config.former_logs]
    return [key for name, key in found if name == origin]
