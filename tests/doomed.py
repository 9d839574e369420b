"""What is done in processes that die of it (crashing.py): functions that another process can import by name."""

from __future__ import annotations

from collections.abc import Callable

from aggregating import PACK

from aggregator.config import Config
from aggregator.web import server
from aggregator.web.app import build
from aggregator.web.service import start


def serve(ready: Callable[[], None], config: Config, port: int) -> None:
    service = start(config, (PACK,))
    server.make(build(service), ready).run(sockets=[server.listen("127.0.0.1", port)])
