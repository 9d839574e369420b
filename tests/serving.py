"""A free port, and waiting until somebody listens there."""

from __future__ import annotations

import socket
import time

from crashing import Doomed


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_open(port: int, victim: Doomed) -> None:
    for _ in range(4_000):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0 or victim.process.exitcode is not None:
                return
        time.sleep(0.005)
    raise AssertionError("the server did not come up")
