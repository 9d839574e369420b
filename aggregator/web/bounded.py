"""A request's head comes soon and is small: the parser by itself would wait for ever and keep everything."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES: Final = 16 * 1024
"""Ten times the head of an agent's request; a proxy adds a few lines."""
HEAD_SECONDS: Final = 10
"""From the connection, or from the first byte of a further request, to the end of the head."""


class BoundedHttp(HttpToolsProtocol):
    """Closes a connection that sends no whole head in time or too much of one. No answer: it is no request yet."""

    head_seconds: float = HEAD_SECONDS
    _deadline: asyncio.TimerHandle | None = None
    _head = 0
    _in_head = True

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._await_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_waiting()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head:
            self._head += len(data)
            if self._head > HEAD_BYTES:
                self.transport.abort()

    def _await_head(self) -> None:
        self._stop_waiting()
        self._in_head, self._head = True, 0
        self._deadline = self.loop.call_later(self.head_seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self.transport.abort()
