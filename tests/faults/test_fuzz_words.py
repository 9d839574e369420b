"""Every reader of bytes from outside, on bytes that are almost right: it says what they say or raises as documented."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Callable
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from damaging import FUZZ, damaged
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joined import draft
from simulator import Cluster

from shieldwall.encoding import canonical, envelope
from shieldwall.errors import IntegrityError, ShieldwallError, UsageError
from shieldwall.log import checkpoint, receipt
from shieldwall.log.receipt import Kind
from shieldwall.membership import enrolment
from shieldwall.membership.invitation import parse_invitation
from shieldwall.messages import notice, problem, rotation, statement
from shieldwall.messages.problem import Problem, ProblemType
from shieldwall.messages.statement import Position

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NEW = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
CLUSTER = Cluster()
AGENT = "agt_" + "0" * 26
NONCE = "0b0c7a4e-5c1f-4f4e-9a3e-0d9a0a0b0c0d"
POSITION = Position(CLUSTER.origin, AGENT, 1, 1, "ab" * 32)
RECEIPT = [CLUSTER.receipt(canonical.digest(bytes([number])), Kind.STATEMENT) for number in range(9)][-1]
INVITATION = CLUSTER.invite("https://cluster.example")
REQUEST = enrolment.request(INVITATION, KEY, bytes(32))
LOG_KEY = CLUSTER.key.public_key()
STATEMENT = draft().at(POSITION, None).encode()
ROTATION = rotation.Rotation(CLUSTER.origin, AGENT, 2, NEW.public_key().public_bytes_raw(), 3, "cd" * 32)


def answer_of_the_cluster(data: bytes) -> None:
    enrolment.verify_answer(enrolment.parse_answer(data), REQUEST, INVITATION)


def receipt_of_the_cluster(data: bytes) -> None:
    found = receipt.parse_receipt(data)
    receipt.verify_receipt(found, digest=found.digest, origin=CLUSTER.origin, log_key=LOG_KEY)


def request_of_an_agent(data: bytes) -> None:
    enrolment.verify_request(enrolment.parse_request(data), INVITATION.secret)


def as_text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: read(data.decode("utf-8", "surrogateescape"))


READERS: Final[dict[str, tuple[bytes, Callable[[bytes], object], type[ShieldwallError]]]] = {
    "statement": (STATEMENT, statement.parse, IntegrityError),
    "gap": (
        notice.Gap(POSITION, NONCE, ("ab" * 32, "ef" * 32), notice.GapReason.OVERFLOW).encode(),
        notice.parse_gap, IntegrityError,
    ),
    "leave": (notice.Leave(CLUSTER.origin, AGENT, 1, NONCE).encode(), notice.parse_leave, IntegrityError),
    "rotation": (ROTATION.encode(), rotation.parse_rotation, IntegrityError),
    "signed rotation": (
        rotation.sign_rotation(ROTATION, KEY, NEW),
        lambda data: rotation.open_rotation(data, KEY.public_key()), IntegrityError,
    ),
    "envelope": (
        envelope.sign(STATEMENT, [KEY]),
        lambda data: envelope.open_envelope(data, [KEY.public_key()]), IntegrityError,
    ),
    "enrolment request": (REQUEST.encode(), request_of_an_agent, IntegrityError),
    "enrolment answer": (CLUSTER.answer("POST", "/v1/enroll", REQUEST.encode())[2], answer_of_the_cluster, IntegrityError),
    "receipt": (RECEIPT.encode(), receipt_of_the_cluster, IntegrityError),
    "consistency proof": (
        receipt.encode_consistency(CLUSTER.tree.consistency(3)), receipt.parse_consistency, IntegrityError,
    ),
    "problem": (Problem(ProblemType.GAP, 7, "ab" * 32).encode(), problem.parse_problem, IntegrityError),
    "checkpoint": (
        CLUSTER.checkpoint().encode(),
        as_text(lambda note: checkpoint.open_checkpoint(note, origin=CLUSTER.origin, log_key=LOG_KEY)), IntegrityError,
    ),
    "vkey": (checkpoint.vkey(CLUSTER.origin, LOG_KEY).encode(), as_text(checkpoint.parse_vkey), IntegrityError),
    "invitation": (INVITATION.encode().encode(), as_text(parse_invitation), UsageError),
    "invitation within": (
        base64.urlsafe_b64decode(INVITATION.encode() + "=" * (-len(INVITATION.encode()) % 4)),
        lambda data: parse_invitation(base64.urlsafe_b64encode(data).rstrip(b"=").decode()), UsageError,
    ),
}  # fmt: skip
"""What is read: a good one, its reader, and the one kind of error it may raise."""


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=FUZZ, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_reader_answers_or_raises_as_documented(name: str, data: st.DataObject) -> None:
    sample, read, error = READERS[name]
    read(sample)
    with contextlib.suppress(error):
        read(data.draw(damaged(sample)))
