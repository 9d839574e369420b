"""People with keys, a repository they sign, and ways for somebody in between to show other files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent_sample import SOURCES, check
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent.delivery.transport import Answer
from aggregator.trust import repository
from aggregator.trust.ceremony import Signed, sign
from aggregator.trust.offline import PUBLIC_FILE, load_signer, make_keys, read_public
from aggregator.trust.repository import Repository
from shieldwall import __version__
from shieldwall.limits import ANSWER_BYTES
from shieldwall.log.checkpoint import vkey
from shieldwall.membership.trust import AggregatorTrust, LogKey
from shieldwall.packs.addition import Addition
from shieldwall.packs.bundle import Bundle
from shieldwall.packs.pack import compile_pack

START = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ORIGIN = "cluster.example/c1/log1"
LOG = Ed25519PrivateKey.from_private_bytes(b"l" * 32)
TRUST = AggregatorTrust(
    ORIGIN, ("https://cluster.example",), (LogKey(vkey(ORIGIN, LOG.public_key()), 1_800_000_000, None),), (1,), "0.1.0"
)


def bundle(version: str = "9.0.0", *, more: Sequence[tuple[str, bytes]] = (), without: str = "") -> Bundle:
    """A small pack; `more` as agent_sample.check makes them."""
    sources = [*(s for s in SOURCES if not s[0].endswith(f"/{without}.yaml")), *more]
    return Bundle(replace(compile_pack(sources), version=version), __version__)


def new_check(name: str = "sees-more", probe: str = "process(name=squid)") -> tuple[str, bytes]:
    return check(name, probe, "get: running, expect: false", "{running: false}")


@dataclass
class Cluster:
    """A repository on disk and the people who sign for it."""

    folder: Path
    now: datetime = START
    trust: AggregatorTrust = TRUST
    files: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        places = [self.folder / name for name in ("stick-a", "stick-b", "safe")]
        for place in places:
            place.mkdir(parents=True)
        self.files = make_keys(places, "")
        self.repo = Repository(self.folder / "trust", self.folder / "online.key")

    def ceremony(
        self,
        *bundles: Bundle,
        keys: tuple[int, ...] = (0, 1),
        trust: AggregatorTrust | None = None,
        addition: Addition | None = None,
    ) -> Signed:
        self.trust = trust or self.trust
        asked = repository.request(self.repo, self.trust)
        public = read_public(self.files[0].parent / PUBLIC_FILE)
        return sign(asked, public, [load_signer(self.files[k], "") for k in keys], bundles, self.now, addition)

    def publish(
        self, *bundles: Bundle, trust: AggregatorTrust | None = None, addition: Addition | None = None
    ) -> Signed:
        signed = self.ceremony(*bundles, trust=trust, addition=addition)
        repository.publish(self.repo, signed, self.now)
        return signed

    def root(self, version: int = 1) -> bytes:
        return (self.repo.metadata / f"{version}.root.json").read_bytes()


@dataclass
class Mirror:
    """Serves a repository's files as a server does; `other` may put something else in the place of a file."""

    repo: Repository
    other: Callable[[str, bytes | None], bytes | None] = lambda path, data: data
    asked: list[str] = field(default_factory=list)

    def get(self, path: str, most: int = ANSWER_BYTES) -> Answer:
        self.asked.append(path)
        place = self.repo.folder / path.removeprefix("/v1/trust/")
        data = self.other(path, place.read_bytes() if place.is_file() else None)
        return Answer(404, b"") if data is None else Answer(200, data)

    def post(self, path: str, body: bytes, content_type: str) -> Answer:
        raise AssertionError("nothing is posted to a mirror")
