"""The ceremony: a server's request goes in, a folder of signed files comes out. No network, no clock but `now`.

Versions of targets are minutes since 1970, so that a repository restored from a backup never uses one twice; versions
of the root count up by one, as every client demands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from aggregator.trust.offline import KEYS, THRESHOLD, as_key
from shieldwall.encoding import canonical, record
from shieldwall.errors import ConfigError, IntegrityError, UsageError
from shieldwall.membership.trust import TARGET, AggregatorTrust, parse_trust
from shieldwall.packs.addition import PATHS, ROLE, Addition, encode_addition
from shieldwall.packs.addition import TARGET as ADDITION
from shieldwall.packs.bundle import Bundle, encode_bundle, target_name

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner, Key
    from tuf.api.metadata import Metadata, Root, TargetFile, Targets

ROOT_DAYS: Final = 365
TARGETS_DAYS: Final = 90
REQUEST_SCHEMA: Final = "shieldwall-ceremony/1"


@dataclass(frozen=True, slots=True)
class Request:
    """What the server asks people to sign; nothing in it is secret."""

    schema: str
    trust: str
    """trust/aggregator.json as it should become."""
    online: str
    """The server's own key for snapshot and timestamp, base64 of 32 bytes."""
    roots: tuple[str, ...]
    """Every root so far, JSON text, oldest first; none at the first ceremony."""
    targets: str
    """The newest targets metadata; empty at the first ceremony."""
    cluster: str = ""
    """The newest metadata of the cluster's additions; empty while there are none."""

    def encode(self) -> bytes:
        return canonical.encode(record.to_value(self)) + b"\n"

    def opened(self) -> AggregatorTrust:
        return parse_trust(self.trust.encode())


@dataclass(frozen=True, slots=True)
class Signed:
    roots: tuple[bytes, ...]
    """Every root so far and a new one when one was needed: any folder that was kept is enough after a loss."""
    targets: bytes
    files: Mapping[str, bytes]
    """Target path -> content, of every target that is new."""
    version: int
    """Of the targets."""
    cluster: bytes = b""
    """Metadata of the cluster's additions, once there are any."""


def parse_request(data: bytes) -> Request:
    """Raises IntegrityError."""
    found = record.from_value(Request, canonical.decode(data))
    if found.schema != REQUEST_SCHEMA:
        raise IntegrityError(f"not a request of this version of the ceremony ({REQUEST_SCHEMA})")
    found.opened()
    return found


def sign(
    request: Request,
    public: Sequence[bytes],
    signers: Sequence[CryptoSigner],
    bundles: Sequence[Bundle],
    now: datetime,
    addition: Addition | None = None,
) -> Signed:
    """Sign what a request asks for, and these bundles.

    public: the keys of people from now on. Raises UsageError for keys that are too few or not among those that count,
    IntegrityError for a request whose metadata does not hold.
    """
    from tuf.api.metadata import Root, Targets

    if len(public) != KEYS:
        raise UsageError(f"{KEYS} public keys are needed, not {len(public)}.")
    old = _read(Root, request.roots[-1] if request.roots else "")
    root = _root(old, public, canonical.unb64(request.online), now)
    if root is not None:
        _sign_all(root, signers)
        _enough(root, root, old)
    before = _read(Targets, request.targets)
    if before is not None and old is not None:
        _holds(old, before)
    files = {TARGET: request.trust.encode(), **{target_name(b.pack.name): encode_bundle(b) for b in bundles}}
    targets = _targets(before, files, now)
    cluster = _cluster(request, before, addition, now)
    if cluster is not None:
        delegate(targets, public)
        _sign_all(cluster, signers)
        files.update({} if addition is None else {ADDITION: encode_addition(addition)})
    _sign_all(targets, signers)
    newest: Metadata[Root] | None = root or old
    if newest is None:
        raise ConfigError("no root was made")
    _enough(newest, targets, None)
    known = tuple(text.encode() for text in request.roots)
    roots = known if root is None else (*known, root.to_bytes())
    extra = b"" if cluster is None else cluster.to_bytes()
    return Signed(roots, targets.to_bytes(), files, targets.signed.version, extra)


def _root(old: Metadata[Root] | None, public: Sequence[bytes], online: bytes, now: datetime) -> Metadata[Root] | None:
    """None when the old one still says the same and half of its life is left."""
    from tuf.api.metadata import Metadata, Root

    made = Root(version=1 if old is None else old.signed.version + 1, expires=_end(now, ROOT_DAYS))
    for raw in public:
        made.add_key(as_key(raw), "root")
        made.add_key(as_key(raw), "targets")
    for role in ("snapshot", "timestamp"):
        made.add_key(as_key(online), role)
    for role in ("root", "targets"):
        made.roles[role].threshold = THRESHOLD
    if old is not None:
        half = old.signed.expires - timedelta(days=ROOT_DAYS / 2)
        if now < half and {r: made.roles[r] for r in made.roles} == old.signed.roles:
            return None
    return Metadata(made)


def _targets(before: Metadata[Targets] | None, files: Mapping[str, bytes], now: datetime) -> Metadata[Targets]:
    from tuf.api.metadata import Metadata, TargetFile, Targets

    minutes = int(now.timestamp()) // 60
    known: dict[str, TargetFile] = {} if before is None else dict(before.signed.targets)
    known.update({path: TargetFile.from_data(path, data, ["sha256"]) for path, data in files.items()})
    version = minutes if before is None else max(minutes, before.signed.version + 1)
    return Metadata(Targets(version=version, expires=_end(now, TARGETS_DAYS), targets=known))


def _cluster(
    request: Request, before: Metadata[Targets] | None, addition: Addition | None, now: datetime
) -> Metadata[Targets] | None:
    """None where the cluster never added anything. Raises IntegrityError for additions nobody signed."""
    from tuf.api.exceptions import RepositoryError
    from tuf.api.metadata import Targets

    old = _read(Targets, request.cluster)
    if old is not None:
        try:
            if before is None:
                raise IntegrityError("the request has additions and no targets: do not sign.")
            before.verify_delegate(ROLE, old)
        except (RepositoryError, ValueError) as error:
            raise IntegrityError(
                "the request's additions were not signed by the cluster's keys: do not sign; find out who made this."
            ) from error
    if addition is None and old is None:
        return None
    return _targets(old, {} if addition is None else {ADDITION: encode_addition(addition)}, now)


def delegate(targets: Metadata[Targets], public: Sequence[bytes]) -> None:
    """`cluster/*`, and nothing else under that name, is for the same people: two of three."""
    from tuf.api.metadata import DelegatedRole, Delegations

    keys: dict[str, Key] = {key.keyid: key for key in map(as_key, public)}
    role = DelegatedRole(ROLE, list(keys), THRESHOLD, terminating=True, paths=[PATHS])
    targets.signed.delegations = Delegations(keys, {ROLE: role})


def _sign_all(metadata: Metadata[Root] | Metadata[Targets], signers: Sequence[CryptoSigner]) -> None:
    for signer in signers:
        metadata.sign(signer, append=True)


def _enough(by: Metadata[Root], metadata: Metadata[Root] | Metadata[Targets], old: Metadata[Root] | None) -> None:
    from tuf.api.exceptions import UnsignedMetadataError

    for judge in (by, old):
        if judge is None:
            continue
        try:
            judge.verify_delegate(metadata.signed.type, metadata)
        except UnsignedMetadataError as error:
            raise UsageError(
                f"{THRESHOLD} of the cluster's keys must sign, these are too few or others ({error}). "
                "Name another key file with --key."
            ) from error


def _holds(root: Metadata[Root], targets: Metadata[Targets]) -> None:
    from tuf.api.exceptions import UnsignedMetadataError

    try:
        root.verify_delegate("targets", targets)
    except UnsignedMetadataError as error:
        raise IntegrityError(
            "the request's targets were not signed by the cluster's keys: do not sign; find out who made this file."
        ) from error


def _read(kind: type, text: str) -> Metadata | None:  # type: ignore[type-arg]
    from tuf.api.exceptions import RepositoryError
    from tuf.api.metadata import Metadata

    if not text:
        return None
    try:
        found: Metadata = Metadata.from_bytes(text.encode())  # type: ignore[type-arg]
    except RepositoryError as error:
        raise IntegrityError(f"the request's metadata cannot be read: {error}") from error
    if not isinstance(found.signed, kind):
        raise IntegrityError("the request's metadata is of another kind than it says")
    return found


def _end(now: datetime, days: int) -> datetime:
    return now.astimezone(UTC).replace(microsecond=0) + timedelta(days=days)
