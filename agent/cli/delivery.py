"""What `submit` and `rotate` share: clock, chance and talk for a delivery, and a key that is replaced on the way."""

from __future__ import annotations

import random
import time
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from agent.cli.session import Session
    from agent.delivery.deliver import Delivery, Rim
    from agent.delivery.transport import Transport
    from agent.home.identity import Identity, Machine


def make_rim(here: Session, transport: Transport) -> Rim:
    from agent.delivery.deliver import Rim

    return Rim(
        transport,
        now=lambda: int(time.time()),
        fraction=random.SystemRandom().random,
        nonce=lambda: str(uuid.uuid4()),
        progress=lambda item: here.tell(f"{item.sort} {item.seq} delivered, receipt stored"),
        told=here.warn,
    )


def sent(here: Session, db: sqlite3.Connection, who: Identity, rim: Rim) -> tuple[Identity, Delivery]:
    """Deliver what waits; where the cluster's log was lost and goes on under another name, follow it first.

    Raises as agent.membership.reopen.follow and send_again.
    """
    from agent.delivery.deliver import LogLost, deliver
    from agent.delivery.outbox import Outbox
    from agent.membership.reopen import follow, send_again

    try:
        # What a cut line or a power failure left of it goes first: the server takes nothing later before.
        send_again(here.home, who, db, rim)
        done = deliver(Outbox(db, who), who.enrolment, rim)
        lost = isinstance(done.failure, LogLost)
    except LogLost:
        lost = True
    if lost:
        who = follow(here.home, who, db, rim.transport)
        here.warn(f"the cluster's log was lost in part and goes on as {who.enrolment.aud}; what was lost is sent again")
        send_again(here.home, who, db, rim)
        done = deliver(Outbox(db, who), who.enrolment, rim)
    return who, done


def replaced(here: Session, db: sqlite3.Connection, who: Identity, machine: Machine, rim: Rim) -> Identity:
    """Say what is still to be said under the old key, then replace it. Raises as agent.membership.rotate.rotate."""
    from agent.delivery.deliver import deliver
    from agent.delivery.outbox import Outbox
    from agent.membership.reopen import send_again
    from agent.membership.rotate import rotate
    from shieldwall.errors import DeliveryError

    send_again(here.home, who, db, rim)
    box = Outbox(db, who)
    lost = box.losses()
    done = deliver(box, who.enrolment, rim)
    if done.failure is None and lost is not None and (lost := box.losses()) is not None:
        box.make_gap(*lost, rim.now(), rim.nonce())
        done = deliver(box, who.enrolment, rim)
    if done.failure is not None:
        raise done.failure
    if box.rotation() is None and done.waiting:
        raise DeliveryError("the key is replaced once everything is delivered; run `shieldwall submit` again")
    after = rotate(here.home, who, box, machine, rim.transport, rim.now())
    here.tell(f"key {after.enrolment.epoch} is in use; the one before is kept in {here.home.path}")
    return after
