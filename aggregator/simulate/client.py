"""A small agent of the protocol: it enrols, signs, sends and verifies its receipt; its memory is its caller's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import TracebackType
from typing import Final

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shieldwall.encoding import canonical, envelope
from shieldwall.errors import DeliveryError, IntegrityError, RefusedError
from shieldwall.limits import ANSWER_BYTES
from shieldwall.log.receipt import Kind, Receipt, parse_receipt, verify_receipt
from shieldwall.membership import enrolment
from shieldwall.membership.invitation import Invitation
from shieldwall.messages.problem import ProblemType, parse_problem
from shieldwall.messages.statement import Position, Seen, Statement

SECONDS: Final = (5, 60)
"""To connect, to answer."""


@dataclass(frozen=True, slots=True)
class Member:
    """An enrolled agent and where it stands in its chain."""

    key: Ed25519PrivateKey
    server: bytes
    """The log key."""
    position: Position
    """Of the next statement."""
    seen: Seen


class Client:
    """One connection to one aggregator."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update({"Shieldwall-Protocol": "1", "User-Agent": "shieldwall-simulate"})

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def enrol(self, invitation: Invitation, nonce: bytes) -> Member:
        """With a fresh key. Raises DeliveryError, RefusedError, IntegrityError."""
        key = Ed25519PrivateKey.generate()
        asked = enrolment.request(invitation, key, nonce)
        status, body = self._post("/v1/enroll", asked.encode(), "application/json")
        answer = enrolment.parse_answer(_expected(status, body))
        checkpoint = enrolment.verify_answer(answer, asked, invitation)
        if status == 202:
            raise RefusedError(
                "this cluster approves every agent by hand, so a simulation cannot speak; "
                "simulate in a cluster that was founded without --approval"
            )
        position = Position(answer.aud, answer.agent, answer.epoch, 1, answer.head)
        return Member(key, answer.server, position, Seen(checkpoint.size, checkpoint.root.hex()))

    def send(self, member: Member, statement: Statement) -> tuple[Receipt, Member]:
        """The receipt, and the agent after it. Raises DeliveryError, RefusedError, IntegrityError."""
        payload = statement.encode()
        sealed = envelope.sign(payload, [member.key])
        at = member.position
        path = f"/v1/agents/{at.agent}/statements"
        receipt = parse_receipt(_expected(*self._post(path, sealed, envelope.MEDIA_TYPE)))
        if receipt.kind is not Kind.STATEMENT:
            raise IntegrityError("the receipt is of another kind")
        said, log_key = canonical.digest(payload), envelope.public_key(member.server)
        checkpoint = verify_receipt(receipt, digest=said, origin=at.aud, log_key=log_key)
        seen = Seen(checkpoint.size, checkpoint.root.hex())
        return receipt, replace(member, position=replace(at, seq=at.seq + 1, prev=said), seen=seen)

    def reachable(self) -> None:
        """Raises DeliveryError unless an aggregator answers."""
        try:
            answer = self._session.get(self._url + "/v1/log/checkpoint", timeout=SECONDS)
        except requests.RequestException as error:
            raise _nobody(self._url) from error
        if answer.status_code != 200:
            raise _nobody(self._url)

    def _post(self, path: str, body: bytes, kind: str) -> tuple[int, bytes]:
        try:
            answer = self._session.post(
                self._url + path, data=body, headers={"Content-Type": kind}, timeout=SECONDS, allow_redirects=False
            )
        except requests.RequestException as error:
            raise _nobody(self._url) from error
        return answer.status_code, answer.content[:ANSWER_BYTES]


def _expected(status: int, body: bytes) -> bytes:
    if status in (200, 201, 202):
        return body
    problem = parse_problem(body)
    raise RefusedError(f"{problem.title}{_hint(problem.type)}")


def _hint(kind: ProblemType) -> str:
    return "; the server knows another check library than this program" if kind is ProblemType.SCHEMA else ""


def _nobody(url: str) -> DeliveryError:
    return DeliveryError(
        f"no aggregator answers at {url}. Start `shieldwall-aggregator serve` in another terminal, "
        "or name its address with --url"
    )
