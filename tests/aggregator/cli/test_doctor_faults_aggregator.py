"""The aggregator's matrix of faults: each is made for real, found, and told with what mends it."""

import json
import os
import shutil
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from aggregating import fresh, running
from own_result import own_result
from revived import revived
from trusting import START, bundle
from trusting import Cluster as People

from aggregator.cli.examine import examine
from aggregator.cli.finding import Finding
from aggregator.cli.surroundings import certificate
from aggregator.config import FILE_NAME, Config
from aggregator.database.backup import backup, restore
from aggregator.database.engine import connect, writing
from aggregator.ledger import periods
from aggregator.ledger.reopening import PRESENTED
from aggregator.ledger.seal import KeyRing
from aggregator.standing import FILE

DAY = 86_400
SCAN = "shieldwall scan --policy aggregator-self --role server --fail-on never --output {folder}/self-audit.json"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A cluster in a SQLite file that has heard one agent twice."""
    made = replace(fresh(tmp_path / "data"), database=f"sqlite:///{tmp_path / 'data' / 'ledger.sqlite'}")
    if not (made.folder / "ledger.sqlite").exists():
        from aggregator.database import versions

        versions.upgrade(connect(made.database_url))
    with running(made) as live:
        agent = live.agent()
        for _ in range(2):
            assert agent.send(agent.prepare()).status == 201
    return made


def wrong(config: Config, now: float | None = None) -> list[Finding]:
    return [finding for finding in examine(config, int(now or time.time())) if not finding.good]


def test_a_sound_aggregator_has_nothing_wrong(config: Config) -> None:
    assert wrong(config) == []


def open_folder(config: Config) -> None:
    config.folder.chmod(0o755)


def open_key(config: Config) -> None:
    config.log_key.chmod(0o644)


def lost_key(config: Config) -> None:
    config.log_key.unlink()


def torn_database(config: Config) -> None:
    with (config.folder / "ledger.sqlite").open("r+b") as file:
        file.write(b"no database at all")


def newer_database(config: Config) -> None:
    with writing(connect(config.database_url)) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")


def short_log(config: Config) -> None:
    with writing(connect(config.database_url)) as connection:
        connection.exec_driver_sql("DELETE FROM log_leaf WHERE log_index = 1")


def lost_period_key(config: Config) -> None:
    for path in config.period_keys.iterdir():
        path.unlink()


def never_backed_up(config: Config) -> None:
    os.utime(config.folder / FILE_NAME, (time.time() - 9 * DAY,) * 2)


def old_backup(config: Config) -> None:
    backup(config, config.folder / "backups", int(time.time() - 9.5 * DAY))


def never_audited(config: Config) -> None:
    os.utime(config.folder / FILE_NAME, (time.time() - 9 * DAY,) * 2)


def audited(days: float, change: Callable[[str], str] = str) -> Callable[[Config], None]:
    def make(config: Config) -> None:
        (config.folder / FILE).write_text(change(json.dumps(own_result(int(time.time() - days * DAY)))))

    return make


def old_audit(config: Config) -> None:
    audited(31.5)(config)


def audit_from_the_future(config: Config) -> None:
    audited(-2)(config)


def torn_audit(config: Config) -> None:
    audited(1, lambda text: text[:-9])(config)


def audit_of_something_else(config: Config) -> None:
    audited(1, lambda text: text.replace("aggregator-self", "workstation"))(config)


def damaged_backup(config: Config) -> None:
    copy = backup(config, config.folder / "backups", int(time.time()))
    with copy.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * 8192)


def log_shown_longer(config: Config) -> None:
    """What an agent leaves that holds more of the log than this server: see tests/agent/membership/test_reopen.py."""
    (config.folder / PRESENTED).write_text("a note")


def signed_long_ago(config: Config) -> None:
    signed_at(config, START - timedelta(days=500))


def signed_at(config: Config, moment: datetime) -> None:
    people = People(config.folder.parent / "people", now=moment)
    people.publish(bundle())
    shutil.copytree(people.repo.folder, config.folder / "trust")


FAULTS: list[tuple[Callable[[Config], None], str, str]] = [
    (open_folder, "can be read by others", "chmod 700 {folder}"),
    (open_key, "the log key cannot be used", "chmod 600 {folder}/keys/log.key"),
    (lost_key, "the log key cannot be used", "restore it from your backup of the keys"),
    (torn_database, "the database cannot be used", "newest backup"),
    (newer_database, "the database cannot be used", "9999"),
    (short_log, "log of 3 leaves, 2 stored", "newest backup that `verify` calls whole"),
    (lost_period_key, "is gone", "shieldwall-aggregator period freeze"),
    (damaged_backup, "newest backup is damaged", "shieldwall-aggregator backup"),
    (log_shown_longer, "agents hold more", "stop the server, then: shieldwall-aggregator log reopen"),
    (signed_long_ago, "what people signed ended", "shieldwall-aggregator ceremony request"),
    (never_backed_up, "no backup", "shieldwall-aggregator backup"),
    (old_backup, "9 days old", "systemctl status shieldwall-aggregator-backup.timer"),
    (never_audited, "has not been audited", SCAN),
    (old_audit, "31 days old", SCAN),
    (audit_from_the_future, "from the future", "timedatectl set-ntp true"),
    (torn_audit, "no whole result", SCAN),
    (audit_of_something_else, "not of the whole policy", SCAN),
]


@pytest.mark.parametrize(("make", "text", "mend"), FAULTS, ids=[fault[0].__name__ for fault in FAULTS])
def test_a_fault_is_named_with_its_mending(
    config: Config, make: Callable[[Config], None], text: str, mend: str
) -> None:
    make(config)
    told = [finding for finding in wrong(config) if text in finding.text]
    assert told, wrong(config)
    assert mend.format(folder=config.folder) in told[0].mend, told


def test_an_own_audit_is_told_with_its_grade_and_gates(config: Config) -> None:
    audited(3)(config)
    (told,) = [finding for finding in examine(config, int(time.time())) if "own audit" in finding.text]
    assert told.good and told.text.endswith("band C, 1 open gate")


TYPED = {
    open_folder: "chmod 700 {folder}",
    open_key: "chmod 600 {folder}/keys/log.key",
    lost_period_key: "shieldwall-aggregator --data {folder} period freeze {quarter} --despite-wait --yes",
    damaged_backup: "mv {backup} {backup}.broken && sleep 1 && shieldwall-aggregator --data {folder} backup",
    old_backup: "shieldwall-aggregator --data {folder} backup",
}


@pytest.mark.parametrize("make", TYPED, ids=[make.__name__ for make in TYPED])
def test_what_is_told_mends_it(config: Config, make: Callable[[Config], None]) -> None:
    make(config)
    assert wrong(config)
    copies = sorted((config.folder / "backups").glob("ledger-*.sqlite"))
    names = {
        "folder": config.folder,
        "quarter": periods.quarter(int(time.time())),
        "backup": copies[-1:] and copies[-1],
    }
    typed(TYPED[make].format(**names))
    assert wrong(config) == []


def typed(command: str) -> None:
    path = f"{Path(sys.executable).parent}:/usr/sbin:/usr/bin:/sbin:/bin"
    done = subprocess.run(
        ["sh", "-c", command], env={"PATH": path, "LC_ALL": "C.UTF-8"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (command, done.stderr)


def test_tables_of_an_older_program(tmp_path: Path) -> None:
    config = revived("0001", "sqlite", tmp_path / "data")
    (told,) = [finding for finding in wrong(config, 1_790_000_100) if "database" in finding.text]
    assert "init --upgrade" in told.mend
    typed(f"shieldwall-aggregator --data {config.folder} init --upgrade")
    assert [finding for finding in wrong(config, 1_790_000_100) if "database" in finding.text] == []


def test_a_postgresql_that_is_away(config: Config) -> None:
    away = replace(config, database="postgresql+psycopg://nobody@127.0.0.1:9/none")
    (told,) = [finding for finding in wrong(away) if "database cannot be used" in finding.text]
    assert "refused" in told.text and told.mend.startswith("make it reachable")


def test_signatures_of_people_are_told_before_they_end(config: Config) -> None:
    signed_at(config, START)
    for days, good in ((1, True), (60, True), (360, False)):
        (told,) = [f for f in examine(config, int(START.timestamp()) + days * DAY) if "signed" in f.text]
        assert told.good is good, told


def test_a_clock_behind_the_log(config: Config) -> None:
    told = [finding for finding in wrong(config, time.time() - 2 * DAY) if "clock" in finding.text]
    assert [finding.mend for finding in told] == ["timedatectl set-ntp true"]


def test_a_period_that_is_over(config: Config) -> None:
    told = [finding for finding in wrong(config, time.time() + 100 * DAY) if "still open" in finding.text]
    assert [finding.mend.rpartition(" ")[0] for finding in told] == ["shieldwall-aggregator period freeze"]


def test_the_backup_drill(config: Config, tmp_path: Path) -> None:
    """As docs/operator.md says: copy, lose the database, put the copy back, look, serve."""
    copy = backup(config, tmp_path / "elsewhere", int(time.time()))
    for path in config.folder.glob("ledger.sqlite*"):
        path.unlink()
    shutil.copy(copy, config.folder / "ledger.sqlite")
    assert wrong(config) == []
    torn_database(config)
    assert wrong(config) != []
    restore(config, copy)
    assert wrong(config) == []
    with running(config) as live:
        assert live.ask("GET", "/healthz").status == 200
    assert KeyRing(config.period_keys).exists(next(config.period_keys.iterdir()).stem)


@contextmanager
def secured(folder: Path, days: int) -> Iterator[tuple[str, ssl.SSLContext]]:
    words = f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days {days} -subj /CN=localhost -addext"
    pair = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(["openssl", *words.split(), "subjectAltName=DNS:localhost", *pair], check=True, capture_output=True)

    class Quiet(HTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """The other side hangs up after the handshake."""

    server, context = Quiet(("127.0.0.1", 0), BaseHTTPRequestHandler), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"https://localhost:{server.server_port}", ssl.create_default_context(cafile=str(folder / "cert.pem"))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("days", "good", "words"), [(60, True, "until"), (5, False, "ends in")])
def test_the_certificate_members_meet(config: Config, tmp_path: Path, days: int, good: bool, words: str) -> None:
    now = int(time.time())
    with secured(tmp_path, days) as (url, trusting):
        (told,) = certificate(replace(config, url=url), now, trusting)
        assert (told.good, words in told.text) == (good, True)
        (stranger,) = certificate(replace(config, url=url), now)
        assert (stranger.good, "self-signed" in stranger.text.replace(" ", "-")) == (False, True)
    (away,) = certificate(replace(config, url=url), now, trusting)
    assert (away.good, "does not answer" in away.text) == (False, True)
    assert certificate(config, now) == [], "without TLS there is none"


def test_a_read_only_disk(config: Config) -> None:
    disk = config.folder.parent / "disk"
    disk.mkdir()
    path = f"{Path(sys.executable).parent}:/usr/sbin:/usr/bin:/sbin:/bin"
    mounted = f"mount -t tmpfs -o size=9m,mode=700 none {disk} && cp -a {config.folder}/. {disk}/ && mount -o remount,ro {disk}"
    private = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    done = subprocess.run(
        [*private, "sh", "-c", f"{mounted} && shieldwall-aggregator --data {disk} doctor"],
        env={"PATH": path, "LC_ALL": "C.UTF-8"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert f"{disk} lies on a read-only disk\n      -> mount -o remount,rw {disk}" in done.stdout, done
    assert done.returncode == 1
