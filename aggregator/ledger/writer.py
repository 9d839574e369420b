"""Group commit: messages that arrive during one transaction share the next.

One thread writes. A message waits in a bounded queue and its future is answered after the commit is durable; past the
bound the sender is told to come back. Without this, one fsync a message caps a server at the disk's fsyncs.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Final

from aggregator.ledger.book import Answer, Result
from aggregator.ledger.message import Message
from aggregator.refusal import Refusal, refuse
from shieldwall.problem import ProblemType

WAITING: Final = 2_048
"""About a second of work; whoever waits longer had better come back."""
BATCH: Final = 256
"""Large enough that the fsync no longer counts, small enough that nobody waits for others' work."""
RETRY_SECONDS: Final = 30

logger = logging.getLogger("shieldwall.aggregator")

Enter = Callable[[Sequence[Message]], list[Result]]


class Writer:
    def __init__(self, enter: Enter, *, waiting: int = WAITING, batch: int = BATCH) -> None:
        self._enter, self._batch = enter, batch
        self._queue: queue.Queue[tuple[Message, Future[Answer]] | None] = queue.Queue(waiting)
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._closing = False
        self.commits = 0
        """Transactions so far; far fewer than messages under load."""
        self._thread.start()

    def submit(self, message: Message) -> Future[Answer]:
        """Raises Refusal (unavailable) when too many wait or the server is going down."""
        future: Future[Answer] = Future()
        if self._closing:
            raise refuse(ProblemType.UNAVAILABLE, retry_after=RETRY_SECONDS)
        try:
            self._queue.put_nowait((message, future))
        except queue.Full:
            raise refuse(ProblemType.UNAVAILABLE, retry_after=RETRY_SECONDS) from None
        return future

    def close(self) -> None:
        """Finish what waits, then stop."""
        if not self._closing:
            self._closing = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, last = [first], False
            while len(batch) < self._batch:
                try:
                    item = self._queue.get_nowait()
                except queue.Empty:
                    break
                if item is None:
                    last = True
                    break
                batch.append(item)
            self._commit(batch)
            if last:
                return

    def _commit(self, batch: list[tuple[Message, Future[Answer]]]) -> None:
        try:
            results = self._enter([message for message, _ in batch])
            self.commits += 1
        except Exception:
            if len(batch) > 1:
                # One message nobody foresaw must not take the others down with it.
                for item in batch:
                    self._commit([item])
                return
            logger.exception("a message could not be entered")
            results = [refuse(ProblemType.UNAVAILABLE, retry_after=RETRY_SECONDS)]
        for (_, future), result in zip(batch, results, strict=True):
            if not future.set_running_or_notify_cancel():
                continue
            if isinstance(result, Refusal):
                future.set_exception(result)
            else:
                future.set_result(result)
