"""The agents of invented firms from one call of `simulate` to the next, so that a firm that stays goes on with its own.

One file in the data folder, readable by its owner only. Keys in it speak for invented firms and for nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aggregator.config import write_private
from aggregator.simulate.client import Member
from aggregator.simulate.firms import HostProfile
from shieldwall.encoding.canonical import b64, decode, encode, unb64
from shieldwall.encoding.record import from_value, to_value
from shieldwall.messages.statement import Position, Seen

FILE: Final = "simulated-agents.json"


@dataclass(frozen=True, slots=True)
class Chain:
    """One invented host and where its agent stands."""

    firm: str
    """Id of the firm in this cluster."""
    number: int
    """Of the host, from 0."""
    host: HostProfile
    key: str
    server: str
    """Keys are raw bytes in base64."""
    position: Position
    """Of the next statement."""
    seen: Seen

    @property
    def member(self) -> Member:
        return Member(
            Ed25519PrivateKey.from_private_bytes(unb64(self.key)), unb64(self.server), self.position, self.seen
        )


def chain(firm: str, number: int, host: HostProfile, member: Member) -> Chain:
    key, server = b64(member.key.private_bytes_raw()), b64(member.server)
    return Chain(firm, number, host, key, server, member.position, member.seen)


def load(folder: Path) -> tuple[Chain, ...]:
    """By firm and number; nothing where nobody was ever invented. Raises IntegrityError, OSError."""
    try:
        data = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return ()
    return tuple(from_value(Chain, item) for item in decode(data))


def save(folder: Path, chains: Iterable[Chain]) -> None:
    """Those of the same firm and number replace what was kept. Raises ConfigError, OSError."""
    kept = {(each.firm, each.number): each for each in (*load(folder), *chains)}
    fresh = folder / f"{FILE}.new"
    fresh.unlink(missing_ok=True)
    write_private(fresh, encode([to_value(kept[place]) for place in sorted(kept)]))
    fresh.replace(folder / FILE)
