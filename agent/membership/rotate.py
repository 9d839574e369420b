"""Replacing the agent's key: made, said, proven, and only then in use. Can be repeated after any interruption.

The next key is written first, then the rotation that names it; it is sent until its receipt is stored; the one file
that says which key is in use is replaced last, in one step. The old key is set aside, never deleted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from agent.delivery.deliver import Action, action_for, advice, check_receipt, newest, problem_in, read_receipt
from agent.delivery.outbox import Item, Outbox, State
from agent.delivery.transport import Transport
from agent.home import identity
from agent.home.config import Home
from agent.home.identity import Enrolment, Identity, Machine
from shieldwall.encoding import envelope
from shieldwall.encoding.envelope import key_id, raw_public
from shieldwall.errors import DeliveryError, IntegrityError, RefusedError
from shieldwall.limits import ROTATION_DAYS
from shieldwall.log.receipt import Kind, Receipt, parse_receipt
from shieldwall.messages.problem import ProblemType
from shieldwall.messages.rotation import parse_rotation

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

DAY: Final = 86_400


def due(enrolment: Enrolment, now: int) -> bool:
    """Whether the key in use is older than ROTATION_DAYS."""
    return now - parse_receipt(enrolment.receipt.encode()).received > ROTATION_DAYS * DAY


def rotate(home: Home, who: Identity, box: Outbox, machine: Machine, transport: Transport, now: int) -> Identity:
    """Replace the key, or finish what was begun; answers who this agent is afterwards.

    machine: the one `who` was found to belong to. Raises DeliveryError to try again, RefusedError and IntegrityError
    when somebody must act. Until it succeeds the old key stays in use.
    """
    new = identity.ensure_key(home.next_key)
    item = box.place_rotation(new, now)
    payload = envelope.peek(item.envelope or b"").payload
    if parse_rotation(payload).pub != raw_public(new.public_key()):
        raise IntegrityError(
            f"{home.next_key} is not the key this agent announced; restore it from a backup, "
            "or ask your cluster manager for a new invitation and run `shieldwall join --replace`"
        )
    if item.state is State.DELIVERED and item.receipt is not None:
        receipt = parse_receipt(item.receipt.encode())
    else:
        receipt = _say(box, who.enrolment, item, transport)
    return _in_use(home, who.enrolment, item, receipt, payload, new, machine)


def _say(box: Outbox, at: Enrolment, item: Item, transport: Transport) -> Receipt:
    answer = transport.post(f"/v1/agents/{at.agent}/rotate", item.envelope or b"", envelope.MEDIA_TYPE)
    if answer.status in (200, 201):
        receipt = read_receipt(answer)
        checkpoint = check_receipt(receipt, Kind.KEY, item.digest, at)
        box.turn(item, receipt, newest(box.head().seen, checkpoint, transport))
        return receipt
    problem = problem_in(answer)
    if problem.type is ProblemType.NOT_FOUND:
        box.withdraw(item)
        raise RefusedError("the cluster's server cannot replace keys yet; the key in use stays, try again later")
    if problem.type is ProblemType.GAP and box.rewind(problem.expected_seq or 0):
        raise DeliveryError("the cluster asks for earlier statements first; run `shieldwall submit`")
    if action_for(problem) is Action.LATER:
        raise DeliveryError(f"{advice(problem)}; the key in use stays until then")
    raise RefusedError(f"{advice(problem)}; nothing was deleted")


def _in_use(
    home: Home, old: Enrolment, item: Item, receipt: Receipt, payload: bytes, new: Ed25519PrivateKey, machine: Machine
) -> Identity:
    after = replace(
        old,
        epoch=old.epoch + 1,
        key=key_id(new.public_key()),
        head=item.digest,
        receipt=receipt.encode().decode(),
        rotation=payload.decode(),
        machine=identity.traits(machine, new),
    )
    identity.write_enrolment(home, after)
    identity.settle_key(home, after)
    return Identity(after, new)
