"""What every route works with, opened once at the start and closed once at the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine

from aggregator.config import Config, prepare_folders
from aggregator.database import notary, versions
from aggregator.database.engine import connect, writing
from aggregator.database.lookup import Lookup
from aggregator.database.notary import Notary
from aggregator.ledger import freeze, packs
from aggregator.ledger.book import Book
from aggregator.ledger.packs import KnownPack, PackShelf
from aggregator.ledger.process import BookProcess
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
    """Only from the thread of the event loop."""
    packs: PackShelf
    """Only from the thread of the event loop."""
    apart: BookProcess | None = None
    """The process that writes, where it is not a thread of this one."""

    @property
    def broken(self) -> bool:
        """Nothing is written any more though nobody closed the service."""
        return self.writer.dead or (self.apart is not None and self.apart.ended)

    def close(self) -> None:
        self.writer.close()
        if self.apart is not None:
            self.apart.close()
        self.lookup.close()
        self.engine.dispose()


def start(
    config: Config,
    known_packs: tuple[KnownPack, ...],
    clock: Callable[[], float] = time.time,
    body_seconds: float = BODY_SECONDS,
    waiting: int = WAITING,
    *,
    apart: bool = False,
) -> Service:
    """Open key and database, finish an interrupted freeze, start the writer. Raises ConfigError.

    apart   write in a process of its own, which has the clock of the machine: two cores are then used, not one
    """
    prepare_folders(config)
    signer = notary.load(config)
    # First, so that it comes up while this process does the rest.
    process = BookProcess(config) if apart else None
    engine = connect(config.database_url)
    ring = KeyRing(config.period_keys)
    try:
        versions.check(engine)
        freeze.finish(engine, ring, config.cluster)
        with writing(engine) as connection:
            for pack in known_packs:
                packs.register(connection, config.cluster, pack)
        if process is not None:
            process.until_ready()
    except BaseException:
        if process is not None:
            process.close()
        engine.dispose()
        raise
    book = process or Book(engine, signer, ring, config.cluster, clock)
    buckets = Buckets(per_day=config.statements_per_day, burst=config.statement_burst)
    return Service(
        config, engine, signer, Writer(book.enter, waiting=waiting), buckets, clock, body_seconds,
        Lookup(engine, config.cluster), PackShelf(engine, config.cluster), process,
    )  # fmt: skip
