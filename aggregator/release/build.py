"""Building a release from a frozen period, attacking it, and publishing it: signed files that never change again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from aggregator.config import Config, sync_folder
from aggregator.database.engine import reading, writing
from aggregator.database.notary import Notary
from aggregator.disclosure.certificate import Certificate, certify
from aggregator.disclosure.frozen import Frozen, parse_frozen
from aggregator.disclosure.gate import WINDOW_DAYS, Past, check
from aggregator.ledger import periods, releases
from aggregator.ledger.periods import Period, PeriodState
from aggregator.ledger.releases import StoredRelease
from aggregator.release.figures import Before, Identity, make_release
from shieldwall import __version__
from shieldwall.encoding.canonical import decode, encode
from shieldwall.encoding.envelope import open_envelope, sign
from shieldwall.encoding.record import from_value, to_value
from shieldwall.errors import IntegrityError, RefusedError, UsageError
from shieldwall.published.attacks.base import Rosters
from shieldwall.published.attacks.read import as_report
from shieldwall.published.attacks.roster import Roster
from shieldwall.published.manifest import FILE as MANIFEST_FILE
from shieldwall.published.manifest import Manifest
from shieldwall.published.release import PAYLOAD_TYPE, Release, encode_release, parse_release, release_digest

DAY: Final = 86_400
RELEASE_FILE: Final = "release.json"
CERTIFICATE_FILE: Final = "certificate.json"
DRAFTS: Final = "drafts"
"""Folder beside `releases`: built, not yet published, served to nobody."""


@dataclass(frozen=True, slots=True)
class Built:
    release: Release
    envelope: bytes
    """The signed release as it is published."""
    certificate: Certificate
    manifest: Manifest
    """Which leaves of the log were counted."""
    folder: Path
    """Where its files lie."""
    published: bool


@dataclass(frozen=True, slots=True)
class _Earlier:
    """A published release and the frozen document behind it."""

    stored: StoredRelease
    release: Release
    frozen: Frozen


def build(config: Config, engine: Engine, notary: Notary, period: str) -> Built:
    """The release of a frozen period, byte for byte the same however often it is built; written as a draft.

    Raises UsageError when the period is still open, RefusedError when the gate says wait, IntegrityError when an
    attack succeeds.
    """
    with reading(engine) as connection:
        found = periods.find(connection, config.cluster, period)
        if found.state is not PeriodState.FROZEN:
            raise UsageError(f"period {period} is open. Type `shieldwall-aggregator period freeze {period}` first.")
        earlier = _earlier(connection, config.cluster, notary)
    done = next((each for each in earlier if each.stored.period == period), None)
    before = [each for each in earlier if each.stored.period < period]
    if done is not None:
        folder = config.releases / done.release.name
        certificate = _kept(folder, done.release) or _attack(done.release, done.frozen, _recent(before, found))
        return Built(done.release, done.stored.document, certificate, Manifest(done.frozen.counted), folder, True)
    frozen = parse_frozen(found.document)
    recent = _recent(before, found)
    _ask_gate(frozen, recent)
    if len(before) != len(earlier):
        raise UsageError(f"a later period than {period} has been published; releases follow the order of periods.")
    published = datetime.fromtimestamp(found.frozen_at or 0, UTC).strftime("%Y-%m-%dT%H:%MZ")
    identity = Identity(period, config.cluster, published, f"shieldwall {__version__}")
    release = make_release(identity, frozen, Before(before[-1].release, before[-1].frozen) if before else None)
    certificate = _attack(release, frozen, recent)
    envelope = sign(encode_release(release), [notary.key], PAYLOAD_TYPE)
    folder = config.folder / DRAFTS / period
    built = Built(release, envelope, certificate, Manifest(frozen.counted), folder, False)
    _write(built, folder)
    return built


def publish(config: Config, engine: Engine, built: Built) -> Path:
    """Enter the release and move its files, with whatever was rendered beside them, to where they are served.

    Publishing again mends a crash in between and changes nothing else.
    """
    if not built.published:
        frozen_at = datetime.strptime(built.release.published, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
        stored = StoredRelease(built.release.name, built.release.period, int(frozen_at.timestamp()), built.envelope)
        with writing(engine) as connection:
            if stored not in releases.published(connection, config.cluster):
                releases.publish(connection, config.cluster, stored)
    target = config.releases / built.release.name
    draft = config.folder / DRAFTS / built.release.name
    if not target.exists():
        if not draft.exists():
            _write(built, draft)
        config.releases.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.rename(target)
        sync_folder(config.releases)
    elif draft.exists():
        shutil.rmtree(draft)
    return target


def read_release(envelope: bytes, notary: Notary) -> Release:
    """Open a release signed by this cluster's log key. Raises IntegrityError."""
    opened = open_envelope(envelope, [notary.key.public_key()])
    if opened.payload_type != PAYLOAD_TYPE:
        raise IntegrityError(f"the envelope holds {opened.payload_type}, not a release")
    return parse_release(opened.payload)


def _earlier(connection: Connection, cluster: str, notary: Notary) -> list[_Earlier]:
    """Published releases by period, oldest first."""
    by_name = {period.name: period for period in periods.every(connection, cluster)}
    found = [
        _Earlier(stored, read_release(stored.document, notary), parse_frozen(by_name[stored.period].document))
        for stored in releases.published(connection, cluster)
    ]
    return sorted(found, key=lambda each: each.stored.period)


def _recent(before: Sequence[_Earlier], period: Period) -> list[_Earlier]:
    """The releases within the gate's window before a freeze."""
    frozen_at = period.frozen_at or 0
    return [each for each in before if frozen_at - each.stored.published_at <= WINDOW_DAYS * DAY]


def _ask_gate(frozen: Frozen, recent: Sequence[_Earlier]) -> None:
    if frozen.gate.answer == "wait":
        raise RefusedError(f"period {frozen.period} was frozen without a release: {frozen.gate.reason}")
    told = check(frozen.frame, [Past(each.release.name, each.frozen.frame) for each in recent], frozen.period)
    if told:
        raise RefusedError(f"the gate says wait: {told}. A release was published since the freeze; wait for the next.")


def _kept(folder: Path, release: Release) -> Certificate | None:
    """The certificate as it was published with this release; None when its file is gone or of another release."""
    try:
        found = from_value(Certificate, decode((folder / CERTIFICATE_FILE).read_bytes()))
    except (OSError, IntegrityError):
        return None
    return found if found.digest == release_digest(release) else None


def _attack(release: Release, frozen: Frozen, recent: Sequence[_Earlier]) -> Certificate:
    # A release that withstands fewer members than this one would fall to this one's coalition by itself.
    readable = [each for each in recent if each.release.cohort.k >= release.cohort.k and each.frozen.checks]
    pairs = [*((each.release, each.frozen) for each in readable), (release, frozen)]
    return certify(
        release,
        gate=f"{release.gate.answer}: {release.gate.reason}",
        reports=[as_report(each) for each, _ in pairs],
        rosters={key: firms for each, frozen in pairs for key, firms in _rosters(each.name, frozen).items()},
    )


def roster_of(frozen: Frozen) -> Roster:
    """The cohort with its categories, whose hash the release is signed with."""
    parts = frozen.themes if len(frozen.themes) > 1 else ()
    own = {member: part.name for part in parts for member in part.members}
    return Roster({member: own.get(member, "") for member in frozen.members})


def _rosters(name: str, frozen: Frozen) -> Rosters:
    groups = {(name, part.name): frozenset(part.members) for part in (*frozen.checks, *frozen.themes)}
    return {**groups, (name, "all"): frozenset(frozen.members)}


def _write(built: Built, folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = (
        (RELEASE_FILE, built.envelope),
        (CERTIFICATE_FILE, encode(to_value(built.certificate))),
        (MANIFEST_FILE, built.manifest.encode()),
    )
    for name, data in files:
        temporary = folder / f".{name}.new"
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(folder / name)
    sync_folder(folder)
