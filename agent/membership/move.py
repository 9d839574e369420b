"""The cluster moved, or lost its server: what its people signed offline says where it answers and under which key.

A new address is only written down. A new log key is taken when the signed file also names the one we knew as its
former one; then the old server's receipt and our own key let us in again.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Final

from agent.delivery.deliver import advice, check_receipt, problem_in
from agent.delivery.outbox import Outbox
from agent.delivery.transport import Transport
from agent.home import identity
from agent.home.config import Home
from agent.home.identity import Enrolment, Identity
from shieldwall.encoding import canonical
from shieldwall.encoding.envelope import raw_public
from shieldwall.errors import DeliveryError, IntegrityError, RefusedError
from shieldwall.log.receipt import Kind, parse_receipt
from shieldwall.membership.enrolment import KeyChange, KeyEvent
from shieldwall.membership.readmission import ask, parse_readmitted
from shieldwall.membership.trust import AggregatorTrust
from shieldwall.messages.problem import Retry

PROTOCOL: Final = 1


def moved(home: Home, at: Enrolment, trust: AggregatorTrust) -> Enrolment:
    """Write down a new address; answers the enrolment from now on. Raises RefusedError for a newer protocol."""
    if PROTOCOL not in trust.protocols:
        spoken = ", ".join(map(str, trust.protocols))
        raise RefusedError(f"the cluster speaks protocol {spoken}, this agent {PROTOCOL}; upgrade the agent")
    if at.url in trust.urls:
        return at
    after = replace(at, url=trust.urls[0])
    identity.write_enrolment(home, after)
    return after


def succeeded(at: Enrolment, trust: AggregatorTrust) -> bool:
    """Whether the cluster's log is written under another key now. Raises IntegrityError for one that is no successor.

    A new name under the same key is not meant: that is told by the log itself (agent.membership.reopen).
    """
    known = at.log_key().public_bytes_raw()
    if trust.log_key().public_bytes_raw() == known:
        return False
    if known not in [key.public_bytes_raw() for key in trust.former(at.aud)]:
        raise IntegrityError(
            f"what the cluster's people signed does not say that its log follows {at.aud}; tell your cluster manager"
        )
    return True


def come_back(
    home: Home, who: Identity, db: sqlite3.Connection, trust: AggregatorTrust, transport: Transport, nonce: bytes
) -> Enrolment:
    """Be let in again by the new server; can be repeated until it has happened. Raises as `enrol.join`."""
    old = who.enrolment
    asked = ask(old.agent, _event(who), parse_receipt(old.receipt.encode()), who.key, nonce)
    answer = transport.post("/v1/readmit", asked.encode(), "application/json")
    if answer.status not in (200, 201):
        problem = problem_in(answer)
        text = f"the cluster's new server did not let this agent in again: {advice(problem)}"
        raise DeliveryError(text) if problem.retry is Retry.LATER else RefusedError(text)
    try:
        got = parse_readmitted(answer.body)
    except IntegrityError as error:
        raise DeliveryError("the answer is not that of an aggregator; try again later") from error
    pub = raw_public(who.key.public_key())
    after = replace(
        old,
        aud=trust.origin,
        epoch=got.epoch,
        server=canonical.b64(raw_public(trust.log_key())),
        head=got.head,
        receipt=got.receipt.encode().decode(),
        rotation="",
        former=(),
    )
    event = KeyEvent(trust.origin, old.agent, got.epoch, KeyChange.ADD, pub)
    checkpoint = check_receipt(got.receipt, Kind.KEY, event.digest(), after)
    Outbox(db, Identity(after, who.key)).open(checkpoint.size, checkpoint.root, got.receipt.received)
    identity.write_enrolment(home, after)
    return after


def _event(who: Identity) -> bytes:
    """What the stored receipt is for."""
    at = who.enrolment
    if at.rotation:
        return at.rotation.encode()
    receipt = parse_receipt(at.receipt.encode())
    for origin in (at.aud, *at.former):
        event = KeyEvent(origin, at.agent, at.epoch, KeyChange.ADD, raw_public(who.key.public_key()))
        if event.digest() == receipt.digest:
            return event.encode()
    raise IntegrityError("the receipt kept for this agent's key is for another one; ask for a new invitation")
