"""All invented hosts enrol and submit, several at a time, each as a real agent would."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from random import Random
from typing import Final

from aggregator.simulate.client import Client, Member
from aggregator.simulate.firms import FirmProfile
from aggregator.simulate.outcomes import audit
from aggregator.simulate.priors import CLOCK_UNSYNCED
from shieldwall import __version__
from shieldwall.checks.check import Check
from shieldwall.log.receipt import Receipt
from shieldwall.membership.invitation import Invitation
from shieldwall.messages.commitment import SALT_BYTES, evidence_commitment
from shieldwall.messages.statement import (
    TOOL,
    Asset,
    AssetClass,
    Bundle,
    Family,
    Position,
    Run,
    Seen,
    Statement,
    Tool,
    Trigger,
    minute,
)
from shieldwall.packs.pack import Pack

WORKERS: Final = 8
"""More only wait for one another: the server commits in groups."""
_FAMILIES: Final = {"debian": Family.LINUX, "windows": Family.WINDOWS, "macos": Family.MACOS}


@dataclass(frozen=True, slots=True)
class Place:
    """One host of one firm and its way in."""

    firm: FirmProfile
    number: int
    """Index into firm.hosts."""
    way: Invitation | Member
    """How it comes in, or who it is since an earlier period."""


@dataclass(frozen=True, slots=True)
class Sent:
    place: Place
    agent: str
    receipt: Receipt
    member: Member
    """After its statement."""


def simulate(
    url: str,
    where: Sequence[Place],
    pack: Pack,
    seed: int,
    now: datetime,
    progress: Callable[[Sent], None] = lambda sent: None,
) -> tuple[Sent, ...]:
    """Enrol and submit every place at `url`, whatever address the invitations name; the enrolled only submit.

    The first failure ends it and is raised: DeliveryError, RefusedError or IntegrityError.
    """
    checks = pack.all_checks()
    done: list[Sent] = []
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="simulate") as pool:
        try:
            for sent in pool.map(_one, repeat(url), where, repeat(pack), repeat(checks), repeat(seed), repeat(now)):
                progress(sent)
                done.append(sent)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return tuple(done)


def _one(url: str, place: Place, pack: Pack, checks: Sequence[Check], seed: int, now: datetime) -> Sent:
    with Client(url) as client:
        way = place.way
        member = way if isinstance(way, Member) else client.enrol(way, secrets.token_bytes(32))
        said = statement(place, pack, checks, seed, now, member.position, member.seen)
        receipt, after = client.send(member, said)
        return Sent(place, after.position.agent, receipt, after)


def statement(
    place: Place, pack: Pack, checks: Sequence[Check], seed: int, now: datetime, position: Position, seen: Seen
) -> Statement:
    """What the invented host says; outcomes hang on the seed and on how often it has spoken."""
    host = place.firm.hosts[place.number]
    found = audit(place.firm, place.number, checks, seed, position.seq - 1)
    salts = {check: secrets.token_bytes(SALT_BYTES) for check in found.verdicts}
    unsynced = Random(f"{seed}/{place.firm.name}/{place.number}/clock").random() * 100 < CLOCK_UNSYNCED  # noqa: S311
    return Statement(
        commitment=evidence_commitment(dict.fromkeys(salts, b""), salts).root,
        position=position,
        run=Run(str(uuid.uuid4()), minute(now), minute(now), Trigger.SCHEDULE),
        tool=Tool(TOOL, __version__),
        bundle=Bundle(pack.name, pack.version, pack.digest),
        asset=Asset(AssetClass(host.role), _FAMILIES[host.family]),
        clock_synced=not unsynced,
        log=seen,
        verdicts=found.verdicts,
        overlays=found.overlays,
    )
