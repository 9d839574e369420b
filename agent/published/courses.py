"""The courses a cluster offers: read from its server or beside a release at hand, and checked against its log key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.delivery.transport import Transport
from shieldwall.encoding.envelope import open_envelope
from shieldwall.errors import DeliveryError, IntegrityError
from shieldwall.published.courses import DOCUMENT_BYTES, PATH, PAYLOAD_TYPE, Courses, parse_courses

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ENVELOPE_BYTES = 2 * DOCUMENT_BYTES


def fetch_courses(transport: Transport) -> bytes | None:
    """The envelope; None where the cluster has never offered one, or its server is older. Raises DeliveryError."""
    answer = transport.get(PATH, ENVELOPE_BYTES)
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise DeliveryError(f"the cluster answered {answer.status} to the list of courses; try again later")
    return answer.body


def open_courses(envelope: bytes, log_key: Ed25519PublicKey) -> Courses:
    """Raises IntegrityError unless the cluster signed it as that."""
    opened = open_envelope(envelope, [log_key])
    if opened.payload_type != PAYLOAD_TYPE:
        raise IntegrityError(f"the file holds {opened.payload_type}, not a list of courses")
    return parse_courses(opened.payload)
