"""What every route works with, opened once at the start and closed once at the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from aggregator.config import Config, prepare_folders
from aggregator.database import agents, notary, versions
from aggregator.database.agents import Agent
from aggregator.database.engine import connect, writing
from aggregator.database.notary import Notary
from aggregator.ledger import freeze, packs
from aggregator.ledger.book import Book
from aggregator.ledger.packs import KnownPack
from aggregator.ledger.rate import Buckets
from aggregator.ledger.seal import KeyRing
from aggregator.ledger.writer import Writer

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

    lookups: Connection
    """Kept open for the one question of every request; each answer is of its own moment."""

    def agent(self, agent_id: str) -> Agent | None:
        """Only from the thread of the event loop."""
        try:
            return agents.by_id(self.lookups, self.config.cluster, agent_id)
        except SQLAlchemyError:
            # A database server that was restarted: the next question opens a new connection.
            self.lookups.rollback()
            raise

    def close(self) -> None:
        self.writer.close()
        self.lookups.close()
        self.engine.dispose()


def start(
    config: Config,
    known_packs: tuple[KnownPack, ...],
    clock: Callable[[], float] = time.time,
    body_seconds: float = BODY_SECONDS,
) -> Service:
    """Open key and database, finish an interrupted freeze, start the writer. Raises ConfigError."""
    prepare_folders(config)
    signer = notary.load(config)
    engine = connect(config.database_url)
    versions.check(engine)
    ring = KeyRing(config.period_keys)
    freeze.finish(engine, ring, config.cluster)
    with writing(engine) as connection:
        for pack in known_packs:
            packs.register(connection, config.cluster, pack)
    book = Book(engine, signer, ring, config.cluster, clock)
    buckets = Buckets(per_day=config.statements_per_day, burst=config.statement_burst)
    lookups = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    return Service(config, engine, signer, Writer(book.enter), buckets, clock, body_seconds, lookups)
