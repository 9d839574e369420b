"""A server restored from an older backup: shown so, stopped, reopened under a new name, and nothing is lost."""

import shutil
import sqlite3
import time
import uuid
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from aggregating import PACK, Running, fresh, running
from delivering import enrolled
from joined import MACHINE, audit
from rotating import rotated

from agent.cli.delivery import sent
from agent.cli.session import Session
from agent.delivery.deliver import Delivery, Rim
from agent.delivery.outbox import SCHEMA, Outbox, State
from agent.delivery.transport import Answer, HttpTransport
from agent.home.config import Home
from agent.home.identity import Identity, load_identity
from agent.home.store import opened, writing
from agent.membership.reopen import follow
from agent.submission.compose import compose
from aggregator.config import Config, load
from aggregator.database import agents, log, notary
from aggregator.database.engine import connect, reading
from aggregator.database.schema import statement
from aggregator.ledger.reopening import highest, reopen, rolled_back
from shieldwall.checks.outcome import FAILED, PASSED
from shieldwall.errors import DeliveryError, IntegrityError, RefusedError, UsageError
from shieldwall.limits import ANSWER_BYTES
from shieldwall.log.checkpoint import Checkpoint, sign_checkpoint
from shieldwall.log.reopening import Reopening, encode_reopenings, next_origin, reopened_since, sign_reopening

NOW = int(time.time())


@dataclass
class Place:
    config: Config
    copy: Path

    @property
    def database(self) -> Path:
        return self.config.folder / "ledger.sqlite"

    def back_up(self) -> None:
        with closing(sqlite3.connect(self.database)) as source, closing(sqlite3.connect(self.copy)) as target:
            source.backup(target)

    def restore(self) -> None:
        for suffix in ("-wal", "-shm"):
            self.database.with_name(self.database.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.copy, self.database)

    def reopen(self) -> Config:
        engine = connect(self.config.database_url)
        after = reopen(self.config, engine, notary.load(self.config), NOW)
        engine.dispose()
        assert load(self.config.folder) == after
        self.config = after
        return after


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(fresh(tmp_path / "data"), tmp_path / "backup.sqlite")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def place_one(box: Outbox) -> None:
    made = replace(
        audit(), verdicts={"check-000": FAILED, "check-001": PASSED}, overlays={},
        pack=PACK.name, pack_version=PACK.version, pack_digest=PACK.digest,
    )  # fmt: skip
    box.place(made.run, compose(made, "0.1.0").at, NOW)


def submit(home: Home, live: Running, count: int = 1) -> tuple[Identity, Delivery]:
    """As the command does."""
    who = load_identity(home, MACHINE)
    with opened(home, SCHEMA) as db, HttpTransport(f"http://127.0.0.1:{live.port}") as transport:
        rim = Rim(transport, lambda: NOW, lambda: 0.5, lambda: str(uuid.uuid4()))
        box = Outbox(db, who)
        for _ in range(count):
            place_one(box)
        return sent(Session(home.path, quiet=True), db, who, rim)


def statements(live: Running) -> list[tuple[int, int]]:
    with reading(live.service.engine) as connection:
        query = statement.select().order_by(statement.c.log_index)
        return [(row.epoch, row.seq) for row in connection.execute(query)]


@pytest.mark.parametrize("later", [1, 4])
def test_what_the_lost_part_acknowledged_is_sent_again(home: Home, place: Place, later: int) -> None:
    with running(place.config) as live:
        enrolled(live, home)
        assert submit(home, live)[1].failure is None
    place.back_up()
    with running(place.config) as live:
        assert submit(home, live, later)[1].failure is None
        size = len(statements(live))
    place.restore()
    with running(place.config) as live:
        with pytest.raises(RefusedError, match="log reopen"):
            submit(home, live)
        assert rolled_back(place.config)
        stranger = Home(home.path.with_name("stranger"))
        with pytest.raises(RefusedError):
            enrolled(live, stranger)
    before = place.config.origin
    after = place.reopen()
    assert (after.origin, next_origin(before)) == (next_origin(before), after.origin)
    with running(after) as live:
        who, done = submit(home, live)
        assert done.failure is None
        assert (who.enrolment.aud, who.enrolment.former) == (after.origin, (before,))
        assert statements(live) == [(1, n) for n in range(1, size + 3)], "all of it, once, in order"
        assert submit(home, live)[1].failure is None
        with reading(live.service.engine) as connection:
            held = agents.by_id(connection, after.cluster, who.enrolment.agent)
        assert held is not None
        assert held.status is agents.AgentStatus.ACTIVE
    with opened(home, SCHEMA) as db:
        assert {item.state for item in Outbox(db, load_identity(home, MACHINE)).items(*State)} == {State.DELIVERED}


def test_a_rotation_in_the_lost_part_is_said_again_too(home: Home, place: Place) -> None:
    with running(place.config) as live:
        enrolled(live, home)
        assert submit(home, live)[1].failure is None
    place.back_up()
    with running(place.config) as live:
        assert submit(home, live, 2)[1].failure is None
        rotated(home.path, live.port)
        assert submit(home, live, 2)[1].failure is None
    place.restore()
    with running(place.config) as live, pytest.raises(RefusedError):
        submit(home, live)
    with running(place.reopen()) as live:
        who, done = submit(home, live)
        assert done.failure is None, done.failure
        assert who.enrolment.epoch == 2
        assert statements(live) == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (2, 4)]


class Cut(HttpTransport):
    """A line that breaks at one of its requests and holds afterwards."""

    def __init__(self, url: str, at: int) -> None:
        super().__init__(url)
        self.left = at

    def _hold(self) -> None:
        self.left -= 1
        if self.left == -1:
            raise DeliveryError("the line was cut")

    def post(self, path: str, body: bytes, content_type: str) -> Answer:
        self._hold()
        return super().post(path, body, content_type)

    def get(self, path: str, most: int = ANSWER_BYTES) -> Answer:
        self._hold()
        return super().get(path, most)


@pytest.mark.parametrize("at", range(9))
def test_a_line_cut_while_the_lost_part_is_said_again_is_no_refusal_and_it_goes_on(
    home: Home, place: Place, at: int
) -> None:
    with running(place.config) as live:
        enrolled(live, home)
        assert submit(home, live)[1].failure is None
    place.back_up()
    with running(place.config) as live:
        assert submit(home, live, 2)[1].failure is None
        rotated(home.path, live.port)
        assert submit(home, live)[1].failure is None
    place.restore()
    with running(place.config) as live, pytest.raises(RefusedError):
        submit(home, live)
    with running(place.reopen()) as live:
        who = load_identity(home, MACHINE)
        with opened(home, SCHEMA) as db, Cut(f"http://127.0.0.1:{live.port}", at) as line:
            rim = Rim(line, lambda: NOW, lambda: 0.5, lambda: str(uuid.uuid4()))
            with pytest.raises(DeliveryError, match="cut"):
                raise sent(Session(home.path, quiet=True), db, who, rim)[1].failure or AssertionError("the line held")
        assert submit(home, live)[1].failure is None
        assert statements(live) == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)], "all of it, once, in order"


def test_what_a_log_lost_for_good_acknowledged_is_not_said_to_its_successor(home: Home, place: Place) -> None:
    """Its places are of another log, and its messages are signed for another epoch."""
    with running(place.config) as live:
        enrolled(live, home)
    place.back_up()
    with running(place.config) as live:
        assert submit(home, live, 2)[1].failure is None
    with opened(home, SCHEMA) as db, writing(db):
        row = dict(db.execute("SELECT * FROM outbox WHERE state = 'delivered' ORDER BY id DESC").fetchone())
        receipt = row["receipt"].replace(place.config.origin, "gone.example/c/log1")
        old = {**row, "id": 900, "epoch": 0, "digest": "ab" * 32, "receipt": receipt}
        names = ", ".join(old)
        db.execute(f"INSERT INTO outbox ({names}) VALUES ({', '.join('?' * len(old))})", tuple(old.values()))
    place.restore()
    with running(place.config) as live, pytest.raises(RefusedError):
        submit(home, live)
    with running(place.reopen()) as live:
        assert submit(home, live)[1].failure is None
        assert statements(live) == [(1, 1), (1, 2), (1, 3), (1, 4)]
    with opened(home, SCHEMA) as db:
        assert db.execute("SELECT state, receipt FROM outbox WHERE id = 900").fetchone()[:] == (
            "delivered",
            old["receipt"],
        )


@pytest.mark.parametrize("turns", [1, 2])
@pytest.mark.parametrize(("forgotten", "kept"), [(2, 0), (1, 1)], ids=["to the end", "amid others"])
def test_what_is_kept_no_longer_under_a_replaced_key_goes_as_a_gap_signed_by_it(
    home: Home, place: Place, forgotten: int, kept: int, turns: int
) -> None:
    """The rotation names the end of the old chain: without the gap the server could never take it again."""
    with running(place.config) as live:
        enrolled(live, home)
        assert submit(home, live)[1].failure is None
    place.back_up()
    with running(place.config) as live:
        assert submit(home, live, forgotten)[1].failure is None
        with opened(home, SCHEMA) as db:
            assert Outbox(db, load_identity(home, MACHINE)).free(NOW + 50 * 86_400) == forgotten + 1
        assert submit(home, live, kept)[1].failure is None
        for _ in range(turns):
            rotated(home.path, live.port)
        assert submit(home, live)[1].failure is None
    place.restore()
    with running(place.config) as live, pytest.raises(RefusedError):
        submit(home, live)
    with running(place.reopen()) as live:
        who, done = submit(home, live)
        assert done.failure is None, done.failure
        assert who.enrolment.epoch == 1 + turns
        old = [(1, seq) for seq in (1, *range(2 + forgotten, 2 + forgotten + kept))]
        assert [row for row in statements(live) if row[1] and row not in old] == [
            (1, 2), *((1 + turns, seq) for seq in (1, 2, 3))
        ], "the gap stands where the lost ones stood"  # fmt: skip
        with reading(live.service.engine) as connection:
            kinds = [row.kind for row in connection.execute(log.log_leaf.select().order_by("log_index"))]
        said = ["gap", *["statement"] * kept, *["key"] * turns, *["statement"] * 3]
        assert kinds == ["key", "statement", "log", *said]
    with opened(home, SCHEMA) as db:
        before = Outbox(db, replace_epoch(who, 1))
        assert before.items(State.WAITING, State.DROPPED) == []
        assert before.losses() is None


@pytest.mark.parametrize("forgotten", [False, True])
def test_an_earlier_key_that_was_deleted_is_asked_for_only_where_a_gap_needs_it(
    home: Home, place: Place, forgotten: bool
) -> None:
    with running(place.config) as live:
        enrolled(live, home)
        assert submit(home, live)[1].failure is None
    place.back_up()
    with running(place.config) as live:
        assert submit(home, live)[1].failure is None
        rotated(home.path, live.port)
        assert submit(home, live)[1].failure is None
    (former,) = home.path.glob("former-*")
    former.unlink()
    if forgotten:
        with opened(home, SCHEMA) as db:
            identity = load_identity(home, MACHINE)
            assert Outbox(db, replace_epoch(identity, 1)).free(NOW + 50 * 86_400) == 3
    place.restore()
    with running(place.config) as live, pytest.raises(RefusedError):
        submit(home, live)
    with running(place.reopen()) as live:
        if forgotten:
            with pytest.raises(RefusedError, match="former-"):
                submit(home, live)
        else:
            assert submit(home, live)[1].failure is None


def replace_epoch(who: Identity, epoch: int) -> Identity:
    return Identity(replace(who.enrolment, epoch=epoch), who.key)


def test_who_saw_nothing_of_the_lost_part_follows_by_the_next_receipt(home: Home, place: Place, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    with running(place.config) as live:
        enrolled(live, home)
        enrolled(live, other)
        assert submit(other, live)[1].failure is None
    place.back_up()
    with running(place.config) as live:
        assert submit(home, live, 3)[1].failure is None
    place.restore()
    with running(place.config) as live, pytest.raises(RefusedError):
        submit(home, live)
    with running(place.reopen()) as live:
        who, done = submit(other, live)
        assert (done.failure, who.enrolment.aud) == (None, place.config.origin)
        assert submit(home, live)[1].failure is None


def test_the_first_leaf_of_the_new_name_holds_what_was_shown(home: Home, place: Place) -> None:
    with running(place.config) as live:
        enrolled(live, home)
    place.back_up()
    with running(place.config) as live:
        submit(home, live, 2)
    place.restore()
    with running(place.config) as live, pytest.raises(RefusedError):
        submit(home, live)
    signer = notary.load(place.config)
    shown = highest(place.config, signer)
    assert shown is not None
    note = (place.config.folder / "rollback.note").read_text()
    after = place.reopen()
    engine = connect(after.database_url)
    from shieldwall.encoding import canonical

    with reading(engine) as connection:
        leaf = log.find(connection, after.cluster, canonical.digest(note.encode()))
        assert leaf is not None
        assert (leaf.index, log.size(connection, after.cluster)) == (1, 2)
    (step,) = reopened_since((after.folder / "reopened.json").read_bytes(), step_from(after), signer.key.public_key())
    assert (step.size, step.note, step.after) == (leaf.index, note, after.origin)
    assert shown.size > step.size
    engine.dispose()


def step_from(after: Config) -> str:
    return after.former_logs[0].partition("+")[0]


def test_nothing_is_reopened_without_proof(place: Place) -> None:
    with pytest.raises(UsageError, match="nothing to reopen"):
        place.reopen()
    (place.config.folder / "rollback.note").write_text("forged\n\n— x AAAA\n")
    with pytest.raises(UsageError, match="nothing to reopen"):
        place.reopen()


def test_a_note_the_log_did_not_sign_stops_nobody(home: Home, place: Place) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    with running(place.config) as live:
        forged = sign_checkpoint(Checkpoint(place.config.origin, 10**6, b"x" * 32), Ed25519PrivateKey.generate())
        reply = live.ask("POST", "/v1/log/presented", forged.encode(), {"Content-Type": "text/plain"})
        assert reply.problem == "bad-signature"
        true = live.ask("GET", "/v1/log/checkpoint").body
        assert live.ask("POST", "/v1/log/presented", true, {"Content-Type": "text/plain"}).body == b'{"lost":false}'
        enrolled(live, home)
        assert submit(home, live)[1].failure is None


def test_a_log_renamed_without_a_loss_is_not_followed(home: Home, place: Place) -> None:
    """An operator that would drop leaves by way of a reopening has to show a checkpoint that agents never saw."""
    with running(place.config) as live:
        enrolled(live, home)
        assert submit(home, live, 2)[1].failure is None
        key = live.service.notary.key
        note = live.ask("GET", "/v1/log/checkpoint").body.decode()
        step = Reopening(place.config.origin, next_origin(place.config.origin), 9, "ab" * 32, note)
        (place.config.folder / "reopened.json").write_bytes(encode_reopenings([sign_reopening(step, key)]))
        who = load_identity(home, MACHINE)
        url = f"http://127.0.0.1:{live.port}"
        with (
            opened(home, SCHEMA) as db,
            HttpTransport(url) as transport,
            pytest.raises(IntegrityError, match="missing"),
        ):
            follow(home, who, db, transport)
    assert load_identity(home, MACHINE).enrolment == who.enrolment
