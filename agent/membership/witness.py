"""Whether somebody outside the cluster has seen the log this agent sees (C2SP witness).

Witnesses are named in the file the cluster's people signed offline; where none is named, nothing is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from agent.delivery.deliver import newest
from agent.delivery.transport import Transport
from agent.home.identity import Enrolment
from shieldwall.errors import DeliveryError, IntegrityError
from shieldwall.limits import RECEIPT_BYTES
from shieldwall.log.checkpoint import open_checkpoint
from shieldwall.log.cosignature import cosigned
from shieldwall.membership.trust import AggregatorTrust
from shieldwall.messages.statement import Seen

STALE_DAYS: Final = 45
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Testimony:
    names: tuple[str, ...]
    """Witnesses that signed; none when the cluster shows no cosigned checkpoint."""
    size: int
    days: int
    """Since the latest of them signed."""

    def complaint(self) -> str:
        """What somebody should be told; empty when all is well."""
        if not self.names:
            return "the cluster names a witness for its log and shows nothing it signed; ask your cluster manager"
        if self.days > STALE_DAYS:
            return f"no witness has signed the cluster's log for {self.days} days; ask your cluster manager"
        return ""


def testimony(
    at: Enrolment, trust: AggregatorTrust, seen: Seen | None, transport: Transport, now: int
) -> Testimony | None:
    """None where no witness is named, or the log's name is about to change.

    Raises IntegrityError when the log a witness signed and the one this agent has seen are not one, DeliveryError.
    """
    witnesses = trust.seen_by()
    if not witnesses or trust.origin != at.aud:
        return None
    answer = transport.get("/v1/log/witnessed", RECEIPT_BYTES)
    if answer.status == 404:
        return Testimony((), 0, 0)
    if answer.status != 200:
        raise DeliveryError(f"the witnessed checkpoint could not be fetched (HTTP {answer.status}); try again later")
    note = answer.body.decode("utf-8", "replace")
    checkpoint = open_checkpoint(note, origin=at.aud, log_key=at.log_key())
    found = cosigned(note, checkpoint, witnesses)
    if not found:
        return Testimony((), checkpoint.size, 0)
    try:
        newest(seen, checkpoint, transport)
    except IntegrityError as error:
        raise IntegrityError(
            f"the log that {found[0].witness.name} witnessed is not the one this host was shown ({error}); "
            "keep this message, copy this agent's folder away, and tell the other firms and your cluster manager"
        ) from error
    latest = max(one.time for one in found)
    return Testimony(tuple(one.witness.name for one in found), checkpoint.size, max(0, now - latest) // _DAY)
