"""What every page works with: the service behind it, the released documents it may read, and who is at the door."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Engine

from aggregator.config import Config
from aggregator.pages.challenge import Challenges
from aggregator.pages.foresight import Foresight
from aggregator.pages.shelf import Shelf
from aggregator.pages.work import Works
from aggregator.people.guard import Guard
from aggregator.people.passwords import Hasher
from aggregator.people.vault import Vault, derived
from aggregator.standing import FILE, OwnAudit
from aggregator.web.service import Service
from shieldwall.packs.pack import Pack

PAPER_AT_ONCE = 1
"""Laying out a PDF takes a core for a second or two; the server's other core goes on answering."""


@dataclass(frozen=True, slots=True)
class Desk:
    service: Service
    pack: Pack
    shelf: Shelf
    hasher: Hasher
    vault: Vault
    guard: Guard
    challenges: Challenges
    works: Works
    paper: threading.BoundedSemaphore
    own_audit: OwnAudit
    foresight: Foresight
    ticks: Callable[[], float]
    """Seconds of a clock that never goes back."""

    @property
    def config(self) -> Config:
        return self.service.config

    @property
    def cluster(self) -> str:
        return self.service.config.cluster

    @property
    def engine(self) -> Engine:
        return self.service.engine

    def now(self) -> int:
        return int(self.service.clock())

    @property
    def origin(self) -> str:
        """What a browser sends as Origin from these pages."""
        parts = urlsplit(self.config.url)
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def secure(self) -> bool:
        """False only for plain http on loopback, which the configuration allows for trying out."""
        return self.config.url.startswith("https:")

    @property
    def cookie(self) -> str:
        return "__Host-shieldwall" if self.secure else "shieldwall"

    @property
    def passkey_host(self) -> str:
        """The relying party's id; empty where browsers offer no passkeys, which is at bare addresses."""
        host = urlsplit(self.config.url).hostname or ""
        return "" if ":" in host or host.replace(".", "").isdecimal() else host


def furnish(service: Service, pack: Pack, ticks: Callable[[], float]) -> Desk:
    return Desk(
        service=service,
        pack=pack,
        shelf=Shelf(service.config, service.engine, service.notary, pack),
        hasher=Hasher(),
        vault=Vault(service.notary.key),
        guard=Guard(),
        challenges=Challenges(derived(service.notary.key, "challenges")),
        works=Works(),
        paper=threading.BoundedSemaphore(PAPER_AT_ONCE),
        own_audit=OwnAudit(service.config.folder / FILE),
        foresight=Foresight(),
        ticks=ticks,
    )
