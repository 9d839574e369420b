"""Numbers for whoever watches the server: how busy, how slow, how full. Nothing by firm, agent or address.

Served on a port of its own that listens on loopback only, in the text format 0.0.4 of Prometheus.
"""

from __future__ import annotations

import shutil
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aggregator.database import log
from aggregator.database.agents import AgentStatus
from aggregator.database.backup import made_at
from aggregator.database.engine import reading
from aggregator.database.schema import agent, host_period
from aggregator.ledger import periods
from aggregator.ledger.periods import PeriodState
from aggregator.web.service import Service
from shieldwall import __version__
from shieldwall.errors import ConfigError

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS: Final = (0.005, 0.025, 0.1, 0.5, 2.5, 10.0)
"""Seconds; a statement takes some 10 ms."""
METHODS: Final = ("GET", "HEAD", "POST")
"""Others are counted as `other`: a label must not be what a stranger types."""


class Counted:
    """Around the application: counts answers by route and status, never by path."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time.monotonic) -> None:
        self._app, self._clock = app, clock
        self.answers: Counter[tuple[str, str, int]] = Counter()
        self.slots: Counter[int] = Counter()
        """Answers by the first of BUCKETS they fit into; len(BUCKETS) for slower ones."""
        self.seconds = 0.0
        self.under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = self._clock(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self.under_way += 1
        try:
            await self._app(scope, receive, noting)
        finally:
            self.under_way -= 1
            took = self._clock() - began
            method = scope["method"] if scope["method"] in METHODS else "other"
            self.answers[(method, getattr(scope.get("route"), "path", "-"), status)] += 1
            self.slots[bisect_left(BUCKETS, took)] += 1
            self.seconds += took


def page(counted: Counted, service: Service) -> str:
    """Everything, as it is now. A database that is away makes `shieldwall_database_up` 0 and leaves its figures out."""
    lines = [*_requests(counted), *_machine(service)]
    try:
        lines += _ledger(service)
        up = 1
    except SQLAlchemyError:
        up = 0
    lines += _metric("database_up", "gauge", "Whether the database answers.", [("", up)])
    return "\n".join(lines) + "\n"


def _requests(counted: Counted) -> Iterator[str]:
    rows = [
        (f'method="{method}",route="{route}",status="{status}"', count)
        for (method, route, status), count in sorted(counted.answers.copy().items())
    ]
    yield from _metric("http_answers_total", "counter", "Answers by route and status; 0: the client went away.", rows)
    yield from _metric("http_under_way", "gauge", "Requests being worked on.", [("", counted.under_way)])
    slots, total = counted.slots.copy(), 0
    yield from _metric("http_seconds", "histogram", "Time to answer.", [])
    for place, bound in enumerate(BUCKETS):
        total += slots[place]
        yield f'shieldwall_http_seconds_bucket{{le="{bound}"}} {total}'
    total += slots[len(BUCKETS)]
    yield f'shieldwall_http_seconds_bucket{{le="+Inf"}} {total}'
    yield f"shieldwall_http_seconds_sum {counted.seconds:.6f}"
    yield f"shieldwall_http_seconds_count {total}"


def _machine(service: Service) -> Iterator[str]:
    yield from _metric("build_info", "gauge", "Version of the program.", [(f'version="{__version__}"', 1)])
    free = shutil.disk_usage(service.config.folder).free
    yield from _metric("disk_free_bytes", "gauge", "Room where the data folder lies.", [("", free)])
    yield from _metric("commits_total", "counter", "Transactions of the ledger.", [("", service.writer.commits)])
    copies = made_at(service.config.folder / "backups")
    newest = [("", max(copies))] if copies else []
    yield from _metric("backup_timestamp_seconds", "gauge", "When the newest backup was made.", newest)


def _ledger(service: Service) -> Iterator[str]:
    cluster = service.config.cluster
    with reading(service.engine) as connection:
        size = log.size(connection, cluster)
        by_status: dict[str, int] = {
            row.status: row.hosts
            for row in connection.execute(
                select(agent.c.status, func.count().label("hosts")).where(agent.c.cluster == cluster).group_by("status")
            )
        }
        spoken = connection.execute(select(func.max(agent.c.last_seen)).where(agent.c.cluster == cluster)).scalar()
        open_ = [p.name for p in periods.every(connection, cluster) if p.state is PeriodState.OPEN]
        hosts = connection.execute(
            select(func.count()).where(host_period.c.cluster == cluster, host_period.c.period.in_(open_))
        ).scalar_one()
    yield from _metric("log_leaves", "gauge", "Leaves in the log.", [("", size)])
    rows = [(f'status="{status}"', by_status.get(status, 0)) for status in AgentStatus]
    yield from _metric("agents", "gauge", "Enrolled hosts by status.", rows)
    newest = [("", spoken)] if spoken else []
    yield from _metric("last_statement_timestamp_seconds", "gauge", "When any agent last spoke.", newest)
    yield from _metric("open_periods", "gauge", "Periods that are not frozen.", [("", len(open_))])
    yield from _metric("open_period_hosts", "gauge", "Hosts heard of in open periods.", [("", hosts)])


def _metric(name: str, kind: str, words: str, rows: list[tuple[str, int]]) -> Iterator[str]:
    yield f"# HELP shieldwall_{name} {words}"
    yield f"# TYPE shieldwall_{name} {kind}"
    for labels, value in rows:
        yield f"shieldwall_{name}{{{labels}}} {value}" if labels else f"shieldwall_{name} {value}"


@contextmanager
def exposed(port: int, text: Callable[[], str]) -> Iterator[int]:
    """GET /metrics on 127.0.0.1 until the block ends; yields the port. Raises ConfigError when it is taken."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            found = self.path == "/metrics"
            body = text().encode() if found else b""
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", MEDIA_TYPE)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """A look at the figures is no event."""

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except (OSError, OverflowError) as error:
        raise ConfigError(f"cannot offer metrics on port {port}: {error}. Choose another --metrics-port.") from error
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
