"""Running the application on a socket until a signal ends it."""

from __future__ import annotations

import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp

from aggregator.web.bounded import BoundedHttp
from shieldwall.errors import ConfigError

GRACE_SECONDS: Final = 20
"""Requests under way finish; systemd waits 90."""
CONNECTIONS: Final = 1_000
"""At once; beyond it the server answers 503 rather than run out of file descriptors."""


class Server(uvicorn.Server):
    """Tells once that it is ready, with the port it really has; ends by itself when it is broken."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], broken: Callable[[], bool]) -> None:
        super().__init__(config)
        self._ready, self._broken = ready, broken

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._ready()

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self._broken()


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises ConfigError naming what stands in the way."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except (OSError, OverflowError) as error:
        bound.close()
        raise ConfigError(f"cannot listen on {host} port {port}: {error}. Choose another with --port.") from error
    return bound


def make(
    app: ASGIApp,
    ready: Callable[[], None],
    http: type[BoundedHttp] = BoundedHttp,
    broken: Callable[[], bool] = lambda: False,
) -> Server:
    """A server that has not begun; `run(sockets=[...])` serves until `should_exit`, `broken`, SIGINT or SIGTERM."""
    settings: dict[str, Any] = {
        "http": http,
        "server_header": False,
        "proxy_headers": False,
        "access_log": False,
        "log_config": None,
        "log_level": "warning",
        "ws": "none",
        "limit_concurrency": CONNECTIONS,
        "timeout_graceful_shutdown": GRACE_SECONDS,
    }
    return Server(uvicorn.Config(app, **settings), ready, broken)


def settle() -> None:
    """For a process that serves and does nothing else: what is loaded by now stays, and is not looked through again.

    A message makes hundreds of objects that die with it and no cycles; looking for those cost a tenth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def end_quietly() -> None:
    """SIGTERM is how a server is meant to end: exit 0, once what was under way is done."""

    def end(_signal: int, _frame: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)


class StderrHandler(logging.Handler):
    """Writes to what standard error is when the line comes, not to what it was when the server was made."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(self.format(record) + "\n")


def log_to_stderr() -> None:
    """One line a request, ready for a journal."""
    logger = logging.getLogger("shieldwall.aggregator")
    logger.handlers = [StderrHandler()]
    logger.setLevel(logging.INFO)
    logger.propagate = False
