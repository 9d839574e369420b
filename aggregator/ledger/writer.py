"""Group commit: messages that arrive together share one transaction.

One thread hands batches to the book, here or in another process, and the next gathers meanwhile. A message waits in a
bounded queue and is answered after its transaction is durable; past the bound the sender is told to come back. Without
this, a server takes what its disk has fsyncs, and the calls around a transaction cost more than the rows in it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Final, TypeAlias

from aggregator.ledger.book import Answer, Result
from aggregator.ledger.message import Message
from aggregator.refusal import Refusal, refuse
from shieldwall.messages.problem import ProblemType

WAITING: Final = 2_048
"""About a second of work; whoever waits longer had better come back."""
BATCH: Final = 256
"""Large enough that the fsync no longer counts, small enough that nobody waits for others' work."""
SPACING_SECONDS: Final = 0.002
"""Transactions begin no closer than this: each costs a millisecond of CPU whatever is in it, and under load as many
messages come in while one waits. Whoever is alone waits for nobody."""
RETRY_SECONDS: Final = 30

logger = logging.getLogger("shieldwall.aggregator")

Enter = Callable[[Sequence[Message]], list[Result]]
Waiting: TypeAlias = tuple[Message, "asyncio.Future[Answer]"]


class Writer:
    def __init__(self, enter: Enter, *, waiting: int = WAITING, batch: int = BATCH) -> None:
        self._enter, self._waiting, self._batch = enter, waiting, batch
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._closing = False
        self._asked: set[asyncio.Future[Answer]] = set()
        """Who waits for an answer; touched by the event loop only."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self.dead = False
        """The thread ended though nobody closed it: nothing is entered any more, and the process should end."""
        self.commits = 0
        """Transactions so far; far fewer than messages under load."""
        self._thread.start()

    def submit(self, message: Message) -> asyncio.Future[Answer]:
        """To be called from one event loop only.

        Raises Refusal (unavailable) when too many wait or the server is going down; so does the future.
        """
        if self.dead or self._closing or self._queue.qsize() >= self._waiting:
            raise refuse(ProblemType.UNAVAILABLE, retry_after=RETRY_SECONDS)
        self._loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = self._loop.create_future()
        self._asked.add(future)
        self._queue.put((message, future))
        return future

    def close(self) -> None:
        """Finish what waits, then stop."""
        if not self._closing:
            self._closing = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            self._work()
        except BaseException:
            # What ends a thread is no defect of one message: nothing waits for a thread that is gone.
            self.dead = True
            logger.critical("the ledger's writer ended", exc_info=True)
            if self._loop is not None:
                with contextlib.suppress(RuntimeError):
                    self._loop.call_soon_threadsafe(self._turn_away)

    def _work(self) -> None:
        begun = 0.0
        while (first := self._queue.get()) is not None:
            time.sleep(max(0.0, begun + SPACING_SECONDS - time.monotonic()))
            begun = time.monotonic()
            batch, last = [first], False
            while len(batch) < self._batch:
                try:
                    item = self._queue.get_nowait()
                except Empty:
                    break
                if item is None:
                    last = True
                    break
                batch.append(item)
            self._commit(batch)
            if last:
                return

    def _commit(self, batch: list[Waiting]) -> None:
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
        # One call into the loop for all of them: each wakes it, and waking costs more than answering.
        batch[0][1].get_loop().call_soon_threadsafe(self._answer, batch, results)

    def _answer(self, batch: Sequence[Waiting], results: Sequence[Result]) -> None:
        for (_, future), result in zip(batch, results, strict=True):
            self._asked.discard(future)
            if future.done():
                # Whoever asked has hung up; the message is in the log all the same.
                continue
            if isinstance(result, Refusal):
                future.set_exception(result)
            else:
                future.set_result(result)

    def _turn_away(self) -> None:
        """503 for everybody who still waits; a message that was entered after all is known when it comes again."""
        for future in self._asked:
            if not future.done():
                future.set_exception(refuse(ProblemType.UNAVAILABLE, retry_after=RETRY_SECONDS))
        self._asked.clear()
