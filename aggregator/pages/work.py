"""Work that takes longer than a page should: one piece at a time, in a thread, with a page that says how far it is."""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from aggregator.render import retold
from shieldwall.errors import ShieldwallError
from shieldwall.language import gettext as _

logger = logging.getLogger("shieldwall.aggregator")

KEPT: Final = 50
"""Finished pieces whose page can still be asked for."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: where to go on, or why not."""

    good: bool
    text: str
    next_page: str


@dataclass(frozen=True, slots=True)
class Work:
    id: str
    title: str
    back: str
    """The page it was started from."""
    future: Future[Done]

    @property
    def done(self) -> Done | None:
        """None while it runs."""
        if not self.future.done():
            return None
        error = self.future.exception()
        if error is None:
            return self.future.result()
        if isinstance(error, ShieldwallError):
            return Done(False, retold.again(str(error)), self.back)
        return Done(False, _("A defect of ours, not your mistake; the server's journal has the details."), self.back)


class Works:
    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "desk")
        self._known: OrderedDict[str, Work] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, title: str, back: str, job: Callable[[], Done]) -> Work:
        """Begin, or line up behind what runs; the same title twice is one piece of work."""
        with self._lock:
            for known in self._known.values():
                if known.title == title and known.done is None:
                    return known
            work = Work(secrets.token_urlsafe(12), title, back, self._pool.submit(_logged, job))
            self._known[work.id] = work
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            return work

    def find(self, identity: str) -> Work | None:
        return self._known.get(identity)

    def close(self) -> None:
        """What runs comes to its end: a freeze is never cut short."""
        self._pool.shutdown(wait=True)


def _logged(job: Callable[[], Done]) -> Done:
    try:
        return job()
    except ShieldwallError:
        raise
    except Exception:
        logger.exception("defect in work started from a page")
        raise
