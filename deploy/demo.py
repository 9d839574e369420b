"""The whole way, once: audit this host, run a cluster on it, build an anonymised release (`make demo`).

Everything goes through the installed programs, HTTP on loopback and real signatures. The only processes started are
ended again, by their own handles. What is left behind lies in build/demo and may be deleted.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WHERE = ROOT / "build" / "demo"
CLUSTER, FIRM = WHERE / "cluster", WHERE / "firm"
PROGRAMS = Path(sys.executable).parent
SIMULATED_FIRMS = 23
START_SECONDS = 20
FINDINGS = 1
"""`scan` exits with 1 when it found something, which is what it is for."""


def main() -> int:
    began = time.monotonic()
    shutil.rmtree(WHERE, ignore_errors=True)
    WHERE.mkdir(parents=True)
    os.environ |= {"SHIELDWALL_HOME": str(FIRM), "SHIELDWALL_AGGREGATOR_DATA": str(CLUSTER)}
    port = free_port()

    step("1. A firm audits this host: no account, no network, no set-up")
    run("shieldwall", "scan", "--policy", "server", allowed=FINDINGS)

    step("2. A cluster manager founds a cluster and invites the firm")
    aggregator("init", "--name", "Demo Valley Makers", "--url", f"http://127.0.0.1:{port}")
    aggregator("firm", "add", "Own Workshop Ltd", "--sector", "metalworking", "--size", "10-49")
    invitation = WHERE / "invitation.txt"
    aggregator("firm", "invite", "Own Workshop Ltd", "--output", str(invitation))
    with serving(port):
        step("3. The firm joins and sends outcomes; evidence stays at home")
        run("shieldwall", "join", str(invitation))
        run("shieldwall", "submit")
        run("shieldwall", "show")

        step(f"4. {SIMULATED_FIRMS} simulated firms do the same, over HTTP, with keys of their own")
        aggregator("simulate", "--firms", str(SIMULATED_FIRMS), "--seed", "2026", "--beside-members")

        step("5. The manager freezes the period and builds a release that names nobody")
        aggregator("period", "freeze", "--yes")
        period = frozen_period()
        aggregator("release", "build", period)
        aggregator("release", "publish", period)
        aggregator("release", "show", period)

        step("6. The firm sees where it stands, computed here; nobody learns that it looked")
        run("shieldwall", "benchmark")

    report = CLUSTER / "releases" / period / "report.html"
    step("Where to look")
    print(f"  the release, to read and print   {report}")
    print(f"  the release, signed              {report.with_name('release.json')}")
    print(f"  your own result, as a page       {PROGRAMS / 'shieldwall'} scan --output result.html")
    print(f"\nFinished in {time.monotonic() - began:.0f} s. Nothing is left running; delete {WHERE} when you are done.")
    return 0


def step(title: str) -> None:
    print(f"\n\033[1m== {title}\033[0m" if sys.stdout.isatty() else f"\n== {title}", flush=True)


def run(program: str, *args: str, allowed: int = 0) -> None:
    """Show the command and run it. Ends the demo when it fails."""
    print(f"$ {program} {' '.join(args)}", flush=True)
    code = subprocess.run([PROGRAMS / program, *args], check=False).returncode
    if code not in (0, allowed):
        sys.exit(f"demo: `{program} {args[0]}` ended with {code}; its message stands above")


def aggregator(*args: str) -> None:
    run("shieldwall-aggregator", *args)


def frozen_period() -> str:
    """The name of the period that was just frozen, read as a script would read it."""
    command = [PROGRAMS / "shieldwall-aggregator", "period", "show"]
    listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return next(line.split("\t")[0] for line in listing.splitlines() if "frozen" in line.split("\t"))


@contextmanager
def serving(port: int) -> Iterator[None]:
    """The aggregator, as a child that is ended when the block is left, however it is left."""
    log = WHERE / "serve.log"
    print(f"$ shieldwall-aggregator serve --port {port} &", flush=True)
    with log.open("wb") as out:
        command = [PROGRAMS / "shieldwall-aggregator", "serve", "--port", str(port)]
        server = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            wait_until_up(server, port, log)
            yield
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def wait_until_up(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"demo: the aggregator did not come up; {log} says:\n{log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
