"""Thirty days of a small cluster in minutes: the wall clock of every process is moved, nothing else is played.

Four hosts of three firms audit themselves every day through `shieldwall run` and send to an aggregator. Along the way:
an outage of three days, a server killed between two hosts, hosts that were off, an upgrade of aggregator and agents, a
key replaced, a firm that leaves, a copy of the database and an audit of the server itself every night, a freeze at the
end. At the end every audit has one receipt and one leaf in the log, the freeze has left no row, and no doctor finds
anything wrong, or this exits with 1. With a git revision as argument the month begins with that version.
What happened is printed and kept in benchmarks/results/month.txt.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WHERE = ROOT / "build" / "month"
KEPT = ROOT / "benchmarks" / "results" / "month.txt"
FIRST = datetime(2027, 1, 10, tzinfo=UTC)
DAYS = 30
OUTAGE, KILLED, UPGRADED, ROTATED, LEFT = range(8, 11), 12, 15, 18, 24
OFF = {"press": range(20, 23), "till": range(3, 4)}
HOSTS = {"press": "Miller Ltd", "lathe": "Miller Ltd", "till": "Corner Shop", "desk": "Tax Office"}
LEAVING = "till"
PARTS = ("agent", "aggregator", "shieldwall", "checks", "policies")
"""Copied at the beginning: nobody's editing reaches into the month."""
SHIFT = ROOT / "benchmarks" / "clock_shift.c"


class Month:
    def __init__(self, since: str | None) -> None:
        """The version of the git revision `since`, else today's, is what the month begins with."""
        shutil.rmtree(WHERE, ignore_errors=True)
        WHERE.mkdir(parents=True)
        present, self.later = WHERE / "present", WHERE / "next"
        for name in PARTS:
            shutil.copytree(ROOT / name, self.later / name, ignore=shutil.ignore_patterns("__pycache__"))
        if since is None:
            shutil.copytree(self.later, present)
        else:
            present.mkdir()
            packed = subprocess.run(["git", "archive", since, *PARTS], cwd=ROOT, check=True, capture_output=True).stdout
            subprocess.run(["tar", "-x"], cwd=present, input=packed, check=True)
        self.now, self.source, self.port = FIRST, {"agent": present, "aggregator": present}, free_port()
        self.preload = WHERE / "clock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(self.preload), str(SHIFT)], check=True)
        KEPT.unlink(missing_ok=True)
        self.codes: Counter[int] = Counter()
        self.began = time.monotonic()

    def say(self, words: str) -> None:
        line = f"{self.now:%Y-%m-%d %H:%M}  {words}".replace(str(WHERE), "build/month")
        print(line, flush=True)
        with KEPT.open("a") as log:
            log.write(line + "\n")

    def environ(self) -> dict[str, str]:
        shift = int(self.now.timestamp() - time.time())
        moved = {"LD_PRELOAD": str(self.preload), "CLOCK_SHIFT": str(shift), "TZ": "UTC"}
        return {**os.environ, **moved, "SHIELDWALL_AGGREGATOR_DATA": str(WHERE / "cluster")}

    def words(self, package: str, *args: str) -> list[str]:
        code = f"import sys; sys.path.insert(0, {str(self.source[package])!r}); from {package}.cli import main; main()"
        return [sys.executable, "-c", code, *args]

    def agent(self, host: str, *args: str, ok: tuple[int, ...] = (0,)) -> str:
        home = WHERE / host
        home.mkdir(mode=0o700, exist_ok=True)
        (home / "config.yaml").write_text("policy: cyfun-small\n")
        return self.run("agent", "--home", str(home), *args, ok=ok)

    def aggregator(self, *args: str) -> str:
        return self.run("aggregator", *args)

    def run(self, package: str, *args: str, ok: tuple[int, ...] = (0,)) -> str:
        done = subprocess.run(
            self.words(package, *args), env=self.environ(), capture_output=True, text=True, cwd="/", check=False
        )
        self.codes[done.returncode] += 1
        if done.returncode not in ok:
            sys.exit(f"{package} {' '.join(args)} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    @contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        with (WHERE / "serve.log").open("ab") as log:
            command = self.words("aggregator", "serve", "--port", str(self.port))
            server = subprocess.Popen(command, env=self.environ(), stdout=log, stderr=log, start_new_session=True)
            try:
                until_up(self.port, server)
                yield server
            finally:
                if server.poll() is None:
                    server.send_signal(signal.SIGTERM)
                server.wait(30)

    def found(self) -> None:
        self.aggregator("init", "--name", "Valley", "--url", f"http://127.0.0.1:{self.port}")
        for firm in dict.fromkeys(HOSTS.values()):
            self.aggregator("firm", "add", firm, "--sector", "metal", "--size", "10-49")
            count = str(list(HOSTS.values()).count(firm))
            self.aggregator("firm", "invite", firm, "--count", count, "--output", str(WHERE / f"{firm}.txt"))
        with self.serving():
            for host, firm in HOSTS.items():
                self.agent(host, "join", str(WHERE / f"{firm}.txt"))
        self.say(
            f"{len(HOSTS)} hosts of {len(set(HOSTS.values()))} firms have joined, two with one file of invitations"
        )

    def live(self) -> None:
        gone: set[str] = set()
        for day in range(DAYS):
            self.now = FIRST + timedelta(days=day, hours=3)
            if day == UPGRADED:
                self.upgrade()
            awake = [host for host in HOSTS if host not in gone and day not in OFF.get(host, ())]
            if day in OUTAGE:
                self.day(awake, (4,), f"the server is away; {len(awake)} audits wait in their outboxes")
                continue
            with self.serving() as server:
                if day == KILLED:
                    self.agent(awake[0], "run", "--every", "daily")
                    server.kill()
                    server.wait()
                    self.day(awake[1:], (4,), "the server is killed with SIGKILL after one host; three audits wait")
                    continue
                self.day(awake, (0,), f"{len(awake)} hosts audited and sent")
                if day == ROTATED:
                    self.say("lathe replaces its key: " + self.agent("lathe", "rotate").strip())
                if day == LEFT:
                    self.agent(LEAVING, "leave", "--yes")
                    self.aggregator("firm", "revoke", HOSTS[LEAVING])
                    gone.add(LEAVING)
                    self.say(f"{HOSTS[LEAVING]} leaves")
            self.night()
        with self.serving():
            for host in HOSTS:
                if host not in gone:
                    self.agent(host, "submit")

    def night(self) -> None:
        """What the server's own timers do, as far as the version at work knows it."""
        self.aggregator("backup")
        if not (self.source["agent"] / "policies" / "aggregator-self.yaml").exists():
            return
        own = ("scan", "--quiet", "--policy", "aggregator-self", "--role", "server", "--fail-on", "never")
        self.run("agent", "--home", str(WHERE / "own"), *own, "--output", str(WHERE / "cluster/self-audit.json"))

    def freeze(self) -> int:
        """How many rows of firms are left; the gate lets three firms do no more than close the quarter."""
        told = self.aggregator("period", "freeze", "--yes", "--despite-wait")
        with closing(sqlite3.connect(WHERE / "cluster" / "ledger.sqlite")) as db:
            (rows,) = db.execute(
                "SELECT (SELECT count(*) FROM statement) + (SELECT count(*) FROM host_period)"
            ).fetchone()
        self.say(f"{told.strip()}\nrows of firms left: {rows}")
        return rows

    def day(self, hosts: list[str], codes: tuple[int, ...], words: str) -> None:
        for number, host in enumerate(hosts):
            self.now += timedelta(minutes=7 + number)
            self.agent(host, "run", "--every", "daily", ok=codes)
        self.say(words)

    def upgrade(self) -> None:
        """The next version beside the present one: aggregator first, then agents, as the documentation says."""
        file = self.later / "shieldwall" / "__init__.py"
        file.write_text(re.sub(r'__version__ = "[^"]+"', '__version__ = "0.9.0"', file.read_text()))
        self.source["aggregator"] = self.later
        told = self.aggregator("init", "--upgrade").strip()
        self.source["agent"] = self.later
        self.say(f"upgraded to {self.agent('desk', '--version').strip()}; {told}")

    def reckon(self) -> int:
        """Audits kept, receipts held, leaves in the log: the same number everywhere, for every host."""
        bad, total = 0, Counter[str]()
        for host in HOSTS:
            with closing(sqlite3.connect(WHERE / host / "agent.db")) as db:
                (audits,) = db.execute("SELECT count(*) FROM run").fetchone()
                states = dict(db.execute("SELECT state, count(*) FROM outbox WHERE kind = 'statement' GROUP BY state"))
                digests = {row[0] for row in db.execute("SELECT digest FROM outbox WHERE kind = 'statement'")}
                versions = [row[0] for row in db.execute("SELECT DISTINCT pack_version FROM run ORDER BY number")]
            with closing(sqlite3.connect(WHERE / "cluster" / "ledger.sqlite")) as db:
                leaves = {row[0] for row in db.execute("SELECT digest FROM log_leaf WHERE kind = 'statement'")}
            wanted = sum(1 for day in range(DAYS) if day not in OFF.get(host, ()) and (host != LEAVING or day <= LEFT))
            good = states == {"delivered": wanted} and audits == wanted and digests <= leaves
            bad += not good
            total["statements"] += len(digests)
            total["leaves"] = len(leaves)
            self.say(
                f"{host}: {wanted} days on, {audits} audits, {states}, {len(digests & leaves)} in the log, "
                f"packs {', '.join(versions)}: {'nothing lost' if good else 'LOST'}"
            )
        bad += total["statements"] != total["leaves"]
        self.say(f"the log holds {total['leaves']} statements of {total['statements']}")
        bad += self.freeze() != 0
        doctor = self.run("aggregator", "doctor", ok=(0, 1))
        bad += "WRONG" in doctor
        self.say(f"the aggregator's doctor:\n{doctor.rstrip()}")
        with self.serving():
            for host in HOSTS:
                if host != LEAVING:
                    told = self.agent(host, "doctor", ok=(0, 1))
                    bad += told.startswith("bad") or "\nbad" in told
                    self.say(f"the doctor of {host}:\n{told.rstrip()}")
        self.say(f"exit codes {dict(sorted(self.codes.items()))}, {time.monotonic() - self.began:.0f} s of real time")
        return 1 if bad else 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_up(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"the aggregator did not come up: {(WHERE / 'serve.log').read_text()[-2000:]}")


def main() -> int:
    if shutil.which("cc") is None:
        sys.exit("a C compiler is missing; as root, type: apt-get install gcc libc6-dev")
    month = Month(sys.argv[1] if len(sys.argv) > 1 else None)
    month.found()
    month.live()
    return month.reckon()


if __name__ == "__main__":
    sys.exit(main())
