"""The repository agents update from: signed files that people brought, and snapshot and timestamp this server signs.

`trust/metadata` and `trust/targets` in the data folder are served as they lie. The timestamp is written last, in one
step: before it a publication has not happened, after it it has.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from aggregator.config import Config, sync_folder, write_private
from aggregator.trust.ceremony import REQUEST_SCHEMA, Request, Signed
from aggregator.trust.offline import as_key
from shieldwall.encoding import canonical
from shieldwall.errors import ConfigError, IntegrityError, UsageError
from shieldwall.membership.trust import TARGET, AggregatorTrust, parse_trust
from shieldwall.packs.addition import ROLE, extended, open_addition
from shieldwall.packs.addition import TARGET as ADDITION
from shieldwall.packs.bundle import FOLDER, Bundle, newer, open_bundle

if TYPE_CHECKING:
    from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

SNAPSHOT_DAYS: Final = 14
TIMESTAMP_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Repository:
    folder: Path
    """`trust` in the data folder."""
    online_key: Path

    @property
    def metadata(self) -> Path:
        return self.folder / "metadata"

    @property
    def targets(self) -> Path:
        return self.folder / "targets"

    @property
    def founded(self) -> bool:
        """Whether a ceremony's result was ever published here."""
        return (self.metadata / "timestamp.json").exists()


def repository(config: Config) -> Repository:
    return Repository(config.folder / "trust", config.folder / "keys" / "online.key")


def request(repo: Repository, trust: AggregatorTrust) -> Request:
    """What people are asked to sign; makes the online key when there is none."""
    if not repo.online_key.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_private(repo.online_key, pem)
    online = canonical.b64(_online(repo).public_key().public_bytes_raw())
    targets, cluster = _newest(repo, "targets"), _newest(repo, ROLE)
    return Request(
        REQUEST_SCHEMA, trust.encode().decode(), online, tuple(file.read_text() for file in _all(repo, "root")),
        targets.read_text() if targets else "", cluster.read_text() if cluster else "",
    )  # fmt: skip


def publish(repo: Repository, signed: Signed, now: datetime) -> None:
    """Take what a ceremony signed. Raises IntegrityError for signatures that are too few, versions that go back,
    files that are not those signed; nothing has changed then.
    """
    from tuf.api.metadata import Root, Targets

    with _alone(repo):
        root, fresh = _chain(_load(_newest(repo, "root"), Root), signed.roots)
        targets = _parse(signed.targets, Targets)
        _verified(root, targets)
        _check_targets(targets, _load(_newest(repo, "targets"), Targets), signed, now)
        cluster = _additions(repo, targets, signed, now)
        for path, data in signed.files.items():
            # Named by their hash, so that readers of the publication before still find theirs.
            _write(_place(repo, path, data), data)
        if cluster is not None:
            _write(repo.metadata / f"{cluster.signed.version}.{ROLE}.json", signed.cluster)
        _write(repo.metadata / f"{targets.signed.version}.targets.json", signed.targets)
        for version, data in fresh:
            _write(repo.metadata / f"{version}.root.json", data)
        _sign_online(repo, targets.signed.version, now, renew_snapshot=True)


def recover(repo: Repository, kept: Signed) -> None:
    """After the loss of a server: take what a kept folder of a ceremony holds, for the next request to build on.

    Nothing is published by that. Raises IntegrityError as publish, UsageError when there is a repository.
    """
    from tuf.api.metadata import Targets

    if repo.founded:
        raise UsageError(f"{repo.folder} holds a repository; nothing needs to be recovered.")
    with _alone(repo):
        root, fresh = _chain(None, kept.roots)
        targets = _parse(kept.targets, Targets)
        _verified(root, targets)
        for version, data in fresh:
            _write(repo.metadata / f"{version}.root.json", data)
        for path, data in kept.files.items():
            _write(_place(repo, path, data), data)
        cluster = _additions(repo, targets, kept, None)
        if cluster is not None:
            _write(repo.metadata / f"{cluster.signed.version}.{ROLE}.json", kept.cluster)
        _write(repo.metadata / f"{targets.signed.version}.targets.json", kept.targets)


def keep_fresh(repo: Repository, now: datetime) -> None:
    """Sign snapshot and timestamp again once half of their life is over. Does nothing before the first publication."""
    from tuf.api.metadata import Snapshot, Targets, Timestamp

    if not repo.founded:
        return
    timestamp = _load(repo.metadata / "timestamp.json", Timestamp)
    snapshot = _load(_newest(repo, "snapshot"), Snapshot)
    if timestamp is None or snapshot is None:
        raise IntegrityError(f"{repo.metadata} lacks metadata: publish the last ceremony's files again.")
    old = now > snapshot.signed.expires - timedelta(days=SNAPSHOT_DAYS / 2)
    if not old and now <= timestamp.signed.expires - timedelta(days=TIMESTAMP_DAYS / 2):
        return
    with _alone(repo):
        targets = _load(_newest(repo, "targets"), Targets)
        if targets is None:
            raise IntegrityError(f"{repo.metadata} lacks targets: publish the last ceremony's files again.")
        _sign_online(repo, targets.signed.version, now, renew_snapshot=old)


def newest_root(repo: Repository) -> bytes | None:
    """The newest root; None before the first ceremony."""
    file = _newest(repo, "root")
    return None if file is None else file.read_bytes()


def root_by_digest(repo: Repository, digest: str) -> bytes | None:
    """The root with this SHA-256, by which an invitation pins it."""
    for file in repo.metadata.glob("*.root.json"):
        data = file.read_bytes()
        if canonical.digest(data) == digest:
            return data
    return None


def published_bundles(repo: Repository) -> list[Bundle]:
    """Those of the targets signed last, each also with the cluster's additions; newest version first."""
    published = _published(repo)
    bundles = [open_bundle(data) for path, data in published.items() if path.startswith(f"{FOLDER}/")]
    if (added := published.get(ADDITION)) is not None:
        bundles += [extended(bundle, open_addition(added)) for bundle in bundles]
    return sorted(bundles, key=lambda each: _Order(each.pack.version), reverse=True)


def published_trust(repo: Repository) -> AggregatorTrust | None:
    data = _published(repo).get(TARGET)
    return None if data is None else parse_trust(data)


class _Order:
    def __init__(self, version: str) -> None:
        self.version = version

    def __lt__(self, other: _Order) -> bool:
        return newer(other.version, self.version)


def _published(repo: Repository) -> Mapping[str, bytes]:
    from tuf.api.metadata import Targets

    targets = _load(_newest(repo, "targets"), Targets)
    if targets is None:
        return {}
    cluster: Metadata[Targets] | None = _load(_newest(repo, ROLE), Targets)
    listed = {**(cluster.signed.targets if cluster else {}), **targets.signed.targets}.items()
    return {path: _target(repo, path, file.hashes["sha256"]).read_bytes() for path, file in listed}


def _chain(old: Metadata[Root] | None, roots: Sequence[bytes]) -> tuple[Metadata[Root], list[tuple[int, bytes]]]:
    """The newest root and those not held yet, each vouched for by the one before."""
    from tuf.api.metadata import Root

    newest, fresh = old, []
    for data in roots:
        root = _parse(data, Root)
        if newest is not None and root.signed.version <= newest.signed.version:
            continue
        _verified(root, root)
        if newest is not None:
            _verified(newest, root)
            if root.signed.version != newest.signed.version + 1:
                raise IntegrityError(f"root {root.signed.version} does not follow root {newest.signed.version}.")
        newest = root
        fresh.append((root.signed.version, data))
    if newest is None:
        raise UsageError("the first publication needs a root: hand over all files of the ceremony.")
    return newest, fresh


def _check_targets(new: Metadata[Targets], old: Metadata[Targets] | None, signed: Signed, now: datetime) -> None:
    if old is not None and new.signed.version < old.signed.version:
        raise IntegrityError(f"targets {new.signed.version} are older than the published {old.signed.version}.")
    if new.signed.expires <= now:
        raise IntegrityError("these targets have expired; hold the ceremony again.")
    known = {} if old is None else old.signed.targets
    for path, file in new.signed.targets.items():
        data = signed.files.get(path)
        if data is not None and canonical.digest(data) != file.hashes["sha256"]:
            raise IntegrityError(f"{path} is not the file that was signed.")
        if data is None and (path not in known or known[path].hashes != file.hashes):
            raise IntegrityError(f"{path} was signed and is not among the files; copy the whole folder.")
    if extra := {path for path in signed.files if path != ADDITION} - new.signed.targets.keys():
        raise IntegrityError(f"{sorted(extra)[0]} was not signed.")


def _additions(
    repo: Repository, targets: Metadata[Targets], signed: Signed, now: datetime | None
) -> Metadata[Targets] | None:
    """The delegated metadata; None where the cluster adds nothing. Raises IntegrityError, PackError for what may not
    be added, whoever signed it. now: None when expiry does not matter.
    """
    from tuf.api.exceptions import RepositoryError
    from tuf.api.metadata import Targets

    if not signed.cluster:
        if targets.signed.delegations is not None or ADDITION in signed.files:
            raise IntegrityError(
                "cluster.json, which signs the cluster's additions, is missing; copy the whole folder."
            )
        return None
    found: Metadata[Targets] = _parse(signed.cluster, Targets)
    try:
        targets.verify_delegate(ROLE, found)
    except (RepositoryError, ValueError) as error:
        raise IntegrityError(f"the cluster's additions are not signed by enough of its keys: {error}") from error
    if now is not None and found.signed.expires <= now:
        raise IntegrityError("these additions have expired; hold the ceremony again.")
    if found.signed.targets.keys() != {ADDITION}:
        raise IntegrityError(f"a cluster adds {ADDITION} and nothing else.")
    digest = found.signed.targets[ADDITION].hashes["sha256"]
    place, data = _target(repo, ADDITION, digest), signed.files.get(ADDITION)
    if data is None and place.exists():
        data = place.read_bytes()
    if data is None or canonical.digest(data) != digest:
        raise IntegrityError(f"{ADDITION} is not the file that was signed; copy the whole folder.")
    for path, bundle in signed.files.items():
        if path.startswith(f"{FOLDER}/"):
            extended(open_bundle(bundle), open_addition(data))
    return found


def _sign_online(repo: Repository, targets_version: int, now: datetime, *, renew_snapshot: bool) -> None:
    from securesystemslib.signer import CryptoSigner
    from tuf.api.metadata import Metadata, MetaFile, Snapshot, Timestamp

    key = _online(repo)
    signer = CryptoSigner(key, as_key(key.public_key().public_bytes_raw()))
    minutes = int(now.timestamp()) // 60
    before: Metadata[Snapshot] | None = _load(_newest(repo, "snapshot"), Snapshot)
    number = 0 if before is None else before.signed.version
    if renew_snapshot:
        number = max(minutes, number + 1)
        meta = {"targets.json": MetaFile(targets_version)}
        if (cluster := _newest(repo, ROLE)) is not None:
            meta[f"{ROLE}.json"] = MetaFile(int(cluster.name.partition(".")[0]))
        snapshot = Metadata(Snapshot(version=number, expires=_end(now, SNAPSHOT_DAYS), meta=meta))
        snapshot.sign(signer)
        _write(repo.metadata / f"{number}.snapshot.json", snapshot.to_bytes())
    old: Metadata[Timestamp] | None = _load(repo.metadata / "timestamp.json", Timestamp)
    version = max(minutes, 1 if old is None else old.signed.version + 1)
    timestamp = Metadata(Timestamp(version=version, expires=_end(now, TIMESTAMP_DAYS), snapshot_meta=MetaFile(number)))
    timestamp.sign(signer)
    _write(repo.metadata / "timestamp.json", timestamp.to_bytes())


def _online(repo: Repository) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(repo.online_key.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{repo.online_key} cannot be used ({error}). Restore it, or move it away and hold a ceremony: "
            "`ceremony request` makes a new one."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(f"{repo.online_key} is not an Ed25519 key.")
    return key


def _verified(by: Metadata[Root], what: Metadata[Root] | Metadata[Targets]) -> None:
    from tuf.api.exceptions import UnsignedMetadataError

    try:
        by.verify_delegate(what.signed.type, what)
    except UnsignedMetadataError as error:
        raise IntegrityError(f"not signed by enough of the cluster's keys: {error}") from error


def _parse(data: bytes, kind: type) -> Metadata:  # type: ignore[type-arg]
    from tuf.api.exceptions import RepositoryError
    from tuf.api.metadata import Metadata

    try:
        found: Metadata = Metadata.from_bytes(data)  # type: ignore[type-arg]
    except RepositoryError as error:
        raise IntegrityError(f"not TUF metadata: {error}") from error
    if not isinstance(found.signed, kind):
        raise IntegrityError(f"metadata of another kind than {kind.__name__}")
    return found


def _load(file: Path | None, kind: type) -> Metadata | None:  # type: ignore[type-arg]
    return None if file is None or not file.exists() else _parse(file.read_bytes(), kind)


def _newest(repo: Repository, role: str) -> Path | None:
    found = _all(repo, role)
    return found[-1] if found else None


def _all(repo: Repository, role: str) -> list[Path]:
    """By version."""
    return sorted(repo.metadata.glob(f"*.{role}.json"), key=lambda file: int(file.name.partition(".")[0]))


def _place(repo: Repository, path: str, data: bytes) -> Path:
    return _target(repo, path, canonical.digest(data))


def _target(repo: Repository, path: str, digest: str) -> Path:
    folder, _, name = path.rpartition("/")
    return repo.targets / folder / f"{digest}.{name}"


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}.new")
    with part.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(file)
    sync_folder(file.parent)


def _end(now: datetime, days: int) -> datetime:
    return now.astimezone(UTC).replace(microsecond=0) + timedelta(days=days)


@contextmanager
def _alone(repo: Repository) -> Iterator[None]:
    """One writer at a time, also among several servers on one folder."""
    repo.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(repo.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
