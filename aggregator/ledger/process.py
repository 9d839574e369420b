"""The book in a process of its own: while it writes there, the next messages are read here, on another core.

A thread would share one interpreter with the readers and wait for them at every call into the database. The process
lives as long as the one that started it: when the pipe closes, it finishes the transaction it is in and ends.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, TypeAlias

from aggregator.config import Config
from aggregator.database import notary
from aggregator.database.engine import connect
from aggregator.ledger.book import Book, Result
from aggregator.ledger.message import Message
from aggregator.ledger.seal import KeyRing
from shieldwall.errors import ShieldwallError

END_SECONDS: Final = 30
"""A transaction under way ends sooner: one that waits for another writer gives up after 15."""
NAME: Final = "aggregator.ledger.process"
_Pipe: TypeAlias = "Connection[Any, Any]"


class WriterGone(BaseException):
    """The process ended, and all writing with it: no defect of the messages it was given."""


class BookProcess:
    """A Book elsewhere, by the clock of this machine."""

    def __init__(self, config: Config) -> None:
        here, there = socket.socketpair()
        root = str(Path(__file__).parents[2])
        found = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", NAME, str(there.fileno())],
                pass_fds=[there.fileno()], stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(found)},
            )  # fmt: skip
        self._pipe: _Pipe = Connection(here.detach())
        self._pipe.send(config)
        self._lost = False

    def until_ready(self) -> None:
        """Raises ShieldwallError when it did not come up; it has said why on standard error."""
        try:
            self._pipe.recv()
        except (OSError, EOFError) as error:
            raise ShieldwallError(
                "the process that writes the ledger did not start; the reason stands above."
            ) from error

    @property
    def ended(self) -> bool:
        """Though nobody closed it."""
        return self._lost or (not self._pipe.closed and self._process.poll() is not None)

    def enter(self, messages: Sequence[Message]) -> list[Result]:
        """As Book.enter, for one thread at a time. Raises WriterGone, and RuntimeError with what the book raised."""
        try:
            self._pipe.send(messages)
            answer: list[Result] | str = self._pipe.recv()
        except (OSError, EOFError) as error:
            raise WriterGone("the process that writes the ledger ended") from error
        if isinstance(answer, str):
            raise RuntimeError(answer)
        return answer

    def close(self) -> None:
        self._lost = self.ended
        self._pipe.close()
        self._process.wait(END_SECONDS)


def keep(pipe: _Pipe) -> None:
    """Enter what comes, in the order it comes, until the other side closes."""
    config: Config = pipe.recv()
    engine = connect(config.database_url)
    book = Book(engine, notary.load(config), KeyRing(config.period_keys), config.cluster, time.time)
    pipe.send(None)
    try:
        while True:
            messages: Sequence[Message] = pipe.recv()
            try:
                answer: list[Result] | str = book.enter(messages)
            except Exception:
                answer = traceback.format_exc()
            pipe.send(answer)
    except (EOFError, ConnectionError):
        # Whoever asked is gone. What was entered is known when it comes again.
        pass
    finally:
        engine.dispose()


if __name__ == "__main__":
    # A terminal and a service manager signal the whole group: what ends this process is the end of the other.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    keep(Connection(int(sys.argv[1])))
