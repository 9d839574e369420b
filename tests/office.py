"""A manager's desk with real keys and ceremonies, and hosts of a cluster that holds them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from aggregating import Running
from delivering import at
from trusting import bundle

from agent.cli import run
from agent.delivery.transport import HttpTransport
from agent.home.config import Home
from agent.home.identity import read_machine
from agent.membership.enrol import join
from aggregator.cli import run as manage
from aggregator.config import Config, rewrite
from aggregator.trust.repository import newest_root, repository
from shieldwall.packs.bundle import encode_bundle


@dataclass
class Office:
    """The manager's desk: sticks, kept folders, lists."""

    folder: Path

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def keys(self) -> None:
        for number in (1, 2, 3):
            (self.folder / f"stick{number}").mkdir(parents=True)
        (self.folder / "passphrase").write_text("correct horse\n")
        (self.folder / "pack").write_bytes(encode_bundle(bundle()))
        places = [word for n in (1, 2, 3) for word in ("--to", self.path(f"stick{n}"))]
        assert manage(["ceremony", "keys", *places, "--passphrase-file", self.path("passphrase")]) == 0

    def ceremony(self, config: Config, name: str, kept: str = "") -> None:
        """Request, signature, publication."""
        more = ["--kept", self.path(kept)] if kept else []
        asked = ["--output", self.path(f"request-{name}"), *more]
        assert manage(["--data", str(config.folder), "ceremony", "request", *asked]) == 0
        keys = [word for n in (1, 3) for word in ("--key", self.path(f"stick{n}/shieldwall-key-{n}.pem"))]
        rest = ["--passphrase-file", self.path("passphrase"), "--pack", self.path("pack"), "--yes"]
        signed = ["--output", self.path(name)]
        assert manage(["ceremony", "sign", self.path(f"request-{name}"), *keys, *rest, *signed]) == 0
        assert manage(["--data", str(config.folder), "pack", "publish", self.path(name)]) == 0


def here(live: Running) -> Running:
    """A server whose configuration names the port it really has."""
    config = replace(live.config, url=f"http://127.0.0.1:{live.port}")
    rewrite(config)
    return replace(live, config=config)


def enrolled(live: Running, home: Home) -> None:
    root = newest_root(repository(live.config))
    assert root is not None
    (invitation,) = live.invite(live.firm(f"Firm {home.path.name}"))
    pinned = replace(at(invitation, live), root=hashlib.sha256(root).digest())
    with HttpTransport(f"http://127.0.0.1:{live.port}") as transport:
        join(home, pinned, read_machine(home), transport, b"n" * 32)


def updates(home: Home, live: Running) -> int:
    return run(["--home", str(home.path), "update", "--from", f"http://127.0.0.1:{live.port}"])
