"""A real aggregator on a loopback socket and a small agent that speaks to it, for tests and benchmarks."""

from __future__ import annotations

import gzip
import http.client
import os
import secrets
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import postgresql
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aggregator.config import Config, new
from aggregator.database import found, log
from aggregator.database.engine import writing
from aggregator.ledger.packs import KnownPack
from aggregator.ledger.writer import WAITING
from aggregator.members import firms, invitations
from aggregator.web import server
from aggregator.web.app import build
from aggregator.web.bounded import BoundedHttp
from aggregator.web.service import Service, start
from shieldwall.checks.outcome import FAILED, NOT_APPLICABLE, PASSED, Overlay, Reason, Verdict, unknown
from shieldwall.encoding import canonical, envelope
from shieldwall.encoding.envelope import MEDIA_TYPE
from shieldwall.log.receipt import Receipt, parse_receipt, verify_receipt
from shieldwall.membership import enrolment
from shieldwall.membership.invitation import Invitation
from shieldwall.messages import notice, statement
from shieldwall.messages.problem import MEANINGS, ProblemType, parse_problem

CHECKS = tuple(f"check-{number:03}" for number in range(150))
PACK = KnownPack("ab" * 32, "shieldwall-core", "1.0.0", CHECKS)
VERDICTS: tuple[Verdict, ...] = (PASSED, FAILED, NOT_APPLICABLE, unknown(Reason.PRIVILEGE))


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def problem(self) -> str:
        return str(canonical.decode(self.body)["type"]).rpartition("/")[2]


@dataclass
class Running:
    config: Config
    service: Service
    port: int

    def firm(self, name: str = "Miller Ltd", linked: str | None = None) -> firms.Firm:
        with writing(self.service.engine) as connection:
            return firms.add(
                connection, self.config.cluster, name=name, sector="metal", size_band="10-49", linked_group=linked,
                now=int(self.service.clock()),
            )  # fmt: skip

    def invite(self, firm: firms.Firm, count: int = 1, slot: str | None = None) -> tuple[Invitation, ...]:
        with writing(self.service.engine) as connection:
            return invitations.invite(
                connection, self.config.cluster, firm, url=self.config.url, now=int(self.service.clock()),
                log_key=self.service.notary.key.public_key(), count=count, slot=slot,
            )  # fmt: skip

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        return ask(self.port, method, path, body, headers)

    def agent(self, firm: firms.Firm | None = None) -> Agent:
        (invitation,) = self.invite(firm or self.firm(f"Firm {secrets.token_hex(4)}"))
        return join(self.port, invitation)


@dataclass
class Agent:
    """One chain. `prepare` moves its head; `send` may be repeated."""

    port: int
    key: Ed25519PrivateKey
    id: str
    aud: str
    epoch: int
    prev: str
    seq: int = 0
    connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def statement(self, **changes: object) -> statement.Statement:
        """The next one of the chain, without moving it."""
        now = statement.minute(datetime.now(UTC))
        position = statement.Position(self.aud, self.id, self.epoch, self.seq + 1, self.prev)
        made = statement.Statement(
            commitment=secrets.token_hex(32),
            position=position,
            run=statement.Run(str(uuid.uuid4()), now, now, statement.Trigger.SCHEDULE),
            tool=statement.Tool("shieldwall", "1.0.0"),
            bundle=statement.Bundle(PACK.name, PACK.version, PACK.digest),
            asset=statement.Asset(statement.AssetClass.SERVER, statement.Family.LINUX),
            clock_synced=True,
            log=None,
            verdicts={check: VERDICTS[index % len(VERDICTS)] for index, check in enumerate(CHECKS)},
            overlays={CHECKS[1]: Overlay.WAIVED},
        )
        return replace(made, **changes)  # type: ignore[arg-type]

    def prepare(self, **changes: object) -> bytes:
        """Sign the next statement and move the chain's head past it."""
        payload = self.statement(**changes).encode()
        self.seq, self.prev = self.seq + 1, canonical.digest(payload)
        return envelope.sign(payload, [self.key])

    def path(self, leaf: str = "statements") -> str:
        return f"/v1/agents/{self.id}/{leaf}"

    def send(self, signed: bytes, *, leaf: str = "statements", zipped: bool = False) -> Reply:
        headers = {"Content-Type": MEDIA_TYPE, "Shieldwall-Protocol": "1"}
        if zipped:
            signed, headers["Content-Encoding"] = gzip.compress(signed), "gzip"
        return ask(self.port, "POST", self.path(leaf), signed, headers)

    def send_kept_alive(self, signed: bytes) -> Reply:
        """Over one connection, as fast as it goes."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.connection.request("POST", self.path(), signed, {"Content-Type": MEDIA_TYPE, "Shieldwall-Protocol": "1"})
        answer = self.connection.getresponse()
        return Reply(answer.status, dict(answer.headers), answer.read())

    def leave(self) -> bytes:
        payload = notice.Leave(self.aud, self.id, self.epoch, str(uuid.uuid4())).encode()
        return envelope.sign(payload, [self.key], notice.LEAVE_TYPE)


def ask(
    port: int, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        return Reply(answer.status, dict(answer.headers), answer.read())
    finally:
        connection.close()


def expect(reply: Reply, kind: ProblemType) -> dict[str, object]:
    assert reply.problem == kind, reply
    assert reply.status == MEANINGS[kind].status
    assert reply.headers["content-type"] == "application/problem+json"
    parse_problem(reply.body)
    members: dict[str, object] = canonical.decode(reply.body)
    assert members.get("retry") == MEANINGS[kind].retry
    return members


def enrol_raw(port: int, asked: enrolment.EnrolmentRequest) -> Reply:
    return ask(port, "POST", "/v1/enroll", asked.encode(), {"Content-Type": "application/json"})


def join(port: int, invitation: Invitation) -> Agent:
    key = Ed25519PrivateKey.generate()
    asked = enrolment.request(invitation, key, secrets.token_bytes(enrolment.NONCE_BYTES))
    reply = enrol_raw(port, asked)
    assert reply.status in (201, 202), reply
    answer = enrolment.parse_answer(reply.body)
    enrolment.verify_answer(answer, asked, invitation)
    return Agent(port, key, answer.agent, answer.aud, answer.epoch, answer.head)


def receipt(running: Running, reply: Reply, signed: bytes) -> Receipt:
    """The receipt in an answer, verified as an agent does."""
    found = parse_receipt(reply.body)
    payload = envelope.peek(signed).payload
    verify_receipt(
        found, digest=canonical.digest(payload), origin=running.config.origin,
        log_key=running.service.notary.key.public_key(),
    )  # fmt: skip
    return found


def fresh(folder: Path, **changes: object) -> Config:
    """A founded cluster whose agents may speak as often as a test likes."""
    config = new(folder, name="Valley Metal", url="http://127.0.0.1:8440", database=empty_database())
    config = replace(config, **{"statements_per_day": 1_000_000, "statement_burst": 1_000_000, **changes})  # type: ignore[arg-type]
    found.found(config)
    return config


def empty_database() -> str:
    """Nothing for a file of its own, or a new database of the PostgreSQL server named by SHIELDWALL_TEST_POSTGRESQL."""
    server_url = os.environ.get(postgresql.NAME, "")
    if not server_url:
        return ""
    import psycopg

    name = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server_url.rpartition('/')[0]}/{name}"


def empty_url(folder: Path) -> str:
    """As empty_database, and the file has a name."""
    return empty_database() or f"sqlite:///{folder / 'ledger.sqlite'}"


def duplicate(config: Config, folder: Path) -> Config:
    """The same cluster once more, in another folder and database; nobody may be connected to the first."""
    shutil.copytree(config.folder, folder)
    if not config.database:
        return replace(config, folder=folder)
    import psycopg

    name = f"test_{secrets.token_hex(8)}"
    base, _, template = config.database.rpartition("/")
    with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return replace(config, folder=folder, database=f"{base}/{name}")


@contextmanager
def running(
    config: Config,
    clock: Callable[[], float] = time.time,
    body_seconds: float = 20,
    http: type[BoundedHttp] = BoundedHttp,
    waiting: int = WAITING,
    *,
    apart: bool = False,
) -> Iterator[Running]:
    """The real application in the real server, in a thread of this process."""
    service = start(config, (PACK,), clock, body_seconds, waiting, apart=apart)
    bound = server.listen("127.0.0.1", 0)
    ready, served = threading.Event(), server.make(build(service), lambda: ready.set(), http)
    thread = threading.Thread(target=lambda: served.run(sockets=[bound]), daemon=True)
    thread.start()
    assert ready.wait(20), "the server did not start"
    try:
        yield Running(config, service, int(urlsplit(f"//127.0.0.1:{bound.getsockname()[1]}").port or 0))
    finally:
        served.should_exit = True
        thread.join(20)
        bound.close()


@contextmanager
def log_held(live: Running) -> Iterator[None]:
    """No batch gets past its first question meanwhile, as behind somebody else's long transaction."""
    with writing(live.service.engine) as connection:
        log.size(connection, live.config.cluster, lock=True)
        yield


def serve_until_killed(config: Config, port: int) -> None:
    """In a process of its own: the real server on a given port, for tests that kill it."""
    service = start(config, (PACK,), apart=True)
    bound = server.listen("127.0.0.1", port)
    server.make(build(service), lambda: None).run(sockets=[bound])
