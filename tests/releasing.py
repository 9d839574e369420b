"""A cluster with made-up firms in a real database, for tests of freezing and releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from aggregating import fresh
from numpy.typing import NDArray
from sqlalchemy import Engine

from agent.delivery.transport import Answer
from aggregator.config import Config
from aggregator.database import log, notary
from aggregator.database.engine import connect, writing
from aggregator.database.log import Leaf
from aggregator.database.notary import Notary
from aggregator.ledger import packs, periods, rows
from aggregator.ledger.packs import KnownPack
from aggregator.ledger.periods import Period
from aggregator.ledger.rows import HostRow
from aggregator.ledger.seal import KeyRing
from aggregator.members import firms
from aggregator.release.build import Built, build, publish
from aggregator.release.freezing import Partition, Summary, freeze_period
from shieldwall.checks.vocabulary import THEMES
from shieldwall.encoding.canonical import digest, encode
from shieldwall.errors import DeliveryError
from shieldwall.log.receipt import Kind
from shieldwall.messages.statement import AssetClass, Family
from shieldwall.packs.pack import Pack, compile_pack

QUARTER = 92 * 86_400
FIRST = 1_767_600_000
"""In 2026-Q1."""

MEASURED = """\
id: {id}
rev: {rev}
title: The thing called {id} is in order
why: A test needs checks that look like real ones.
topic: {topic}
theme: {theme}
scope: host
severity: {severity}
gate: {gate}
platforms: [any]
test: {{os: {{}}, get: id, expect: debian}}
fix:
  - text: Put it in order.
effort: minutes
refs: {{}}
lifecycle: stable
examples:
  - {{facts: {{"os()": {{id: debian}}}}, result: pass}}
  - {{facts: {{"os()": {{id: other}}}}, result: fail}}
"""
ATTESTED = (
    MEASURED.replace("scope: host", "scope: organisation")
    .replace("{{os: {{}}, get: id, expect: debian}}", "{{attest: {{question: {id}}}, get: answer, expect: yes}}")
    .replace('"os()": {{id: debian}}', '"attest(question={id})": {{answer: yes}}')
    .replace('"os()": {{id: other}}', '"attest(question={id})": {{answer: no}}')
)
LATE = (4, 6, 5)
"""Firms of `search_ahead` that may still report; in this order, the gate alone would wait until the last has."""
SILENT = (1, *LATE)
SEVERITIES = ("critical", "high", "medium", "low")


def small_pack(per_theme: int = 4, rev: int = 1) -> Pack:
    """`per_theme` measured checks and one attested check in each theme."""
    sources = []
    for theme in THEMES:
        topic = theme.replace("-", "")
        for number in range(per_theme + 1):
            attested = number == per_theme
            name = f"{topic}-{'asked' if attested else number}"
            text = (ATTESTED if attested else MEASURED).format(
                id=name, rev=rev, topic=topic, theme=theme, severity=SEVERITIES[number % 4],
                gate="true" if number == 0 else "false",
            )  # fmt: skip
            sources.append((f"checks/{topic}/{name}.yaml", text.encode()))
    return compile_pack(sources)


@dataclass
class MadeUp:
    """One cluster. `send` stores outcomes as ingest does; `release` freezes, builds and publishes."""

    config: Config
    engine: Engine
    notary: Notary
    pack: Pack
    now: int = FIRST
    index: int = 0
    firms: dict[str, str] = field(default_factory=dict)
    """Name -> id."""

    @property
    def ring(self) -> KeyRing:
        return KeyRing(self.config.period_keys)

    def join(self, name: str, *, sector: str = "metal", size: str = "10-49", linked: str | None = None) -> str:
        self.now += 60
        with writing(self.engine) as connection:
            made = firms.add(
                connection, self.config.cluster, name=name, sector=sector, size_band=size, linked_group=linked,
                now=self.now,
            )  # fmt: skip
        self.firms[name] = made.id
        return made.id

    def send(self, hosts: Mapping[str, NDArray[np.uint8]]) -> str:
        """Firm name -> codes, shape (hosts, checks). Answers the period."""
        with writing(self.engine) as connection:
            period = periods.receiving(connection, self.ring, self.config.cluster, self.now)
            known = KnownPack(self.pack.digest, self.pack.name, self.pack.version, self.pack.order)
            packs.register(connection, self.config.cluster, known)
            made = []
            for name, codes in hosts.items():
                for slot, host in enumerate(codes):
                    made.append(
                        HostRow(
                            firm=self.firms[name],
                            slot=f"slot{slot}",
                            agent=f"agent{slot}",
                            pack=self.pack.digest,
                            kind=AssetClass.SERVER,
                            family=Family.LINUX,
                            outcomes=packed(host),
                            overlays=b"",
                            log_index=self.index,
                            received_at=self.now,
                        )
                    )
                    self.index += 1
            leaves = [Leaf(digest(b"%d" % host.log_index), self.now, Kind.STATEMENT) for host in made]
            log.append(connection, self.config.cluster, leaves, log.Nodes(connection, self.config.cluster))
            rows.put_hosts(connection, self.ring.seal(period), self.config.cluster, period, made)
        return period

    def freeze(self, period: str, partition: Partition = "sector", *, despite_wait: bool = False) -> Period:
        summary = Summary(self.pack, self.notary, partition, despite_wait)
        frozen = freeze_period(self.config, self.engine, period, self.now, summary)
        self.now += QUARTER
        return frozen

    def build(self, period: str) -> Built:
        return build(self.config, self.engine, self.notary, period)

    def release(self, hosts: Mapping[str, NDArray[np.uint8]], partition: Partition = "sector") -> Built:
        period = self.send(hosts)
        self.freeze(period, partition)
        built = self.build(period)
        publish(self.config, self.engine, built)
        return built


def packed(codes: NDArray[np.uint8]) -> bytes:
    out = bytearray((len(codes) + 3) // 4)
    for index, code in enumerate(codes):
        out[index >> 2] |= int(code) << 2 * (index & 3)
    return bytes(out)


def cluster(folder: Path, pack: Pack | None = None) -> MadeUp:
    config = fresh(folder)
    return MadeUp(config, connect(config.database_url), notary.load(config), pack or small_pack())


def search_ahead(folder: Path) -> tuple[MadeUp, str]:
    """A period in which 8 of 12 firms have reported, after releases of 8, 12 and 11.

    The gate alone would wait; the wider search finds seven.
    """
    made, generator = cluster(folder, small_pack(1)), np.random.default_rng(1)

    def hosts(*silent: int) -> dict[str, NDArray[np.uint8]]:
        names = [name for place, name in enumerate(made.firms) if place not in silent]
        return random_hosts(generator, names, len(made.pack.order))

    for number in range(12):
        if number == 8:
            made.release(hosts())
        made.join(f"Firm {number:02}")
    made.release(hosts())
    made.release(hosts(1))
    return made, made.send(hosts(*SILENT))


def random_hosts(generator: np.random.Generator, names: list[str], checks: int) -> dict[str, NDArray[np.uint8]]:
    """One to three hosts a firm; mostly passes, a third of the checks hard for everybody."""
    hard = np.where(np.arange(checks) % 3 == 0, 0.6, 0.2)
    out = {}
    for name in names:
        hosts = int(generator.integers(1, 4))
        fails = generator.random((hosts, checks)) < hard
        out[name] = np.where(fails, 2, 1).astype(np.uint8)
    return out


@dataclass
class Folder:
    """A cluster's published files, answered as its server answers them."""

    path: Path

    def post(self, path, body, content_type):
        raise DeliveryError("a benchmark sends nothing")

    def get(self, path, most=0):
        names = sorted((folder.name for folder in self.path.iterdir()), reverse=True) if self.path.is_dir() else []
        if path == "/v1/releases":
            listed = [{"name": name, "files": ["certificate.json", "release.json"]} for name in names]
            return Answer(200, encode({"releases": listed}))
        file = self.path / path.removeprefix("/v1/releases/")
        return Answer(200, file.read_bytes()) if file.is_file() else Answer(404, b"{}")
