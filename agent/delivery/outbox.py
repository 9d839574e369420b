"""What was said to the cluster and what is still to be said, in the order of the chain.

A statement gets its place in the chain, its signature and its row in one durable transaction, before anything is
sent. A crash can therefore repeat an envelope, but never give one seq to two contents.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from agent.home.identity import Identity
from agent.home.store import Schema, writing
from shieldwall.encoding import canonical, envelope
from shieldwall.encoding.envelope import raw_public
from shieldwall.errors import DeliveryError, IntegrityError, RefusedError, UsageError
from shieldwall.limits import OUTBOX_BYTES, OUTBOX_STATEMENTS, RECEIPT_RETENTION_DAYS, WIRE_BYTES
from shieldwall.log.receipt import Receipt
from shieldwall.messages.notice import Gap, GapReason
from shieldwall.messages.rotation import Rotation, sign_rotation
from shieldwall.messages.statement import Position, Seen, Statement

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SCHEMA: Final = Schema(
    "outbox",
    (
        (
            "first",
            """
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    agent TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    kind TEXT NOT NULL,
    seq INTEGER NOT NULL,
    last INTEGER NOT NULL,
    prev TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    run TEXT NOT NULL,
    made INTEGER NOT NULL,
    state TEXT NOT NULL,
    envelope BLOB,
    problem TEXT,
    receipt TEXT,
    received INTEGER
);
CREATE INDEX outbox_chain ON outbox (agent, epoch, kind, seq);
CREATE UNIQUE INDEX outbox_seq ON outbox (agent, epoch, seq) WHERE kind = 'statement';
CREATE TABLE outbox_head (
    agent TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    next_seq INTEGER NOT NULL,
    head TEXT NOT NULL,
    log_size INTEGER NOT NULL,
    log_root TEXT NOT NULL,
    floor INTEGER NOT NULL,
    blocked TEXT,
    failures INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    PRIMARY KEY (agent, epoch)
);
""",
        ),
        ("trouble", "ALTER TABLE outbox_head ADD COLUMN trouble TEXT;"),
    ),
)


class Sort(StrEnum):
    STATEMENT = "statement"
    GAP = "gap"
    ROTATION = "rotation"
    """The last message of an epoch."""


class State(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    DROPPED = "dropped"
    """The outbox was full; the digest remains and a gap will say so."""
    QUARANTINED = "quarantined"
    """The cluster will not take it; kept for the user to look at."""
    COVERED = "covered"
    """The cluster's chain has passed it: a gap stands in its place, or it arrived and its receipt was lost."""


@dataclass(frozen=True, slots=True)
class Head:
    next_seq: int
    head: str
    """Digest that the next statement names as `prev`."""
    seen: Seen | None
    """The last checkpoint accepted."""
    floor: int
    """Unix time of the latest receipt: the clock cannot be earlier."""
    blocked: str | None
    """The problem that stops all sending until somebody acts."""
    failures: int
    """Attempts since the last success."""
    not_before: int
    """Unix time before which the timer does not try."""
    trouble: str | None = None
    """What the cluster said to the last attempt that failed, a problem type; None when nothing understood was said."""


@dataclass(frozen=True, slots=True)
class Item:
    id: int
    sort: Sort
    seq: int
    last: int
    """Equal to seq for a statement."""
    prev: str
    digest: str
    run: str
    state: State
    envelope: bytes | None
    problem: str | None
    received: int | None
    receipt: str | None
    """As JSON, once it is stored."""
    made: int
    """Unix time."""


class Outbox:
    """The chain of one enrolment. `connection` comes from agent.home.store.opened(home, SCHEMA)."""

    def __init__(self, connection: sqlite3.Connection, identity: Identity, *, most: int = OUTBOX_STATEMENTS) -> None:
        """most: statements that may wait; past it the oldest are dropped."""
        self._db = connection
        self._most = most
        self._key = identity.key
        self._aud = identity.enrolment.aud
        self._chain = (identity.enrolment.agent, identity.enrolment.epoch)
        self._start = identity.enrolment.head

    def open(self, size: int, root: bytes, received: int) -> None:
        """Begin the chain with the enrolment's checkpoint. Does nothing when it has begun.

        What still waited in an earlier chain of this agent is put aside: only a server that is gone could take it.
        """
        with writing(self._db):
            self._db.execute(
                "UPDATE outbox SET state = 'quarantined', problem = 'stale-epoch' "
                "WHERE agent = ? AND epoch < ? AND state = 'waiting'",
                self._chain,
            )
            self._db.execute(
                "INSERT OR IGNORE INTO outbox_head VALUES (?, ?, 1, ?, ?, ?, ?, NULL, 0, 0, NULL)",
                (*self._chain, self._start, size, root.hex(), received),
            )

    def head(self) -> Head:
        """Raises IntegrityError when the chain is not there: the database was lost while the enrolment was kept."""
        row = self._db.execute("SELECT * FROM outbox_head WHERE agent = ? AND epoch = ?", self._chain).fetchone()
        if row is None:
            raise IntegrityError(
                "the agent's database does not know its own chain: restored or moved? "
                "Ask your cluster manager for a new invitation and run `shieldwall join --replace`"
            )
        seen = Seen(row["log_size"], row["log_root"]) if row["log_size"] else None
        return Head(
            row["next_seq"], row["head"], seen, row["floor"], row["blocked"], row["failures"], row["not_before"],
            row["trouble"],
        )  # fmt: skip

    def preview(self) -> Position:
        """Where the next statement would stand."""
        head = self.head()
        return Position(self._aud, *self._chain, head.next_seq, head.head)

    def place(self, run: str, draft: Callable[[Position, Seen | None], Statement], now: int) -> Item:
        """Give the statement its place, sign and keep it; the same run twice gives the first item back.

        Raises UsageError when it is too large for the wire, RefusedError when the chain is blocked by a fork.
        """
        with writing(self._db):
            known = self._one("kind = 'statement' AND run = ?", run)
            if known is not None:
                return known
            head, position = self.head(), self.preview()
            if head.blocked:
                raise RefusedError(f"sending has stopped ({head.blocked}); `shieldwall submit` says what to do")
            if self.rotation() is not None:
                raise DeliveryError("this agent's key is being replaced; `shieldwall submit` finishes that first")
            payload = draft(position, head.seen).encode()
            item_id = self._insert(Sort.STATEMENT, position, position.seq, payload, run, now)
            self._set("next_seq = ?, head = ?", position.seq + 1, canonical.digest(payload))
            self._drop_overflow()
        return self.get(item_id)

    def rotation(self) -> Item | None:
        """The rotation that ends this epoch, once it has been made."""
        return self._one("kind = 'rotation'")

    def place_rotation(self, new: Ed25519PrivateKey, now: int) -> Item:
        """Make the rotation to this key, or find the one made before: an epoch ends once and with one key.

        Raises DeliveryError while anything is still to be said.
        """
        with writing(self._db):
            known = self.rotation()
            if known is not None:
                return known
            if self._one("(state = 'waiting' OR kind = 'statement' AND state IN ('dropped', 'quarantined'))"):
                raise DeliveryError("the key is replaced once nothing waits in the outbox; run `shieldwall submit`")
            at, agent, epoch = self.head(), *self._chain
            made = Rotation(self._aud, agent, epoch + 1, raw_public(new.public_key()), at.next_seq - 1, at.head)
            position = Position(self._aud, agent, epoch, at.next_seq, at.head)
            sealed = sign_rotation(made, self._key, new)
            item_id = self._keep(Sort.ROTATION, position, at.next_seq, made.encode(), str(made.epoch), now, sealed)
        return self.get(item_id)

    def withdraw(self, rotation: Item) -> None:
        """Take back a rotation that no server can have taken."""
        with writing(self._db):
            self._db.execute("DELETE FROM outbox WHERE id = ? AND state = 'waiting'", (rotation.id,))

    def turn(self, item: Item, receipt: Receipt, seen: Seen) -> None:
        """The rotation stands in the log: what was learned goes on under the new epoch, in one transaction."""
        with writing(self._db):
            self._db.execute(
                "UPDATE outbox SET state = 'delivered', receipt = ?, received = ? WHERE id = ?",
                (receipt.encode().decode(), receipt.received, item.id),
            )
            agent, epoch = self._chain
            floor = max(self.head().floor, receipt.received)
            self._db.execute(
                "INSERT OR IGNORE INTO outbox_head VALUES (?, ?, 1, ?, ?, ?, ?, NULL, 0, 0, NULL)",
                (agent, epoch + 1, item.digest, seen.size, seen.root, floor),
            )

    def losses(self) -> tuple[int, int] | None:
        """First and last seq of statements at the end of the chain that will not come and of which no gap tells yet."""
        lost = self._many("kind = 'statement' AND state IN ('dropped', 'quarantined') ORDER BY seq")
        return (lost[0].seq, self.head().next_seq - 1) if lost else None

    def get(self, item_id: int) -> Item:
        item = self._one("id = ?", item_id)
        if item is None:
            raise UsageError(f"there is no message {item_id} in the outbox")
        return item

    def items(self, *states: State) -> list[Item]:
        marks = ",".join("?" * len(states))
        return self._many(f"state IN ({marks}) ORDER BY seq, id", *states)

    def next(self, now: int, nonce: str) -> Item | None:
        """The next thing to send, in the order of the chain; a gap is made where statements are lost.

        None when all is said. nonce: a fresh UUIDv4, used up when a gap is made.
        """
        gap = self._one("kind = 'gap' AND state = 'waiting' ORDER BY seq")
        first = self._one("kind = 'statement' AND state IN ('waiting', 'dropped', 'quarantined') ORDER BY seq")
        if gap is not None and (first is None or gap.seq <= first.seq):
            return gap
        if first is None or first.state is State.WAITING:
            return first
        after = self._one("kind = 'statement' AND state = 'waiting' AND seq > ? ORDER BY seq", first.seq)
        return self.make_gap(first.seq, after.seq - 1, now, nonce) if after is not None else None

    def make_gap(self, first: int, last: int, now: int, nonce: str) -> Item:
        """Say that these statements will not come. Raises IntegrityError when the chain does not hold them."""
        with writing(self._db):
            lost = self._many("kind = 'statement' AND seq BETWEEN ? AND ? ORDER BY seq", first, last)
            if not lost or len(lost) != last - first + 1:
                raise IntegrityError(f"the outbox does not know statements {first} to {last}: restored or cloned?")
            position = Position(self._aud, *self._chain, first, lost[0].prev)
            full = all(item.state is State.DROPPED for item in lost)
            reason = GapReason.OVERFLOW if full else GapReason.REFUSED
            gap = Gap(position, nonce, tuple(item.digest for item in lost), reason)
            item_id = self._insert(Sort.GAP, position, last, gap.encode(), nonce, now)
        return self.get(item_id)

    def rewind(self, seq: int) -> bool:
        """Make the statements from `seq` on that were delivered wait again. False when there is none to resend."""
        with writing(self._db):
            self._db.execute(
                "UPDATE outbox SET state = CASE WHEN envelope IS NULL THEN 'dropped' ELSE 'waiting' END "
                "WHERE agent = ? AND epoch = ? AND kind = 'statement' AND seq >= ? "
                "AND state IN ('delivered', 'covered')",
                (*self._chain, seq),
            )
            return self._one("kind = 'statement' AND seq = ?", seq) is not None

    def passed(self, item: Item, seq: int, prev: str) -> bool:
        """Whether the cluster, which goes on at `seq` after `prev`, has only more of this very chain than we knew.

        Then nothing before `seq` is lost, and neither this message nor a gap is needed there. False for a fork.
        """
        with writing(self._db):
            last = self._one("kind = 'statement' AND seq = ?", seq - 1)
            if last is None or last.digest != prev or item.seq >= seq:
                return False
            self._db.execute(
                "UPDATE outbox SET state = 'covered' WHERE agent = ? AND epoch = ? AND seq < ? "
                "AND (id = ? OR state IN ('dropped', 'quarantined') OR (kind = 'gap' AND state = 'waiting'))",
                (*self._chain, seq, item.id),
            )
        return True

    def delivered(self, item: Item, receipt: Receipt, seen: Seen) -> None:
        """The cluster holds it: the receipt and the log's newest checkpoint, in one transaction."""
        with writing(self._db):
            self._db.execute(
                "UPDATE outbox SET state = 'delivered', receipt = ?, received = ?, problem = NULL WHERE id = ?",
                (receipt.encode().decode(), receipt.received, item.id),
            )
            if item.sort is Sort.GAP:
                self._db.execute(
                    "UPDATE outbox SET state = 'covered' "
                    "WHERE agent = ? AND epoch = ? AND kind = 'statement' AND seq BETWEEN ? AND ?",
                    (*self._chain, item.seq, item.last),
                )
            self._set("log_size = ?, log_root = ?", seen.size, seen.root)
            self._set("floor = max(floor, ?), failures = 0, not_before = 0, trouble = NULL", receipt.received)

    def quarantine(self, item: Item, problem: str) -> None:
        with writing(self._db):
            self._db.execute("UPDATE outbox SET state = 'quarantined', problem = ? WHERE id = ?", (problem, item.id))

    def block(self, problem: str) -> None:
        """Stop all sending until this agent is enrolled anew."""
        with writing(self._db):
            self._set("blocked = ?", problem)

    def failed(self, not_before: int, trouble: str | None = None) -> None:
        """`trouble`: the problem type the cluster named, if it did."""
        with writing(self._db):
            self._set("failures = failures + 1, not_before = ?, trouble = ?", not_before, trouble)

    def free(self, now: int) -> int:
        """Forget envelopes whose receipt is old enough that no restored server needs them. Digests stay."""
        with writing(self._db):
            return self._db.execute(
                "UPDATE outbox SET envelope = NULL "
                "WHERE state IN ('delivered', 'covered') AND envelope IS NOT NULL AND received < ? "
                "AND kind <> 'rotation'",
                (now - RECEIPT_RETENTION_DAYS * 86_400,),
            ).rowcount

    def _insert(self, sort: Sort, at: Position, last: int, payload: bytes, run: str, now: int) -> int:
        return self._keep(sort, at, last, payload, run, now, envelope.sign(payload, [self._key]))

    def _keep(self, sort: Sort, at: Position, last: int, payload: bytes, run: str, now: int, sealed: bytes) -> int:
        if len(sealed) > WIRE_BYTES:
            raise UsageError(
                f"a statement of {len(sealed)} bytes; a cluster takes {WIRE_BYTES}: choose a smaller policy"
            )
        cursor = self._db.execute(
            "INSERT INTO outbox (agent, epoch, kind, seq, last, prev, digest, run, made, state, envelope) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?)",
            (*self._chain, sort, at.seq, last, at.prev, canonical.digest(payload), run, now, sealed),
        )
        return cursor.lastrowid or 0

    def _drop_overflow(self) -> None:
        """The oldest first; their digests stay."""
        rows = self._db.execute(
            "SELECT id, length(envelope) AS size FROM outbox "
            "WHERE agent = ? AND epoch = ? AND kind = 'statement' AND state = 'waiting' ORDER BY seq DESC",
            self._chain,
        ).fetchall()
        total = 0
        for count, row in enumerate(rows, start=1):
            total += row["size"]
            if count > self._most or total > OUTBOX_BYTES:
                self._db.execute("UPDATE outbox SET state = 'dropped', envelope = NULL WHERE id = ?", (row["id"],))

    def _set(self, assignments: str, *values: object) -> None:
        self._db.execute(
            f"UPDATE outbox_head SET {assignments} WHERE agent = ? AND epoch = ?",  # noqa: S608
            (*values, *self._chain),
        )

    def _one(self, where: str, *values: object) -> Item | None:
        found = self._many(f"{where} LIMIT 1", *values)
        return found[0] if found else None

    def _many(self, where: str, *values: object) -> list[Item]:
        rows = self._db.execute(
            f"SELECT * FROM outbox WHERE agent = ? AND epoch = ? AND {where}",  # noqa: S608
            (*self._chain, *values),
        )
        return [_item(row) for row in rows]


def _item(row: sqlite3.Row) -> Item:
    return Item(
        row["id"], Sort(row["kind"]), row["seq"], row["last"], row["prev"], row["digest"], row["run"],
        State(row["state"]), row["envelope"], row["problem"], row["received"], row["receipt"], row["made"],
    )  # fmt: skip
