"""What the cluster's people signed offline, verified step by step by the TUF client; nothing unsigned is ever used.

The root an agent begins with comes with its invitation, which pins it by hash, or from the manager's own hand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from agent.delivery.transport import Transport
from agent.home.config import Home
from agent.home.identity import write_private
from shieldwall.encoding import canonical
from shieldwall.errors import ConfigError, DeliveryError, IntegrityError, UsageError
from shieldwall.limits import BUNDLE_BYTES, TRUST_BYTES
from shieldwall.membership.trust import TARGET, AggregatorTrust, parse_trust
from shieldwall.packs.addition import TARGET as ADDITION
from shieldwall.packs.bundle import FOLDER

if TYPE_CHECKING:
    from tuf.ngclient import Updater
    from tuf.ngclient.fetcher import FetcherInterface

METADATA_PATH: Final = "/v1/trust/metadata/"
TARGETS_PATH: Final = "/v1/trust/targets/"
_MINUTE: Final = 60
ROLES: Final = ("timestamp", "snapshot", "targets")


@dataclass(frozen=True, slots=True)
class Verified:
    trust: AggregatorTrust
    bundles: tuple[bytes, ...]
    """Packs on offer, as signed."""
    issued: int
    """Unix time at which people last signed: the clock cannot be earlier."""
    addition: bytes = b""
    """The cluster's own questions and thresholds, as signed; empty where there are none."""


def has_anchor(home: Home) -> bool:
    return _anchor(home).exists()


def set_anchor(home: Home, root: bytes, digest: bytes | None = None) -> None:
    """Begin to trust this root. Raises IntegrityError when it is not the one that was pinned, or no root at all."""
    if digest is not None and hashlib.sha256(root).digest() != digest:
        raise IntegrityError("the cluster's root is not the one the invitation names: something stands in between")
    from tuf.api.exceptions import RepositoryError
    from tuf.api.metadata import Metadata, Root

    try:
        found = Metadata[Root].from_bytes(root)
        if not isinstance(found.signed, Root):
            raise IntegrityError("this file is metadata of another kind; the manager's root.json is meant")
        found.verify_delegate("root", found)
    except RepositoryError as error:
        raise IntegrityError(f"this is no root of a cluster: {error}") from error
    home.create()
    home.trust.mkdir(mode=0o700, exist_ok=True)
    write_private(_anchor(home), root, replace=True)


def fetch_anchor(transport: Transport, digest: bytes) -> bytes:
    """The root with this hash. Raises DeliveryError."""
    answer = transport.get(f"/v1/trust/anchor/{digest.hex()}", TRUST_BYTES)
    if answer.status != 200:
        raise DeliveryError(f"the cluster's root could not be fetched (HTTP {answer.status}); try again later")
    return answer.body


def refresh(home: Home, transport: Transport, now: int, floor: int) -> Verified:
    """Fetch and verify what is signed now. What was verified before stays on disk, whatever happens here.

    floor: unix time that has certainly passed; the clock counts only from there on. Raises UsageError without a root,
    DeliveryError when the cluster cannot be reached, IntegrityError for what must not be believed.
    """
    try:
        anchor = _anchor(home).read_bytes()
    except FileNotFoundError:
        raise UsageError(
            "this agent knows no root of its cluster, so nothing that is offered could be believed; checks come with "
            "the program. Ask your cluster manager for root.json and run `shieldwall update --root root.json`"
        ) from None
    folder = home.trust / canonical.digest(anchor)[:16]
    folder.mkdir(mode=0o700, exist_ok=True)
    from tuf.api import exceptions

    try:
        updater = _updater(folder, anchor, transport, max(now, floor))
        updater.refresh()
        trust = parse_trust(_target(updater, TARGET, folder))
        names = sorted(name for name in _listed(updater) if name.startswith(f"{FOLDER}/"))
        bundles = tuple(_target(updater, name, folder) for name in names)
        added = updater.get_targetinfo(ADDITION) is not None
        return Verified(trust, bundles, _issued(updater), _target(updater, ADDITION, folder) if added else b"")
    except exceptions.DownloadError as error:
        raise DeliveryError(
            f"the cluster's signed files could not be fetched ({_cause(error)}); the checks verified before stay in use"
        ) from error
    except exceptions.RepositoryError as error:
        raise IntegrityError(f"{_refusal(error)}; the checks verified before stay in use") from error
    except OSError as error:
        raise ConfigError(f"cannot keep the cluster's signed files in {folder}: {error.strerror}") from error


def ends(home: Home) -> datetime | None:
    """When the first of the files verified last stops to count; None where none were. Only looks, verifies nothing."""
    try:
        folder = home.trust / canonical.digest(_anchor(home).read_bytes())[:16]
        found = [json.loads((folder / f"{name}.json").read_bytes()) for name in ROLES]
        return min(datetime.fromisoformat(one["signed"]["expires"]) for one in found)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _anchor(home: Home) -> Path:
    return home.trust / "anchor.json"


def _updater(folder: Path, anchor: bytes, transport: Transport, now: int) -> Updater:
    from tuf.ngclient import Updater, UpdaterConfig

    config = UpdaterConfig(targets_max_length=BUNDLE_BYTES, max_root_rotations=64)
    made = Updater(str(folder), METADATA_PATH, str(folder), TARGETS_PATH, _fetcher(transport), config, bootstrap=anchor)
    # The client reads the clock itself; a clock set back would make an old publication look fresh again.
    made._trusted_set.reference_time = datetime.fromtimestamp(now, UTC)
    return made


def _fetcher(transport: Transport) -> FetcherInterface:
    from tuf.api.exceptions import DownloadHTTPError
    from tuf.ngclient.fetcher import FetcherInterface

    class Fetcher(FetcherInterface):
        def _fetch(self, url: str) -> Iterator[bytes]:
            answer = transport.get(url, BUNDLE_BYTES)
            if answer.status != 200:
                raise DownloadHTTPError(f"HTTP {answer.status} for {url}", answer.status)
            return iter([answer.body])

    return Fetcher()


def _target(updater: Updater, name: str, folder: Path) -> bytes:
    info = updater.get_targetinfo(name)
    if info is None:
        raise IntegrityError(f"the cluster's people signed no {name}")
    place = folder / f"target-{canonical.digest(name.encode())[:16]}"
    found = updater.find_cached_target(info, str(place)) or updater.download_target(info, str(place))
    return Path(found).read_bytes()


def _listed(updater: Updater) -> Any:
    return updater._trusted_set.targets.targets


def _issued(updater: Updater) -> int:
    """Versions of targets are minutes since 1970, written by people who sign offline."""
    signed = updater._trusted_set.targets
    return min(signed.version * _MINUTE, int(signed.expires.timestamp()))


def _cause(error: Exception) -> str:
    return str(error.__cause__ or error)


def _refusal(error: Exception) -> str:
    from tuf.api import exceptions

    match error:
        case exceptions.BadVersionNumberError():
            return (
                f"the cluster offers something older than what this agent has seen ({error}): rolled back or attacked"
            )
        case exceptions.ExpiredMetadataError():
            return f"what the cluster offers has expired ({error}): its server is neglected, or somebody holds it still"
        case exceptions.UnsignedMetadataError():
            return f"not signed by enough of the cluster's keys ({error})"
        case exceptions.LengthOrHashMismatchError():
            return f"a file is not the one that was signed ({error})"
        case _:
            return f"the cluster's signed files do not hold ({error})"
