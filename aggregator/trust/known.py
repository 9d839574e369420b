"""From the configuration to what agents are to believe, and the pack this cluster judges by."""

from __future__ import annotations

from aggregator.config import Config
from aggregator.database.notary import Notary
from aggregator.ledger.packs import KnownPack
from aggregator.trust.repository import Repository, published_bundles, repository
from shieldwall import __version__
from shieldwall.errors import ConfigError
from shieldwall.membership.trust import AggregatorTrust, LogKey
from shieldwall.packs.bundle import Bundle, newer
from shieldwall.packs.pack import Pack, load_pack

PROTOCOLS = (1,)
"""What the wire speaks; the first is the floor agents insist on."""


def trust_of(config: Config, notary: Notary, now: int) -> AggregatorTrust:
    """Raises ConfigError for a line of `former_logs` that is none."""
    former = tuple(_former(config, line) for line in config.former_logs)
    since = max((log.until or 0 for log in former), default=0)
    return AggregatorTrust(
        origin=config.origin,
        urls=(config.url,),
        logs=(LogKey(notary.vkey, since or now, None), *former),
        protocols=PROTOCOLS,
        min_agent=config.min_agent,
        witnesses=config.witnesses,
    )


def current_pack(config: Config) -> Pack:
    """The newest published bundle, or the program's own pack when none is newer."""
    own = load_pack()
    for bundle in published_bundles(repository(config)):
        if bundle.pack.name == own.name and newer(bundle.pack.version, own.version):
            return bundle.pack
    return own


def known_pack(pack: Pack) -> KnownPack:
    """As the ledger remembers it."""
    return KnownPack(pack.digest, pack.name, pack.version, pack.order)


def own_bundle() -> Bundle:
    """The pack that came with this program."""
    return Bundle(load_pack(), __version__)


def packs_of(repo: Repository) -> tuple[KnownPack, ...]:
    return tuple(known_pack(bundle.pack) for bundle in published_bundles(repo))


def _former(config: Config, line: str) -> LogKey:
    vkey, _, times = line.partition(" ")
    since, _, until = times.partition(" ")
    if not (since.isdecimal() and until.isdecimal()):
        raise ConfigError(f"former_logs: `{line[:80]}` must be a note key and two times in seconds since 1970.")
    return LogKey(vkey, int(since), int(until))
