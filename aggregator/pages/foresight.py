"""What the gate would say now, worked out beside the pages and kept for as long as it is asked the same.

An answer is found by everything it hangs on, so nothing has to be thrown away when a member joins, a firm reports or a
release is published: that is another question.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from aggregator.database.engine import reading
from aggregator.disclosure.gate import Decision
from aggregator.release.policy import load_policy
from aggregator.release.question import Question, question
from aggregator.web.service import Service

KEPT: Final = 8
PATIENCE_SECONDS: Final = 0.025
"""A page waits so long; most clusters have their answer by then."""


@dataclass(frozen=True, slots=True)
class Outlook:
    asked: Question
    decision: Decision | None
    """None while it is being worked out."""


class Foresight:
    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "gate")
        self._known: OrderedDict[Hashable, Future[Decision]] = OrderedDict()
        self._lock = threading.Lock()

    def look(self, service: Service, now: int, patience: float | None = PATIENCE_SECONDS) -> Outlook:
        """What a freeze would find now. patience   as of `ask`"""
        partition = load_policy(service.config, service.notary).partition
        with reading(service.engine) as connection:
            asked = question(connection, service.config.cluster, now, partition)
        return Outlook(asked, self.ask(asked, patience))

    def ask(self, asked: Question, patience: float | None = PATIENCE_SECONDS) -> Decision | None:
        """None while it is being worked out. patience   seconds; None: until it is there"""
        try:
            return self._future(asked).result(patience)
        except TimeoutError:
            return None

    def answer(self, asked: Question) -> Decision:
        """For a freeze: what its page was told is not worked out again."""
        return self._future(asked).result()

    def _future(self, asked: Question) -> Future[Decision]:
        with self._lock:
            found = self._known.get(asked.key)
            if found is None or (found.done() and found.exception() is not None):
                found = self._known[asked.key] = self._pool.submit(asked.answer)
                while len(self._known) > KEPT:
                    self._known.popitem(last=False)
            self._known.move_to_end(asked.key)
        return found
