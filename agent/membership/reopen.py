"""The cluster's server came back with less than it had: show it what we hold, follow its log to the new name, and let
everything its lost part had acknowledged wait to be sent again. Nothing here depends on the server's goodwill: a
checkpoint it signed speaks against it, and envelopes are kept longer than the interval between two backups.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from agent.delivery.deliver import Rim, check_receipt, deliver, log_named, newest, read_receipt
from agent.delivery.outbox import Outbox, State
from agent.delivery.transport import Transport
from agent.home import identity
from agent.home.config import Home
from agent.home.identity import Identity
from agent.home.store import writing
from shieldwall.encoding import envelope
from shieldwall.errors import DeliveryError, IntegrityError, RefusedError
from shieldwall.log.checkpoint import Checkpoint, open_checkpoint
from shieldwall.log.receipt import Kind, parse_receipt
from shieldwall.log.reopening import Reopening, reopened_since
from shieldwall.messages.rotation import parse_rotation

TOLD = (
    "the cluster's server has lost a part of its log, was shown so and takes nothing until its manager types "
    "`shieldwall-aggregator log reopen`; tell the cluster manager. Nothing is lost here"
)


def follow(home: Home, who: Identity, db: sqlite3.Connection, transport: Transport) -> Identity:
    """Go over to the log's new name; answers who this agent is there.

    Raises RefusedError while there is none (the server has then been shown what is missing), DeliveryError to try
    again, IntegrityError for a new name that does not hold.
    """
    answer = transport.get("/v1/log/reopened")
    if answer.status not in (200, 404):
        raise DeliveryError("whether the cluster's log goes on under another name could not be asked; try again later")
    steps = []
    if answer.status == 200:
        steps = list(reopened_since(answer.body, who.enrolment.aud, who.enrolment.log_key()))
    if not steps:
        _present(db, who, transport)
        raise RefusedError(TOLD)
    for step in steps:
        _check(who, step)
        who = _over(home, who, db, step)
    return who


def send_again(home: Home, who: Identity, db: sqlite3.Connection, rim: Rim) -> None:
    """Say again under keys that were replaced since what was lost under them, and the replacements themselves.

    What is not kept any more goes as a gap signed by the key of its time: a replacement names the end of its chain, and
    no server takes it while anything before is missing. Does nothing where nothing is left to say; stopped on the way
    it goes on from there. Raises what stopped it; the present epoch is not touched.
    """
    rows = db.execute(
        "SELECT DISTINCT epoch FROM outbox WHERE agent = ? AND epoch < ? AND state = 'waiting' ORDER BY epoch",
        (who.enrolment.agent, who.enrolment.epoch),
    ).fetchall()
    for epoch in (row["epoch"] for row in rows):
        box = _box_of(home, who, db, epoch)
        _say_all(box, who, rim)
        rotation = box.rotation()
        if rotation is None or rotation.state is not State.WAITING:
            continue
        path = f"/v1/agents/{who.enrolment.agent}/rotate"
        answer = rim.transport.post(path, rotation.envelope or b"", envelope.MEDIA_TYPE)
        if answer.status not in (200, 201):
            raise RefusedError("the cluster does not take this agent's earlier key again; tell the cluster manager")
        receipt = read_receipt(answer)
        checkpoint = check_receipt(receipt, Kind.KEY, rotation.digest, who.enrolment)
        box.turn(rotation, receipt, newest(box.head().seen, checkpoint, rim.transport))


def _say_all(box: Outbox, who: Identity, rim: Rim) -> None:
    while True:
        done = deliver(box, who.enrolment, rim)
        if done.failure is not None:
            raise done.failure
        if done.sent:
            continue
        lost = box.losses()
        if lost is None:
            return
        box.make_gap(*lost, rim.now(), rim.nonce())


def _box_of(home: Home, who: Identity, db: sqlite3.Connection, epoch: int) -> Outbox:
    """What was said in an earlier epoch, with its key. Raises RefusedError when that is not here and a gap needs it."""
    then = replace(who.enrolment, epoch=epoch)
    box = Outbox(db, Identity(then, who.key))
    rotation = box.rotation()
    sealed = b"" if rotation is None else rotation.envelope or b""
    for key in identity.former_keys(home) if sealed else ():
        try:
            vouched = envelope.opened_by_one(sealed, key.public_key())
        except IntegrityError:
            continue
        if parse_rotation(vouched.payload).pub != envelope.raw_public(key.public_key()):
            return Outbox(db, Identity(then, key))
    if box.losses() is not None:
        raise RefusedError(
            "the cluster's server asks for what this agent said under an earlier key and keeps no longer, and that "
            f"key is not in {home.path}: restore its former-* files from a backup, or ask your cluster manager for a "
            "new invitation and run `shieldwall join --replace`"
        )
    return box


def _present(db: sqlite3.Connection, who: Identity, transport: Transport) -> None:
    """Show the server the newest checkpoint it signed for us."""
    best: tuple[int, str] | None = None
    key = who.enrolment.log_key()
    rows = db.execute("SELECT receipt FROM outbox WHERE receipt IS NOT NULL ORDER BY id DESC LIMIT 50").fetchall()
    for text in [who.enrolment.receipt, *(row["receipt"] for row in rows)]:
        note = parse_receipt(text.encode()).proof.partition("\n\n")[2]
        try:
            size = open_checkpoint(note, origin=who.enrolment.aud, log_key=key).size
        except IntegrityError:
            continue
        if best is None or size > best[0]:
            best = size, note
    if best is not None:
        transport.post("/v1/log/presented", best[1].encode(), "text/plain")


def _check(who: Identity, step: Reopening) -> Checkpoint:
    shown = open_checkpoint(step.note, origin=step.before, log_key=who.enrolment.log_key())
    if shown.size <= step.size:
        raise IntegrityError(
            f"the cluster renamed its log to {step.after} though nothing was missing from it; tell the other members"
        )
    return shown


def _over(home: Home, who: Identity, db: sqlite3.Connection, step: Reopening) -> Identity:
    """Database first: repeated after an interruption it finds nothing more to do."""
    agent, names = who.enrolment.agent, (who.enrolment.aud, *who.enrolment.former)
    rows = db.execute("SELECT id, receipt FROM outbox WHERE agent = ? AND receipt IS NOT NULL", (agent,)).fetchall()
    receipts = ((row["id"], parse_receipt(row["receipt"].encode())) for row in rows)
    # A log that was lost for good has receipts here too; its places are not this one's.
    lost = [item for item, receipt in receipts if receipt.index >= step.size and log_named(receipt) in names]
    with writing(db):
        db.executemany(
            "UPDATE outbox SET state = CASE WHEN envelope IS NULL THEN 'dropped' ELSE 'waiting' END, "
            "receipt = NULL, received = NULL WHERE id = ?",
            [(item,) for item in lost],
        )
        db.execute(
            "UPDATE outbox_head SET log_size = ?, log_root = ?, failures = 0, not_before = 0, trouble = NULL "
            "WHERE agent = ?",
            (step.size, step.root, agent),
        )
    after = replace(who.enrolment, aud=step.after, former=(*who.enrolment.former, step.before))
    identity.write_enrolment(home, after)
    return Identity(after, who.key)
