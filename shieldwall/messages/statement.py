"""What leaves a firm: an in-toto Statement v1 with a closed predicate (docs/protocol.md).

Everything in it is an enumeration, the id of a check that stands in a published bundle, a digest, a random id, a
counter or a whole minute. There is no member that could carry a name, an address, a path or a sentence, and the
canonical form leaves no second way to write the same statement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from shieldwall.checks.outcome import Outcome, Overlay, Reason, Verdict
from shieldwall.encoding import canonical
from shieldwall.encoding.closed import CHECK_ID, DIGEST, Node, read_canonical
from shieldwall.errors import SchemaError
from shieldwall.limits import AUDIENCE_CHARS, PACK_CHECKS
from shieldwall.log.checkpoint import AUDIENCE

TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://shieldwall.dev/attestation/audit-result/v1"

AGENT_ID = re.compile(r"agt_[0-9A-HJKMNP-TV-Z]{26}")
RUN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
VERSION = re.compile(r"[0-9]{1,10}(\.[0-9]{1,10}){0,3}((a|b|rc|\.dev|\.post)[0-9]{1,6}){0,2}")
"""Numbers and the usual marks of a pre-release: a host name would not pass."""
MINUTE = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:00Z")
TOOL = "shieldwall"
_SUBJECT = "_"
_UNKNOWN: Final = Verdict(Outcome.UNKNOWN, Reason.UNANSWERED)
"""Stands for an unknown whose reason is yet to be read; never leaves this file."""
_OUTCOMES: Final = {str(outcome): _UNKNOWN if outcome is Outcome.UNKNOWN else Verdict(outcome) for outcome in Outcome}
_REASONS: Final = {str(reason): Verdict(Outcome.UNKNOWN, reason) for reason in Reason}
_OVERLAYS: Final = {str(overlay): overlay for overlay in Overlay}


class Trigger(StrEnum):
    SCHEDULE = "schedule"
    MANUAL = "manual"


class AssetClass(StrEnum):
    SERVER = "server"
    WORKSTATION = "workstation"
    NETWORK = "network"
    OT = "ot"
    DOMAIN = "domain"
    FIRM = "firm"


class Family(StrEnum):
    LINUX = "linux"
    WINDOWS = "windows"
    MACOS = "macos"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Run:
    id: str
    """UUIDv4: the randomness that keeps a leaf of the log hiding."""
    started: datetime
    """UTC, whole minutes."""
    finished: datetime
    trigger: Trigger


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    """TOOL and nothing else."""
    version: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """The pack of checks that was judged against."""

    name: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Asset:
    kind: AssetClass
    family: Family


@dataclass(frozen=True, slots=True)
class Seen:
    """The last checkpoint of the log that this agent accepted."""

    size: int
    root: str
    """Lower-case hex."""


@dataclass(frozen=True, slots=True)
class Position:
    """Whose statement this is and where it stands in that agent's chain."""

    aud: str
    agent: str
    epoch: int
    """From 1; one more with every key of the slot."""
    seq: int
    """From 1 in every epoch."""
    prev: str
    """SHA-256 of the payload before, of the enrolment receipt for seq 1."""


@dataclass(frozen=True, slots=True)
class Statement:
    commitment: str
    """Merkle root over the salted evidence (commitment.py), hex."""
    position: Position
    run: Run
    tool: Tool
    bundle: Bundle
    asset: Asset
    clock_synced: bool | None
    log: Seen | None
    """None until the first checkpoint was accepted."""
    verdicts: Mapping[str, Verdict]
    """By check id."""
    overlays: Mapping[str, Overlay]
    """By check id; only of checks in `verdicts`."""

    def encode(self) -> bytes:
        """Canonical bytes, read back once so that nothing outside the schema can be signed. Raises SchemaError."""
        payload = canonical.encode(_json(self))
        parse(payload)
        return payload


def parse(payload: bytes) -> Statement:
    """The statement in bytes whose signature already held. Raises SchemaError (with the pointer) or IntegrityError."""
    return statement_from(read_canonical(payload))


def minute(at: datetime) -> datetime:
    """The whole minute in UTC that a payload may carry."""
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def minute_text(at: datetime) -> str:
    """Raises ValueError for a time that is not a whole minute of UTC."""
    if at.utcoffset() is None or minute(at) != at:
        raise ValueError(f"{at} is not a whole minute of UTC")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00Z")


def position_from(aud: Node, agent: Node, epoch: Node, seq: Node, prev: Node) -> Position:
    return Position(
        aud.text(AUDIENCE, AUDIENCE_CHARS),
        agent.text(AGENT_ID),
        epoch.integer(1),
        seq.integer(1),
        prev.text(DIGEST),
    )


def minute_from(node: Node) -> datetime:
    try:
        return datetime.fromisoformat(node.text(MINUTE))
    except ValueError as error:
        raise SchemaError("no such time", pointer=node.pointer) from error


def _json(statement: Statement) -> dict[str, object]:
    at, run, seen = statement.position, statement.run, statement.log
    reasons = {check: str(v.reason) for check, v in statement.verdicts.items() if v.reason is not None}
    predicate = {
        "aud": at.aud,
        "agent": at.agent,
        "epoch": at.epoch,
        "seq": at.seq,
        "prev": at.prev,
        "run": {
            "id": run.id,
            "started": minute_text(run.started),
            "finished": minute_text(run.finished),
            "trigger": str(run.trigger),
        },
        "tool": {"name": statement.tool.name, "version": statement.tool.version},
        "bundle": {
            "name": statement.bundle.name,
            "version": statement.bundle.version,
            "digest": statement.bundle.digest,
        },
        "asset": {"class": str(statement.asset.kind), "family": str(statement.asset.family)},
        "clock": {"synced": statement.clock_synced},
        "log": None if seen is None else {"size": seen.size, "root": seen.root},
        "outcomes": {check: str(verdict.outcome) for check, verdict in statement.verdicts.items()},
        "reasons": reasons,
        "overlays": {check: str(overlay) for check, overlay in statement.overlays.items()},
    }
    return {
        "_type": TYPE,
        "subject": [{"name": _SUBJECT, "digest": {"sha256": statement.commitment}}],
        "predicateType": PREDICATE_TYPE,
        "predicate": predicate,
    }


def statement_from(node: Node) -> Statement:
    """As parse, of a root that is read already. Raises SchemaError for all that is not in the closed schema."""
    kind, subject, predicate_type, predicate = node.members("_type", "subject", "predicateType", "predicate")
    kind.exactly(TYPE)
    predicate_type.exactly(PREDICATE_TYPE)
    parts = predicate.members(
        "aud", "agent", "epoch", "seq", "prev", "run", "tool", "bundle", "asset", "clock", "log",
        "outcomes", "reasons", "overlays",
    )  # fmt: skip
    aud, agent, epoch, seq, prev, run, tool, bundle, asset, clock, log, outcomes, reasons, overlays = parts
    name, version = tool.members("name", "version")
    name.exactly(TOOL)
    bundle_name, bundle_version, bundle_digest = bundle.members("name", "version", "digest")
    asset_class, family = asset.members("class", "family")
    (synced,) = clock.members("synced")
    verdicts = _verdicts(outcomes, reasons)
    return Statement(
        _commitment(subject),
        position_from(aud, agent, epoch, seq, prev),
        _run(run),
        Tool(TOOL, version.text(VERSION)),
        Bundle(bundle_name.text(CHECK_ID), bundle_version.text(VERSION), bundle_digest.text(DIGEST)),
        Asset(asset_class.choice(AssetClass), family.choice(Family)),
        synced.flag_or_none(),
        _seen(log),
        verdicts,
        _overlays(overlays, verdicts),
    )


def _commitment(subject: Node) -> str:
    entries = subject.elements(1)
    if not entries:
        raise SchemaError("a statement has one subject", pointer=subject.pointer)
    name, digests = entries[0].members("name", "digest")
    name.exactly(_SUBJECT)
    (sha256,) = digests.members("sha256")
    return sha256.text(DIGEST)


def _run(node: Node) -> Run:
    id_, started, finished, trigger = node.members("id", "started", "finished", "trigger")
    run = Run(id_.text(RUN_ID), minute_from(started), minute_from(finished), trigger.choice(Trigger))
    if run.finished < run.started:
        raise SchemaError("a run that finished before it started", pointer=finished.pointer)
    return run


def _seen(node: Node) -> Seen | None:
    if node.value is None:
        return None
    size, root = node.members("size", "root")
    return Seen(size.integer(1), root.text(DIGEST))


def _verdicts(outcomes: Node, reasons: Node) -> dict[str, Verdict]:
    why = reasons.words(CHECK_ID, _REASONS, PACK_CHECKS)
    verdicts = outcomes.words(CHECK_ID, _OUTCOMES, PACK_CHECKS)
    if not verdicts:
        raise SchemaError("a statement without outcomes", pointer=outcomes.pointer)
    unknown = {check for check, verdict in verdicts.items() if verdict is _UNKNOWN}
    for check in sorted(unknown ^ why.keys()):
        if check in verdicts:
            raise SchemaError("a reason belongs to unknown and only to it", pointer=f"{outcomes.pointer}/{check}")
        raise SchemaError("a reason for a check without outcome", pointer=f"{reasons.pointer}/{check}")
    # In the order of the outcomes, each unknown with its reason.
    return verdicts | why


def _overlays(node: Node, verdicts: Mapping[str, Verdict]) -> dict[str, Overlay]:
    overlays = node.words(CHECK_ID, _OVERLAYS, PACK_CHECKS)
    for check in sorted(overlays.keys() - verdicts.keys()):
        raise SchemaError("an overlay for a check without outcome", pointer=f"{node.pointer}/{check}")
    return overlays
