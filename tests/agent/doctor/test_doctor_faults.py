"""The matrix of faults: each is made for real, found, named, and told with the command that mends it."""

import os
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joined import Agent, joined
from simulator import Cluster, login_page, proxy_page, refusing, served

from agent.delivery.transport import HttpTransport
from agent.doctor.examine import examine, free_bytes
from agent.doctor.finding import Finding, Level
from agent.home.config import Home
from agent.home.locking import locked
from agent.schedule.base import Every, Plan, Where, scheduler
from shieldwall.encoding import canonical
from shieldwall.messages.problem import ProblemType

NOW = datetime.fromtimestamp(1_800_000_000, UTC)


@pytest.fixture
def member(tmp_path: Path) -> Iterator[Agent]:
    with served(Cluster()) as (cluster, url), joined(tmp_path / "home", cluster, url) as agent:
        rewrite(agent.home, machine=[])
        yield agent


def rewrite(home: Home, **changes: object) -> None:
    """The enrolment as if it had been written so; without machine binding the tests run on any machine."""
    found = canonical.decode(home.enrolment.read_bytes())
    home.enrolment.write_bytes(canonical.encode({**found, **changes}) + b"\n")


def found(home: Home, tmp_path: Path, now: datetime = NOW, free: Callable[[Path], int] = free_bytes) -> list[Finding]:
    where = Where(root=tmp_path / "root", user_home=tmp_path / "root")
    return list(examine(home, now, elevated=True, where=where, connect=HttpTransport, free=free))


def bad(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.area: finding for finding in findings if finding.level is Level.BAD}


def test_nothing_wrong_is_nothing_bad(member: Agent, tmp_path: Path) -> None:
    findings = found(member.home, tmp_path)
    assert bad(findings) == {}
    assert [f.words.split(" ", 1)[1] for f in findings if f.area == "connection"] == ["answers, and is your cluster"]


def open_home(member: Agent) -> None:
    member.home.path.chmod(0o755)


def open_key(member: Agent) -> None:
    member.home.key.chmod(0o644)


def lost_key(member: Agent) -> None:
    member.home.key.unlink()


def torn_enrolment(member: Agent) -> None:
    member.home.enrolment.write_bytes(member.home.enrolment.read_bytes()[:50])


def torn_database(member: Agent) -> None:
    member.connection.close()
    with member.home.database.open("r+b") as file:
        file.write(b"no database at all")


def lost_database(member: Agent) -> None:
    member.connection.close()
    for path in member.home.path.glob("agent.db*"):
        path.unlink()


def wrong_settings(member: Agent) -> None:
    member.home.settings.write_text("rolle: server\n")


def stuck_outbox(member: Agent) -> None:
    member.place()
    member.cluster.faults.append(proxy_page)
    member.deliver()


def old_outbox(member: Agent) -> None:
    member.now -= 9 * 86_400
    member.place()


def blocked_outbox(member: Agent) -> None:
    member.place()
    member.cluster.faults.append(refusing(ProblemType.FORK, expected_seq=9, expected_prev="ab" * 32))
    member.deliver()


def refused_statement(member: Agent) -> None:
    member.place()
    member.cluster.faults.append(refusing(ProblemType.SCHEMA, pointer="/x"))
    member.deliver()


def portal(member: Agent) -> None:
    member.cluster.faults.append(login_page)


def another_cluster(member: Agent) -> None:
    member.cluster.key = Cluster().key


FAULTS: list[tuple[Callable[[Agent], None], str, str, str]] = [
    (open_home, "home", "open to other users", "chmod 700 {home}"),
    (open_key, "cluster", "may read the key", "chmod 600 {home}/agent.key"),
    (lost_key, "cluster", "agent.key", "shieldwall join --replace"),
    (torn_enrolment, "cluster", "damaged", "shieldwall join --replace"),
    (torn_database, "database", "not a database", "mv {home}/agent.db {home}/agent.db.broken"),
    (lost_database, "cluster", "does not know its own chain", "shieldwall join --replace"),
    (wrong_settings, "settings", "rolle", "edit {home}/config.yaml"),
    (stuck_outbox, "outbox", "1 failed attempts", "shieldwall submit"),
    (old_outbox, "outbox", "the oldest for 9 days", "shieldwall submit"),
    (blocked_outbox, "outbox", "sending has stopped", "shieldwall join --replace"),
    (refused_statement, "outbox", "does not take (schema)", "shieldwall scan --fail-on never && shieldwall submit"),
    (portal, "connection", "is not your cluster", "curl {url}/v1/log/checkpoint"),
    (another_cluster, "connection", "is not your cluster", "curl {url}/v1/log/checkpoint"),
]


@pytest.mark.parametrize(("make", "area", "words", "mend"), FAULTS, ids=[fault[0].__name__ for fault in FAULTS])
def test_a_fault_is_named_with_its_mending(
    member: Agent, tmp_path: Path, make: Callable[[Agent], None], area: str, words: str, mend: str
) -> None:
    url = member.who.enrolment.url
    make(member)
    told = bad(found(member.home, tmp_path))
    assert area in told, told
    assert words in told[area].words
    assert told[area].mend == mend.format(home=member.home.path, url=url)


def test_a_server_that_is_away(tmp_path: Path) -> None:
    with served(Cluster()) as (cluster, url), joined(tmp_path / "home", cluster, url) as member:
        rewrite(member.home, machine=[])
    told = bad(found(Home(tmp_path / "home"), tmp_path))["connection"]
    assert ("does not answer" in told.words, told.mend) == (True, f"curl --head {url}/healthz")


@contextmanager
def secured(certificate: Path, key: Path) -> Iterator[str]:
    class Quiet(HTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """The agent hangs up; that is the point."""

    server = Quiet(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"https://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def certified(folder: Path, begins: timedelta, name: str = "localhost") -> tuple[Path, Path]:
    """A certificate for ten days and its key, signed by itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now + begins).not_valid_after(now + begins + timedelta(days=10))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    signed = made.sign(key, hashes.SHA256())
    (folder / "cert.pem").write_bytes(signed.public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(secret)
    return folder / "cert.pem", folder / "key.pem"


def test_a_certificate_nobody_vouches_for(member: Agent, tmp_path: Path) -> None:
    with secured(*certified(tmp_path, timedelta(days=-1))) as url:
        rewrite(member.home, url=url)
        told = bad(found(member.home, tmp_path))["certificate"]
    assert told.words.endswith("its certificate is signed by itself alone")
    assert told.mend.startswith("timedatectl")


@pytest.mark.parametrize(
    ("begins", "name", "words"),
    [(-40, "localhost", "has expired"), (5, "localhost", "not valid yet"), (-1, "other.example", "for another name")],
)
def test_a_certificate_out_of_its_time(
    member: Agent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begins: int, name: str, words: str
) -> None:
    pair = certified(tmp_path, timedelta(days=begins), name)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pair[0]))
    with secured(*pair) as url:
        rewrite(member.home, url=url)
        told = bad(found(member.home, tmp_path))["certificate"].words
    assert words in told
    times = f"the clock here says {NOW:%Y-%m-%d %H:%M}, the cluster last answered at 20"
    assert (times in told) is (name == "localhost"), "where a clock may be the cause, both times stand"


def test_a_full_disk_and_a_clock_that_is_wrong(member: Agent, tmp_path: Path) -> None:
    full = bad(found(member.home, tmp_path, free=lambda path: 5 * 2**20))["disk"]
    assert full.words.startswith("only 5 MiB")
    assert full.mend == f"du -xh {member.home.path} | sort -h | tail"
    behind = bad(found(member.home, tmp_path, now=NOW - timedelta(days=2)))["clock"]
    assert "the cluster answered at" in behind.words
    ancient = bad(found(member.home, tmp_path, now=datetime(1970, 1, 1, tzinfo=UTC)))
    assert ancient["clock"].mend == "sudo timedatectl set-ntp true"


def test_a_lock_that_is_held_too_long(member: Agent, tmp_path: Path) -> None:
    with locked(member.home.lock):
        now = datetime.now(UTC)
        (fresh,) = [f for f in found(member.home, tmp_path, now) if f.area == "lock"]
        assert (fresh.level, str(os.getpid()) in fresh.words) == (Level.NOTE, True)
        stuck = bad(found(member.home, tmp_path, now + timedelta(hours=5)))["lock"]
        assert stuck.mend == f"kill {os.getpid()}"
    assert "lock" not in {f.area for f in found(member.home, tmp_path, now)}


@pytest.mark.parametrize("kind", ["systemd", "cron"])
def test_a_schedule_that_does_not_run(member: Agent, tmp_path: Path, kind: str) -> None:
    where = Where(root=tmp_path / "root")
    plan = Plan(Every.DAILY, 60, Path("/usr/bin/shieldwall"), member.home.path, system=True)
    for file in scheduler(kind).files(plan, where):
        file.path.parent.mkdir(parents=True, exist_ok=True)
        file.path.write_text(file.text)
        os.utime(file.path, (NOW.timestamp() - 10 * 86_400,) * 2)
    told = bad(found(member.home, tmp_path))["schedule"]
    assert told.words == f"daily by {kind}, and it has never audited"
    assert told.mend == (
        "systemctl status shieldwall.timer" if kind == "systemd" else f"tail {member.home.path}/run.log"
    )
    (young,) = [f for f in found(member.home, tmp_path, NOW - timedelta(days=9)) if f.area == "schedule"]
    assert (young.level, young.words) == (Level.GOOD, f"daily, by {kind}")
    other = Home(tmp_path / "other").create()
    (elsewhere,) = [f for f in found(other, tmp_path) if f.area == "schedule"]
    assert (elsewhere.level, elsewhere.mend) == (Level.NOTE, "shieldwall schedule daily")
