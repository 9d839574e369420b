"""Whether a release counted this host, and once: told by receipts kept here and the manifest beside the release."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.delivery.deliver import newest
from agent.delivery.transport import Transport
from shieldwall.errors import DeliveryError, IntegrityError
from shieldwall.language import gettext as _
from shieldwall.language import ngettext
from shieldwall.limits import MANIFEST_BYTES
from shieldwall.log.checkpoint import Checkpoint, open_checkpoint
from shieldwall.log.receipt import parse_receipt
from shieldwall.messages.statement import Seen
from shieldwall.published.manifest import FILE, Manifest, open_manifest
from shieldwall.published.release import Release

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class Counted:
    mine: int | None
    """Log index of the statement that was counted; None when none of this host's was."""
    before: int
    """How many statements of this host the log held by then."""
    leaves: int


def own_indices(db: sqlite3.Connection) -> list[int]:
    """Where statements of this host stand in the log, by the receipts it keeps; under every key it had."""
    rows = db.execute("SELECT receipt FROM outbox WHERE kind = 'statement' AND receipt IS NOT NULL")
    return sorted(parse_receipt(row["receipt"].encode()).index for row in rows)


def fetch_manifest(transport: Transport, release: Release) -> bytes:
    """Raises DeliveryError."""
    answer = transport.get(f"/v1/releases/{release.name}/{FILE}", MANIFEST_BYTES)
    if answer.status != 200:
        raise DeliveryError(f"the cluster answered {answer.status} to the list of counted statements; try again later")
    return answer.body


def check_counted(manifest: bytes, release: Release, checkpoint: Checkpoint, own: Collection[int]) -> Counted:
    """Raises IntegrityError when the manifest is not the signed one or counts this host twice."""
    log = release.log
    found: Manifest = open_manifest(manifest, root=log.root, leaves=log.leaves, size=checkpoint.size)
    mine = sorted(set(own).intersection(found.indices))
    if len(mine) > 1:
        raise IntegrityError(
            f"this host was counted {len(mine)} times (leaves {', '.join(map(str, mine))}); tell your cluster manager"
        )
    before = sum(1 for index in own if index < checkpoint.size)
    return Counted(mine[0] if mine else None, before, log.leaves)


def checkpoint_of(
    release: Release, origins: Collection[tuple[str, Ed25519PublicKey]], seen: Seen | None, transport: Transport | None
) -> Checkpoint:
    """The log as it was when the release was made, an extension or a beginning of what this agent has seen.

    origins: names and keys of the cluster's log. Without a transport only the signature is checked. Raises
    IntegrityError for a log that shows two histories, DeliveryError when it cannot be asked.
    """
    for origin, key in origins:
        if release.log.checkpoint.startswith(f"{origin}\n"):
            checkpoint = open_checkpoint(release.log.checkpoint, origin=origin, log_key=key)
            if transport is not None:
                newest(seen, checkpoint, transport)
            return checkpoint
    raise IntegrityError("the release's checkpoint is of no log this agent knows")


def told(counted: Counted) -> Iterator[str]:
    """Lines of plain text, in the language spoken now."""
    if counted.mine is not None:
        words = _("This host was counted, once: leaf %(leaf)s of %(leaves)s counted ones; the log holds.")
        yield words % {"leaf": counted.mine, "leaves": counted.leaves}
    elif counted.before:
        words = ngettext(
            "This host's statement is not among the %(leaves)s counted ones. Newcomers wait for the next batch; if "
            "your firm is no newcomer, ask your cluster manager why.",
            "None of this host's %(count)s statements is among the %(leaves)s counted ones. Newcomers wait for the "
            "next batch; if your firm is no newcomer, ask your cluster manager why.",
            counted.before,
        )
        yield words % {"count": counted.before, "leaves": counted.leaves}
    else:
        yield _("Nothing this host sent had arrived when the release was made, so it was not counted.")
