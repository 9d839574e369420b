"""A private PostgreSQL for tests and benchmarks: a cluster in a folder of its own, on a free loopback port.

    with serving() as url: ...          # postgresql://tester@127.0.0.1:PORT/postgres

As root it runs as the user `nobody`, because the server refuses root. Debian package `postgresql`.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAME = "SHIELDWALL_TEST_POSTGRESQL"
"""Where the tests' server is told; its value may also name a server that runs already."""
QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
"""For tests, which ask whether transactions are right and not whether the power failed."""


def programs() -> Path:
    """The folder of initdb and postgres; Debian keeps them out of the path, one folder a version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[4]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    assert there, "PostgreSQL is missing: apt-get install --no-install-recommends postgresql"
    return Path(there).parent


@contextmanager
def serving(settings: tuple[str, ...] = QUICK) -> Iterator[str]:
    """The URL of a running server; it is stopped and its folder removed at the end."""
    root = os.geteuid() == 0
    who = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
    # Sockets have short names and foreign users cannot enter pytest's folders.
    home = Path("/tmp") / f"shieldwall-pg-{secrets.token_hex(6)}"
    home.mkdir(mode=0o700)
    if root:
        os.chown(home, who.pw_uid, who.pw_gid)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    alone: dict[str, Any] = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": list[int]()} if root else {}
    common: dict[str, Any] = {"cwd": home, "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}, **alone}
    try:
        made = subprocess.run(
            [programs() / "initdb", "-D", home / "data", "-U", "tester", "--auth=trust", "--encoding=UTF8", "--no-locale",
             "--no-sync"], capture_output=True, text=True, check=False, **common,
        )  # fmt: skip
        assert made.returncode == 0, made.stdout + made.stderr
        wanted = (f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={home}", *settings)
        options = [word for item in (*wanted, "max_connections=200") for word in ("-c", item)]
        with (home / "log").open("wb") as journal, subprocess.Popen(
            [programs() / "postgres", "-D", home / "data", *options], stdin=subprocess.DEVNULL, stdout=journal,
            stderr=journal, preexec_fn=_end_with_parent, **common,
        ) as server:  # fmt: skip
            try:
                _until_up(server, port, home / "log")
                yield f"postgresql://tester@127.0.0.1:{port}/postgres"
            finally:
                server.send_signal(signal.SIGQUIT)
                server.wait(60)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _end_with_parent() -> None:
    """A test run that is killed leaves no server behind: Linux tells the child (prctl PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _until_up(server: subprocess.Popen[bytes], port: int, journal: Path) -> None:
    import psycopg

    for _ in range(1_200):
        assert server.poll() is None, journal.read_text()
        try:
            psycopg.connect(f"postgresql://tester@127.0.0.1:{port}/postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise AssertionError(journal.read_text())
