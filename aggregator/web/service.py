"""What every route works with, opened once at the start and closed once at the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine

from aggregator.config import Config, prepare_folders
from aggregator.database import notary, versions
from aggregator.database.agents import Agent
from aggregator.database.engine import connect, writing
from aggregator.database.lookup import Lookup
from aggregator.database.notary import Notary
from aggregator.ledger import freeze, packs
from aggregator.ledger.book import Book
from aggregator.ledger.packs import KnownPack
from aggregator.ledger.rate import Buckets
from aggregator.ledger.seal import KeyRing
from aggregator.ledger.writer import WAITING, Writer

BODY_SECONDS: Final = 20
"""256 KiB at 13 KiB/s; whoever is slower comes back rather than hold a connection."""


@dataclass(frozen=True, slots=True)
class Service:
    config: Config
    engine: Engine
    notary: Notary
    writer: Writer
    buckets: Buckets
    clock: Callable[[], float]
    """Seconds since 1970."""
    body_seconds: float
    """How long a request's body may take."""

    lookup: Lookup

    def agent(self, agent_id: str) -> Agent | None:
        """Only from the thread of the event loop."""
        return self.lookup.agent(agent_id)

    def close(self) -> None:
        self.writer.close()
        self.lookup.close()
        self.engine.dispose()


def start(
    config: Config,
    known_packs: tuple[KnownPack, ...],
    clock: Callable[[], float] = time.time,
    body_seconds: float = BODY_SECONDS,
    waiting: int = WAITING,
) -> Service:
    """Open key and database, finish an interrupted freeze, start the writer. Raises ConfigError."""
    prepare_folders(config)
    signer = notary.load(config)
    engine = connect(config.database_url)
    ring = KeyRing(config.period_keys)
    try:
        versions.check(engine)
        freeze.finish(engine, ring, config.cluster)
        with writing(engine) as connection:
            for pack in known_packs:
                packs.register(connection, config.cluster, pack)
    except BaseException:
        engine.dispose()
        raise
    book = Book(engine, signer, ring, config.cluster, clock)
    lookup = Lookup(engine, config.cluster)
    buckets = Buckets(per_day=config.statements_per_day, burst=config.statement_burst)
    return Service(config, engine, signer, Writer(book.enter, waiting=waiting), buckets, clock, body_seconds, lookup)
