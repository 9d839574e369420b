"""A private PostgreSQL for tests and benchmarks: a cluster in a folder of its own, on a free loopback port.

    with serving() as url: ...          # postgresql://tester@127.0.0.1:PORT/postgres

As root it runs as the user `nobody`, because the server refuses root. Debian package `postgresql`.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "SHIELDWALL_TEST_POSTGRESQL"
"""Where the tests' server is told; its value may also name a server that runs already."""
QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
"""For tests, which ask whether transactions are right and not whether the power failed."""


def programs() -> Path:
    """The folder of initdb and pg_ctl; Debian keeps them out of the path, one folder a version."""
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

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(programs() / program), "-D", str(home / "data"), *arguments], cwd=home, capture_output=True, text=True,
            user=who.pw_uid if root else None, group=who.pw_gid if root else None, extra_groups=[] if root else None,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"

    try:
        run("initdb", "-U", "tester", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        wanted = (f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={home}", *settings)
        options = " ".join(f"-c {item}" for item in (*wanted, "max_connections=200"))
        run("pg_ctl", "-w", "-t", "60", "-l", str(home / "log"), "-o", options, "start")
        try:
            yield f"postgresql://tester@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)
