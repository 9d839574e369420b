"""The cluster's releases: which there are, fetched whole, and opened only under the key of its log."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from agent.delivery.transport import Transport
from shieldwall.encoding.closed import read
from shieldwall.encoding.envelope import open_envelope
from shieldwall.errors import DeliveryError, IntegrityError, UsageError
from shieldwall.limits import INFLATED_BYTES
from shieldwall.log.checkpoint import open_checkpoint
from shieldwall.published.release import PAYLOAD_TYPE, Release, parse_release

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

RELEASES: Final = 1_000
"""A release a quarter for two centuries and a half."""
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def open_release(envelope: bytes, log_key: Ed25519PublicKey, origin: str, former: Collection[str] = ()) -> Release:
    """A release signed by the cluster's pinned log key, its checkpoint from the same log. Raises IntegrityError.

    former: origins the log had before.
    """
    opened = open_envelope(envelope, [log_key])
    if opened.payload_type != PAYLOAD_TYPE:
        raise IntegrityError(f"the file holds {opened.payload_type}, not a release; fetch release.json of your cluster")
    release = parse_release(opened.payload)
    if release.log.checkpoint:
        named = release.log.checkpoint.partition("\n")[0]
        open_checkpoint(release.log.checkpoint, origin=named if named in former else origin, log_key=log_key)
    return release


def fetch_release(transport: Transport, name: str = "") -> bytes:
    """The envelope of the newest release, or of `name`. Raises DeliveryError, UsageError, IntegrityError."""
    listed = list_releases(transport, name)
    return _get(transport, f"/v1/releases/{name or listed[0]}/release.json")


def list_releases(transport: Transport, name: str = "") -> list[str]:
    """Names of the published releases, newest first; `name` must be among them. Raises as fetch_release."""
    listed = _names(_get(transport, "/v1/releases"))
    if not listed:
        raise UsageError("your cluster has not published a release yet; come back after the end of the quarter")
    if name and name not in listed:
        raise UsageError(f"there is no release `{name}`; your cluster published {', '.join(listed[:8])}")
    return listed


def _names(body: bytes) -> list[str]:
    """Newest first, as the cluster lists them."""
    (listed,) = read(body).known("releases")
    return [name.text(_NAME) for item in listed.elements(RELEASES) for name in item.known("name")]


def _get(transport: Transport, path: str) -> bytes:
    answer = transport.get(path, INFLATED_BYTES)
    if answer.status != 200:
        raise DeliveryError(f"the cluster answered {answer.status} to {path}; try again later, or use --release FILE")
    return answer.body
